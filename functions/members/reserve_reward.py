"""A member turns points into a reward, which is reserved for them for a while."""

from datetime import datetime, timedelta

from msgspec import Struct

from functions.members.deciding import ATTEMPTS
from functions.members.redemption import Redemption, code_of, reward_of, shown
from functions.members.shown import REPLAYED
from stamkund.rules import membership, redeeming
from stamkund.rules.account import Account, with_entries
from stamkund.rules.calendar import add_days, start_of
from stamkund.rules.errors import Refused
from stamkund.rules.ids import ShorterId
from stamkund.rules.programme import Id, Reward
from stamkund.tables import Append, Read, Update, accounts, benefits, redemptions
from stamkund.tables.accounts import Accounts, BenefitItem, redeemed_in
from stamkund.tables.ledger import Ledger
from stamkund.tables.posting import Conflict
from stamkund.tables.programmes import Programmes
from stamkund.tables.redemptions import Life
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import Reply, endpoint


class RedemptionRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`reference` is yours and makes it happen once."""

    reference: ShorterId
    reward: Id


@endpoint(
    "POST",
    "/v1/members/{member}/redemptions",
    caller=[Member, Shop],
    access={Accounts: Read | Append | Update, Ledger: Append, Programmes: Read},
    problems=[
        *MEMBER_PROBLEMS, "reward_not_available", "points_not_enough", "limit_reached",
        "reward_sold_out", "reference_mismatch", "busy",
    ],
    status=(201, 200),
)  # fmt: skip
def reserve_reward(
    member: str, request: RedemptionRequest, caller: Caller, now: datetime
) -> Reply[Redemption]:
    """Redeem a reward.

    Its points are taken, and its voucher can be used at once. It is reserved for the programme's
    `rewards.hold_minutes`: an order that uses it, or keeping it, makes it final. Neither, and the
    points are back by themselves.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    id = code_of(club.shop, owner, request.reference)
    for _ in range(ATTEMPTS):
        account, known, _ = benefits.find_following(club.shop, owner, id)
        if known:
            same = _same(known, request)
            return Reply(shown(club, request.reference, same, caller.language), 200, REPLAYED)
        accounts.refuse_inactive(account)
        if account.member != owner:
            raise Refused("member_merged", member=account.member)
        try:
            item = _reserved(club, account, id, request)
        except Conflict:
            continue
        return Reply(shown(club, request.reference, item, caller.language), 201)
    raise Refused("busy")


def _same(known: BenefitItem, request: RedemptionRequest) -> BenefitItem:
    redeemed = redeemed_in(known)
    if redeemed is None or redeemed.reward != request.reward:
        raise Refused("reference_mismatch", "reference")
    return known


def _reserved(club: Club, account: Account, id: str, request: RedemptionRequest) -> BenefitItem:
    """Raises Conflict. Refused: reward_not_available, limit_reached, points_not_enough,
    reward_sold_out."""
    reward = available(club, account, request.reward)
    redeemed = redeeming.bought(reward, account, club.at)
    claim = redemptions.claim_in(club.shop, account.member, reward)
    item = redemptions.item_of(account, id, reward, redeemed, _life(club, reward), claim)
    entries = [redeeming.spent(redeemed, id, club.at, club.published.version)]
    redemptions.reserve(account, with_entries(account, entries), entries, item, claim)
    return item


def available(club: Club, account: Account, id: str) -> Reward:
    """A reward that this member can have now, if they have the points.

    Refused: reward_not_available, limit_reached.
    """
    reward = reward_of(club, id)
    tier = membership.tier_of(account, club.published.tier_history, club.at.month)
    reason = redeeming.why_not(reward, club.at, tier, club.published.compiled.tier_rank)
    if reason:
        raise Refused("reward_not_available", "reward", reason=reason)
    redeeming.refuse_had(account, reward)
    return reward


def _life(club: Club, reward: Reward) -> Life:
    """What is kept lives through its last day, of which the member is told: it does not end at the
    minute at which it was reserved."""
    last = add_days(club.at.day, reward.valid_days)
    return Life(
        club.at.at + timedelta(minutes=club.programme.rewards.hold_minutes),
        start_of(add_days(last, 1), club.programme.time_zone),
    )
