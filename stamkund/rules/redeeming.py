"""Points turned into something: what may be had, what is taken for it, what comes back."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from stamkund.rules import wallet
from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry, entry, summed
from stamkund.rules.programme import AmountOff, Charity, Currency, Gives, Reward
from stamkund.rules.selection import Moment


class Redeemed(Struct, frozen=True, array_like=True):
    """How a voucher was paid for: from which lots, and whether it counts against a limit.

    `back`: whether the points come back when it ends unused; `transferable`: whether it may be
    given to another member, whatever the programme says later.
    """

    reward: str
    lots: dict[str, int]
    counted: bool = False
    back: bool = False
    transferable: bool = False

    @property
    def points(self) -> int:
        return sum(self.lots.values())


def why_not(reward: Reward, at: Moment, tier: str, ranks: Mapping[str, int]) -> str:
    """Why nobody, or not this member, can have it now; empty if they can."""
    if (reward.start and at.at < reward.start) or (reward.end and at.at >= reward.end):
        return "not_now"
    if reward.from_tier and ranks.get(tier, -1) < ranks.get(reward.from_tier, 0):
        return "tier_needed"
    return ""


def counter(reward: str) -> str:
    """In what an account has used. No offer or rule has a dot in its id."""
    return f"reward.{reward}"


def had(account: Account, reward: Reward) -> bool:
    """Whether the member has had it as often as anybody may."""
    limit = reward.limit_per_member
    return limit is not None and account.used.get(counter(reward.id), 0) >= limit


def refuse_had(account: Account, reward: Reward) -> None:
    """Refused: limit_reached."""
    if had(account, reward):
        raise Refused("limit_reached", "reward", limit=reward.limit_per_member)


def payment(account: Account, points: int, today: str) -> dict[str, int]:
    """How much of which lots, those first that end first. Refused: points_not_enough."""
    takes = wallet.choose(account.wallet, points, today)
    missing = points - sum(take.points for take in takes)
    if missing:
        raise Refused("points_not_enough", "reward", points=points, missing=missing)
    return {take.lot: take.points for take in takes}


def bought(reward: Reward, account: Account, at: Moment) -> Redeemed:
    """Refused: points_not_enough."""
    lots = payment(account, reward.points, at.day)
    counted = reward.limit_per_member is not None
    return Redeemed(reward.id, lots, counted, reward.points_back, reward.transferable)


def spent(redeemed: Redeemed, reference: str, at: Moment, version: int) -> Entry:
    return entry(
        "spend",
        {lot: -points for lot, points in redeemed.lots.items()},
        reference=reference,
        reason=redeemed.reward,
        occurred_at=at.at,
        used=_counted(redeemed, 1),
        version=version,
    )


def restored(redeemed: Redeemed, reference: str, at: Moment, version: int) -> Entry:
    """With the end that the points had, or a month from now if that is later."""
    back = ({wallet.given_back(lot, at.day): n} for lot, n in redeemed.lots.items())
    return entry(
        "restore",
        summed(back),
        reference=reference,
        reason=redeemed.reward,
        occurred_at=at.at,
        used=_counted(redeemed, -1),
        version=version,
    )


def _counted(redeemed: Redeemed, n: int) -> dict[str, int]:
    return {counter(redeemed.reward): n} if redeemed.counted else {}


def gives_of(reward: Reward) -> tuple[int, Gives | None]:
    """As a voucher says it: an amount, or what it gives instead."""
    gives = reward.gives
    if isinstance(gives, AmountOff):
        return gives.amount, None
    if isinstance(gives, Charity):
        raise Refused("reward_not_available", "reward", reason="charity")
    return 0, gives


class Gift(Struct, frozen=True):
    """Points given away, and the money that a cause gets for them."""

    reference: str
    reward: str
    cause: str
    points: int
    amount: int
    currency: Currency
    given_at: datetime


def gift_of(reward: Reward, cause: str, reference: str, currency: Currency, at: Moment) -> Gift:
    """Refused: reward_not_available."""
    if not isinstance(reward.gives, Charity):
        raise Refused("reward_not_available", "reward", reason="no_charity")
    money = reward.gives.amount
    return Gift(reference, reward.id, cause, reward.points, money, currency, at.at)


def given_away(gift: Gift, redeemed: Redeemed, version: int) -> Entry:
    return entry(
        "gift",
        {lot: -points for lot, points in redeemed.lots.items()},
        reference=gift.reference,
        reason=gift.cause,
        occurred_at=gift.given_at,
        amount=gift.amount,
        currency=gift.currency,
        used=_counted(redeemed, 1),
        version=version,
    )
