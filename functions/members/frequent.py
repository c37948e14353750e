"""Frequent questions as they are shown, in the order of this shop."""

from datetime import datetime

from msgspec import Struct

from stamkund.rules.calendar import add_months
from stamkund.rules.errors import Refused
from stamkund.rules.faq import Asked, FaqContact, FaqEntry, Index, ordered
from stamkund.rules.naming import named
from stamkund.rules.programme import Language
from stamkund.tables import faq
from stamkund.tables.faq import Known
from stamkund.web.club import Club

MONTHS_COUNTED = 3  # what was asked before Christmas is not what is asked at Easter
NOTED = 10  # more than are shown, as one of them may go


class FaqAsked(Struct, frozen=True):
    """How often in this month and the two before."""

    opened: int
    solved: int
    not_solved: int


class FaqEntryShown(Struct, frozen=True):
    """`asked` is for the shop and its staff, and null for all others."""

    entry: str
    question: str
    answer: str
    asked: FaqAsked | None = None


class PersonToAsk(Struct, frozen=True):
    """The way on to a person: where to write, or call. null what there is not."""

    email: str | None
    phone: str | None
    url: str | None


def since(club: Club) -> str:
    """The first month that counts."""
    return add_months(club.at.month, 1 - MONTHS_COUNTED)


def note_first(club: Club, known: Known) -> None:
    """For my pages, which show only some."""
    assert known.faq
    first = ordered(known.faq.entries, known.asked)[:NOTED]
    faq.note_first(club.shop, known, [entry.id for entry in first])


def known_in(club: Club, now: datetime) -> Known:
    """At most a minute old. Refused: no_faq."""
    known = faq.known(club.shop, since(club), now=now)
    if known.faq is None:
        raise Refused("no_faq")
    return known


def found(known: Known, language: Language, query: str) -> list[FaqEntry]:
    """The most asked first; of a search, those that have it in the question come before them."""
    assert known.faq
    entries = ordered(known.faq.entries, known.asked)
    if not query:
        return entries
    if language not in known.indexes:
        known.indexes[language] = Index(entries, language)
    return known.indexes[language].find(query)


def shown(
    club: Club, entry: FaqEntry, language: Language, asked: Asked | None = None
) -> FaqEntryShown:
    return FaqEntryShown(
        entry.id,
        named(entry.question, language, club.programme),
        named(entry.answer, language, club.programme),
        FaqAsked(*asked) if asked else None,
    )


def person(contact: FaqContact) -> PersonToAsk:
    return PersonToAsk(contact.email, contact.phone, contact.url)
