"""The shop tells a new price or stock, and those who wish for the article are told."""

from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from stamkund.rules.errors import Refused
from stamkund.rules.programme import Currency, Minor
from stamkund.rules.text import money, say
from stamkund.rules.wishes import News, Offered, news_of, seen
from stamkund.rules.words import ArticleId
from stamkund.tables import Read, Update, clock, wishes
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.wishes import Wisher
from stamkund.web import messages
from stamkund.web.callers import Caller, Shop
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import endpoint
from stamkund.web.messages import Message
from stamkund.web.pages import Cursor, opened, sealed

PURPOSE = "wishers"
# One transaction reads three items of each, and may read a hundred.
MOST_WISHERS = 25


class ArticleNews(Struct, frozen=True, forbid_unknown_fields=True):
    """`cursor` is the `next` of the answer before, with all else as it was."""

    article: ArticleId
    currency: Currency
    price: Minor
    in_stock: bool = True
    cursor: Cursor = ""


class WishersTold(Struct, frozen=True):
    """Of this page: how many wish for it, to how many it is news, and how many were written to;
    `failed` are those who could not be just now. `next` is null on the last page."""

    wishers: int
    news: int
    told: int
    failed: int
    next: str | None


class Heard(NamedTuple):
    """What is news to somebody, and whether they were written to, or could not be."""

    news: News | None
    told: bool = False
    failed: bool = False


@endpoint(
    "POST",
    "/v1/members/wishes/news",
    caller=[Shop],
    access={Profiles: Read | Update, Programmes: Read},
    problems=["no_programme", "busy"],
    sends=["email"],
)
def tell_wishers(request: ArticleNews, caller: Caller, now: datetime) -> WishersTold:
    """Tell who wishes for an article of its new price or stock.

    In pages of 25. Written to, by e-mail, is who consented to it, once for each fall in price; all
    others see it on their pages. Send the same again, a minute later, while there are `failed`: who
    has been told is not told again.
    """
    club = club_at(caller.shop, now)
    after = opened(request.cursor, PURPOSE, caller.shop, request.article)
    offered = Offered(request.article, request.currency, request.price, request.in_stock)
    purpose = club.file.my_pages.wishes or ""
    page = wishes.who_wishes(club.shop, request.article, MOST_WISHERS, after)
    found = wishes.wishers(club.shop, request.article, purpose, page.members)
    heard = [_heard(club, wisher, offered) for wisher in found]
    return WishersTold(
        wishers=len(found),
        news=sum(one.news is not None for one in heard),
        told=sum(one.told for one in heard),
        failed=sum(one.failed for one in heard),
        next=sealed(page.last, PURPOSE, caller.shop, request.article),
    )


def _heard(club: Club, wisher: Wisher, offered: Offered) -> Heard:
    news = news_of(wisher.wish, offered, club.file.my_pages.least_fall)
    told = bool(news and wisher.consent.given and wisher.profile.email)
    if news and told:
        try:
            _tell(club, wisher, offered, news)
        except Refused:
            # One address that nobody takes must not keep all others from being told.
            return Heard(news, failed=True)
    after = seen(wisher.wish, offered, told=told)
    if told or after != wisher.wish:
        wishes.note(club.shop, wisher.member, after, told=told)
    return Heard(news, told)


def _tell(club: Club, wisher: Wisher, offered: Offered, news: News) -> None:
    """Claimed first, so that of two who were told at once only one writes; whoever is cut off
    here leaves the claim to run out. Refused: not_sent, busy."""
    wishes.claim(club.shop, wisher.member, wisher.wish, clock.real_time())
    try:
        messages.send(_message(club, wisher, offered, news))
    except Refused:
        wishes.release(club.shop, wisher.member, offered.article)
        raise


def _message(club: Club, wisher: Wisher, offered: Offered, news: News) -> Message:
    language, wish = wisher.profile.language, wisher.wish
    words: dict[str, str | int] = {
        "article": wish.name or wish.article,
        "shop": club.programme.name,
    }
    now = money(offered.price, offered.currency, language)
    if news == "price_fallen" and wish.price is not None:
        before = money(wish.price, offered.currency, language)
        said = say("wish_price_fallen", language, now=now, before=before, **words)
    else:
        said = say("wish_back_in_stock", language, now=now, **words)
    subject = say(f"wish_subject_{news}", language, **words)
    text = "\n\n".join([said, say("wish_why", language, **words)])
    return Message("email", wisher.profile.email, club.programme.name, subject, text)
