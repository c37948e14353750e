"""How members, tiers and points are shown: with names in the reader's language."""

from msgspec import Struct

from functions.members.club import Club
from stamkund.rules import membership
from stamkund.rules.account import Account
from stamkund.rules.programme import Language, Programme, Text

REPLAYED = {"Idempotent-Replayed": "true"}
# A code on a card is good for two minutes, and nobody else's business.
NOT_KEPT = {"Cache-Control": "no-store"}


class TierShown(Struct, frozen=True):
    id: str
    name: str


def named(text: Text, language: Language, programme: Programme) -> str:
    """In the asked language, or else the shop's first."""
    return text.get(language) or text[programme.languages[0]]


def tier_name(programme: Programme, tier: str, language: Language) -> str:
    """A step that is gone from the programme is called by its id."""
    steps = programme.tiers.steps if programme.tiers else []
    names = {step.id: named(step.name, language, programme) for step in steps}
    return names.get(tier, tier)


def tier_of(club: Club, account: Account, language: Language) -> TierShown | None:
    """The tier of this moment, whatever was last stored; None in a programme without tiers."""
    tier = membership.tier_of(account, club.published.tier_history, club.at.month)
    return TierShown(tier, tier_name(club.programme, tier, language)) if tier else None
