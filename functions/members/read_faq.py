"""Frequent questions: all of them, or those that somebody looks for."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from functions.members import frequent
from functions.members.frequent import FaqEntryShown, PersonToAsk
from stamkund.rules.faq import Asked
from stamkund.tables import Read
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, Staff, Storefront
from stamkund.web.club import club_at
from stamkund.web.endpoint import endpoint
from stamkund.web.pages import Limit

Query = Annotated[str, Meta(max_length=100)]


class FaqShown(Struct, frozen=True):
    """`found` are all there are, also beyond those that are shown."""

    entries: list[FaqEntryShown]
    found: int
    person: PersonToAsk


@endpoint(
    "GET",
    "/v1/members/faq",
    caller=[Storefront, Member, Shop, Staff],
    access={Programmes: Read},
    problems=["no_programme", "no_faq"],
)
def read_faq(caller: Caller, now: datetime, q: Query = "", limit: Limit = 100) -> FaqShown:
    """Read the frequent questions.

    Those first that are asked most and whose answers help. With `q` those that have all its words,
    or words that begin like them, whatever their case and accents. And where to find a person.
    """
    club = club_at(caller.shop, now)
    known = frequent.known_in(club, now)
    assert known.faq
    entries = frequent.found(known, caller.language, q)
    told = caller.kind in {Shop, Staff}
    shown = [
        frequent.shown(
            club, entry, caller.language, known.asked.get(entry.id, Asked()) if told else None
        )
        for entry in entries[:limit]
    ]
    return FaqShown(shown, len(entries), frequent.person(known.faq.contact))
