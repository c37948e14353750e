"""The shop says what is often asked, and what the answers are."""

from datetime import datetime

from msgspec import Struct

from functions.members import frequent
from functions.members.shown import REPLAYED
from stamkund.rules.errors import Refused
from stamkund.rules.faq import Faq, check
from stamkund.tables import Append, Read, faq
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Shop, Staff
from stamkund.web.club import club_at
from stamkund.web.endpoint import Reply, endpoint

# It is kept in one item, which may have 400 kB, and compressing makes nothing larger than that.
LARGEST = 256 * 1024


class FaqPublished(Struct, frozen=True):
    entries: int


@endpoint(
    "PUT",
    "/v1/members/faq",
    caller=[Staff, Shop],
    access={Programmes: Read | Append},
    problems=["no_programme", "faq_invalid"],
    largest_body=LARGEST,
)
def publish_faq(request: Faq, caller: Caller, now: datetime) -> Reply[FaqPublished]:
    """Publish the frequent questions.

    In every language of the programme, in place of those there were. What was asked so far stays
    counted for every entry that keeps its id.
    """
    club = club_at(caller.shop, now)
    mistakes = list(check(request, club.programme.languages))
    if mistakes:
        raise Refused("faq_invalid", mistakes[0].path, mistakes=mistakes[:100])
    new = faq.publish(caller.shop, request, caller.key, now, frequent.since(club))
    return Reply(FaqPublished(len(request.entries)), headers={} if new else REPLAYED)
