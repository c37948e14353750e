"""Consents as they are shown, and what giving and withdrawing have in common."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from functions.members.shown import REPLAYED
from stamkund.rules.consents import Change, Consent, changed
from stamkund.rules.errors import Refused
from stamkund.rules.naming import named
from stamkund.rules.programme import Language
from stamkund.rules.programme_file import ProgrammeFile, Purpose
from stamkund.tables import consents
from stamkund.web.callers import Caller
from stamkund.web.club import Club
from stamkund.web.endpoint import Reply

Source = Annotated[
    str,
    Meta(pattern=r"^[a-z0-9_-]{1,40}$", description="where it was said: checkout, my_pages, till"),
]


class ConsentChange(Struct, frozen=True):
    """One change of mind: when and where, to which text, read in which language."""

    given: bool
    text_version: str
    source: str
    by: str
    language: str
    at: datetime


class ConsentShown(Struct, frozen=True):
    """`given` now, or not; of a purpose that is no longer asked for, `name` and `text` are null.

    `text_version` is that of the text as it is now; whoever has consented to an earlier one may be
    asked again. The history begins with the newest.
    """

    purpose: str
    name: str | None
    text: str | None
    text_version: str | None
    given: bool
    up_to_date: bool
    history: list[ConsentChange]


def change(
    club: Club, caller: Caller, member: str, purpose: str, said: Change
) -> Reply[ConsentShown]:
    """Refused: member_not_found, not_found, busy."""
    consent, new = consents.change(club.shop, member, purpose, lambda before: changed(before, said))
    asked = purpose_of(club.file, purpose)
    if asked is None and not consent.history:
        raise Refused("not_found")
    answer = shown(consent, asked, club.file, caller.language)
    return Reply(answer, headers={} if new else REPLAYED)


def a_change(club: Club, caller: Caller, source: str, *, given: bool, version: str) -> Change:
    return Change(given, version, source, caller.kind.value, caller.language, club.at.at)


def every(known: list[Consent], file: ProgrammeFile, language: Language) -> list[ConsentShown]:
    """All that is asked for, and after it what no longer is but was once answered."""
    kept = {consent.purpose: consent for consent in known}
    asked = [
        shown(kept.pop(one.id, Consent(one.id)), one, file, language)
        for one in file.my_pages.purposes
    ]
    return asked + [shown(consent, None, file, language) for consent in kept.values()]


def shown(
    consent: Consent, purpose: Purpose | None, file: ProgrammeFile, language: Language
) -> ConsentShown:
    last = consent.history[-1] if consent.history else None
    return ConsentShown(
        purpose=consent.purpose,
        name=named(purpose.name, language, file) if purpose else None,
        text=named(purpose.text, language, file) if purpose else None,
        text_version=purpose.version if purpose else None,
        given=consent.given,
        up_to_date=bool(consent.given and purpose and last and last.version == purpose.version),
        history=[
            ConsentChange(one.given, one.version, one.source, one.by, one.language, one.at)
            for one in reversed(consent.history)
        ],
    )


def purpose_of(file: ProgrammeFile, id: str) -> Purpose | None:
    return next((one for one in file.my_pages.purposes if one.id == id), None)
