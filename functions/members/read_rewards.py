"""What a member can turn points into, and what of it is within reach."""

from datetime import datetime

from msgspec import Struct

from functions.members.redemption import GivesShown, gives_shown
from stamkund.rules import membership, redeeming, wallet
from stamkund.rules.account import Account
from stamkund.rules.naming import named, tier_name
from stamkund.rules.programme import Currency, Language, Reward
from stamkund.rules.text import say
from stamkund.tables import Read, accounts
from stamkund.tables.accounts import Accounts
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, Staff, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import endpoint


class RewardShown(Struct, frozen=True):
    """`missing` points, or else `code`, say why it is not to be had: points_missing, tier_needed or
    limit_reached; null where it is. `limited`: there are only so many, over all members.
    `transferable`: it can be given to another member."""

    id: str
    name: str
    gives: GivesShown
    points: int
    min_amount: int
    valid_days: int
    until: datetime | None
    limited: bool
    transferable: bool
    available: bool
    missing: int
    code: str | None
    text: str | None


class CauseShown(Struct, frozen=True):
    id: str
    name: str


class RewardsShown(Struct, frozen=True):
    """The cheapest first; `points` are those that can be spent now."""

    points: int
    currency: Currency
    rewards: list[RewardShown]
    causes: list[CauseShown]


@endpoint(
    "GET",
    "/v1/members/{member}/rewards",
    caller=[Member, Shop, Staff],
    access={Accounts: Read, Programmes: Read},
    problems=MEMBER_PROBLEMS,
)
def read_rewards(member: str, caller: Caller, now: datetime) -> RewardsShown:
    """Read the rewards.

    Those of the programme that can be had now by anybody, what each costs, whether this member can
    have it, and if not, what is missing.
    """
    club = club_at(caller.shop, now)
    account = accounts.find(club.shop, member_of(caller, member))
    accounts.refuse_inactive(account)
    seen = _Seen(club, account, caller.language)
    catalogue = sorted(club.programme.rewards.catalogue, key=lambda reward: reward.points)
    return RewardsShown(
        points=seen.points,
        currency=club.programme.currency,
        rewards=[one for reward in catalogue if (one := _shown(seen, reward))],
        causes=[
            CauseShown(cause.id, named(cause.name, caller.language, club.programme))
            for cause in club.programme.rewards.causes
        ],
    )


class _Seen:
    """Who looks at the catalogue, and with how much to spend."""

    def __init__(self, club: Club, account: Account, language: Language) -> None:
        self.club, self.account, self.language = club, account, language
        self.points = wallet.balance(account.wallet, club.at.day).available
        self.tier = membership.tier_of(account, club.published.tier_history, club.at.month)

    def why_not(self, reward: Reward) -> str:
        ranks = self.club.published.compiled.tier_rank
        reason = redeeming.why_not(reward, self.club.at, self.tier, ranks)
        if reason or not redeeming.had(self.account, reward):
            return reason or ("points_missing" if reward.points > self.points else "")
        return "limit_reached"


def _shown(seen: _Seen, reward: Reward) -> RewardShown | None:
    code = seen.why_not(reward)
    if code == "not_now":
        return None
    programme = seen.club.programme
    missing = max(0, reward.points - seen.points)
    tier = tier_name(programme, reward.from_tier or "", seen.language)
    return RewardShown(
        id=reward.id,
        name=named(reward.name, seen.language, programme),
        gives=gives_shown(reward.gives),
        points=reward.points,
        min_amount=reward.min_amount,
        valid_days=reward.valid_days,
        until=reward.end,
        limited=reward.limit_total is not None,
        transferable=reward.transferable,
        available=not code,
        missing=missing,
        code=code or None,
        text=say(f"reward_{code}", seen.language, points=missing, tier=tier) if code else None,
    )
