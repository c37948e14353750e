"""You said, we did: what the shop has announced, for everybody."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from stamkund.rules.announcements import words_in
from stamkund.rules.programme import Language
from stamkund.tables import Read, accounts, announcements, threads
from stamkund.tables.accounts import Accounts
from stamkund.tables.announcements import News
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.caching import FOR_ALL, FOR_ONE
from stamkund.web.callers import Caller, Member, Storefront
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.pages import Cursor, opened, sealed

PURPOSE = "news"
Some = Annotated[int, Meta(ge=1, le=50)]


class NewsShown(Struct, frozen=True):
    """`asked` people asked for it. `mine`: whether this member is one of them, and null to
    who is not logged in."""

    announcement: str
    title: str
    text: str
    picture: str | None
    published_at: datetime
    asked: int
    mine: bool | None


class NewsPage(Struct, frozen=True):
    """The newest first; `next` is the cursor of the page after, null on the last."""

    news: list[NewsShown]
    next: str | None


@endpoint(
    "GET",
    "/v1/feedback/news",
    caller=[Storefront, Member],
    access={Accounts: Read, Programmes: Read, Threads: Read},
    problems=["member_not_found", "member_not_active", "member_merged"],
    status=(200, 304),
)
def read_news(caller: Caller, cursor: Cursor = "", limit: Some = 10) -> Reply[NewsPage]:
    """Read what was done because somebody asked for it.

    For the shop's page by its storefront key, which may be kept for a minute; for my pages in a
    session, with what this member asked for marked.
    """
    after = opened(cursor, PURPOSE, caller.shop) or ""
    found, more = announcements.newest(caller.shop, limit, after)
    mine = _asked_by(caller.shop, caller.member) if caller.member else None
    page = [_shown(one, caller.language, mine) for one in found]
    headers = FOR_ALL if caller.kind is Storefront else FOR_ONE
    return Reply(NewsPage(page, sealed(more, PURPOSE, caller.shop)), headers=headers)


def _asked_by(shop: str, member: str) -> set[str]:
    accounts.refuse_inactive(accounts.find(shop, member))
    return threads.told_of(shop, member)


def _shown(news: News, language: Language, mine: set[str] | None) -> NewsShown:
    one = news.announcement
    words = words_in(one, language)
    return NewsShown(
        announcement=one.id,
        title=words.title,
        text=words.text,
        picture=one.picture or None,
        published_at=news.published_at,
        asked=news.reach.asked,
        mine=None if mine is None else one.id in mine,
    )
