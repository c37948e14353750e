"""Everything that was announced, or is going to be, for staff."""

from datetime import datetime

from msgspec import Struct

from stamkund.rules.announcements import words_in
from stamkund.rules.programme import Language
from stamkund.tables import Read, announcements
from stamkund.tables.announcements import Draft
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Staff
from stamkund.web.endpoint import endpoint
from stamkund.web.pages import Cursor, Limit, opened, sealed

PURPOSE = "announcements"


class AnnouncementListed(Struct, frozen=True):
    """`published_at` is null of a draft."""

    announcement: str
    title: str
    published_at: datetime | None


class Announcements(Struct, frozen=True):
    """In the order of their ids; `next` is the cursor of the page after, null on the last."""

    announcements: list[AnnouncementListed]
    next: str | None


@endpoint(
    "GET",
    "/v1/feedback/announcements",
    caller=[Staff],
    access={Programmes: Read},
)
def read_announcements(caller: Caller, cursor: Cursor = "", limit: Limit = 20) -> Announcements:
    """Read the announcements, drafts as well."""
    after = opened(cursor, PURPOSE, caller.shop) or ""
    found, more = announcements.every(caller.shop, limit, after)
    listed = [_listed(draft, caller.language) for draft in found]
    return Announcements(listed, sealed(more, PURPOSE, caller.shop))


def _listed(draft: Draft, language: Language) -> AnnouncementListed:
    one = draft.announcement
    return AnnouncementListed(one.id, words_in(one, language).title, draft.published_at)
