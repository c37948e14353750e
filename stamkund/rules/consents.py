"""What somebody has consented to, and how it came about: when, where, to which text."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

MOST_KEPT = 50  # changes of mind: who has more of them is not a person


class Change(Struct, frozen=True, array_like=True):
    """`version` is that of the text that was read, in `language`; `by` is who told us."""

    given: bool
    version: str
    source: str
    by: str
    language: str
    at: datetime


class Consent(Struct, frozen=True):
    """To one purpose. `changes` counts all there ever were, of which the last are kept."""

    purpose: str
    history: list[Change] = []
    changes: int = 0

    @property
    def given(self) -> bool:
        return bool(self.history) and self.history[-1].given


def changed(consent: Consent, change: Change) -> Consent:
    """The same one if this says nothing new: given again to the same text, or never given."""
    last = consent.history[-1] if consent.history else None
    if change.given and last and last.given and last.version == change.version:
        return consent
    if not change.given and not consent.given:
        return consent
    history = [*consent.history, change][-MOST_KEPT:]
    return replace(consent, history=history, changes=consent.changes + 1)


def together(own: Consent, other: Consent) -> Consent:
    """Of two histories one, in the order of time: whatever was said last counts."""
    history = sorted([*other.history, *own.history], key=lambda change: change.at)[-MOST_KEPT:]
    return replace(own, history=history, changes=own.changes + other.changes)


def given_to(consents: list[Consent]) -> frozenset[str]:
    return frozenset(consent.purpose for consent in consents if consent.given)
