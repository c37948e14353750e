"""How members, tiers and points are shown: with names in the reader's language."""

from msgspec import Struct

from stamkund.rules import membership
from stamkund.rules.account import Account
from stamkund.rules.naming import tier_name
from stamkund.rules.programme import Language
from stamkund.web.club import Club

REPLAYED = {"Idempotent-Replayed": "true"}
# A code on a card is good for two minutes, and nobody else's business.
NOT_KEPT = {"Cache-Control": "no-store"}


class TierShown(Struct, frozen=True):
    id: str
    name: str


def tier_of(club: Club, account: Account, language: Language) -> TierShown | None:
    """The tier of this moment, whatever was last stored; None in a programme without tiers."""
    tier = membership.tier_of(account, club.published.tier_history, club.at.month)
    return TierShown(tier, called(club, tier, language)) if tier else None


def called(club: Club, tier: str, language: Language) -> str:
    """A member may have it from a ladder that was another, or hear of one that is to come."""
    return tier_name(club.programme, tier, language, club.published.ladders)
