"""A member gives points to a cause, and the shop pays it money for them."""

from datetime import datetime

from msgspec import Struct

from functions.members.deciding import ATTEMPTS
from functions.members.gift import GiftReceipt, shown
from functions.members.reserve_reward import available
from functions.members.shown import REPLAYED
from stamkund.rules import redeeming
from stamkund.rules.account import Account, with_entries
from stamkund.rules.errors import Refused
from stamkund.rules.ids import ShorterId
from stamkund.rules.programme import Id
from stamkund.rules.redeeming import Gift
from stamkund.tables import Append, Read, Update, accounts, gifts, redemptions
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.posting import Conflict
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import Reply, endpoint


class GiftRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`reward` is one of kind charity, and `cause` whom it is for. `reference` is yours and makes
    it happen once."""

    reference: ShorterId
    reward: Id
    cause: Id


@endpoint(
    "POST",
    "/v1/members/{member}/gifts",
    caller=[Member, Shop],
    access={Accounts: Read | Append | Update, Ledger: Append, Programmes: Read},
    problems=[
        *MEMBER_PROBLEMS, "reward_not_available", "cause_not_found", "points_not_enough",
        "limit_reached", "reward_sold_out", "reference_mismatch", "busy",
    ],
    status=(201, 200),
)  # fmt: skip
def give_to_cause(
    member: str, request: GiftRequest, caller: Caller, now: datetime
) -> Reply[GiftReceipt]:
    """Give points to a cause.

    Final at once: the answer is the receipt. The same again is answered with the same receipt.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    for _ in range(ATTEMPTS):
        account, known = gifts.find(club.shop, owner, request.reference)
        accounts.refuse_inactive(account)
        if known:
            return Reply(shown(club, _same(known, request), caller.language), 200, REPLAYED)
        try:
            made = _given(club, account, request)
        except Conflict:
            continue
        return Reply(shown(club, made, caller.language), 201)
    raise Refused("busy")


def _same(known: Gift, request: GiftRequest) -> Gift:
    if (known.reward, known.cause) != (request.reward, request.cause):
        raise Refused("reference_mismatch", "reference")
    return known


def _given(club: Club, account: Account, request: GiftRequest) -> Gift:
    """Raises Conflict."""
    reward = available(club, account, request.reward)
    currency = club.programme.currency
    gift = redeeming.gift_of(reward, request.cause, request.reference, currency, club.at)
    if request.cause not in {cause.id for cause in club.programme.rewards.causes}:
        raise Refused("cause_not_found", "cause")
    redeemed = redeeming.bought(reward, account, club.at)
    entries = [redeeming.given_away(gift, redeemed, club.published.version)]
    claim = redemptions.claim_in(club.shop, account.member, reward)
    after = with_entries(account, entries)
    gifts.give(account, after, entries, gift, club.at.month, claim)
    return gift
