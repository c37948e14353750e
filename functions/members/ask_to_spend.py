"""A till asks a member, who is known by a typed number, to confirm on the phone what is spent."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Annotated

from msgspec import Meta, Struct

from functions.members.shown import NOT_KEPT, REPLAYED
from functions.members.spending import SpendingAsked, asked
from stamkund.rules import till, wallet
from stamkund.rules.bill import MOST_VOUCHERS
from stamkund.rules.errors import Refused
from stamkund.rules.ids import OutsideId
from stamkund.tables import Append, Read, Update, accounts, clock, spendings
from stamkund.tables.accounts import Accounts, Benefits
from stamkund.tables.counting import counted_by
from stamkund.tables.identities import Identities
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.spendings import Spending
from stamkund.web.callers import Caller, Till, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import PathId, Reply, endpoint
from stamkund.web.secrets import keyed_hash


class SpendingRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`reference` is yours, one for each time that you ask; `order_id` is the one that you will
    commit by. Points, vouchers, or both."""

    reference: PathId
    order_id: OutsideId
    points: Annotated[int, Meta(ge=0, le=10**9)] = 0
    vouchers: Annotated[list[OutsideId], Meta(max_length=MOST_VOUCHERS)] = []


@endpoint(
    "POST",
    "/v1/members/{member}/spendings",
    caller=[Till],
    access={
        Accounts: Read,
        Identities: Update,
        Profiles: Append,
        Programmes: Read,
    },
    problems=[
        *MEMBER_PROBLEMS, "points_not_enough", "voucher_not_open", "spending_mismatch",
        "too_many_attempts", "busy",
    ],
    status=(201, 200),
)  # fmt: skip
def ask_to_spend(
    member: str, request: SpendingRequest, caller: Caller, now: datetime
) -> Reply[SpendingAsked]:
    """Ask a member to confirm what is spent.

    The member sees it on the phone and has ten minutes to confirm or refuse. The same reference
    again is the same question. Each member is asked ten times in ten minutes at most.
    """
    owner, real = member_of(caller, member), clock.real_time()
    wanted = _wanted(request, caller.store, real)
    club = club_at(caller.shop, now)
    account, benefits = accounts.find_with_benefits(club.shop, owner)
    accounts.refuse_inactive(account)
    _refuse_what_is_not_there(club, wanted, account.wallet, benefits)
    whose = keyed_hash(club.shop, "member", owner)
    count = counted_by(till.asking(), whose, 0, real)
    known = spendings.ask(club.shop, owner, wanted, count, real)
    answer = asked(club.shop, owner, known, real)
    if known is wanted:
        return Reply(answer, 201, NOT_KEPT)
    return Reply(answer, 200, NOT_KEPT | REPLAYED)


def _wanted(request: SpendingRequest, store: str, now: datetime) -> Spending:
    if not (request.points or request.vouchers):
        raise Refused("missing_field", "points", detail="Give points, vouchers, or both")
    return Spending(
        # Of its own for each store: two of them may count their references alike.
        id=sha256(f"{store}#{request.reference}".encode()).hexdigest()[:32],
        store=store,
        order=request.order_id,
        points=request.points,
        vouchers=tuple(sorted(set(request.vouchers))),
        until=till.confirmed_by(now).replace(microsecond=0),
    )


def _refuse_what_is_not_there(
    club: Club, wanted: Spending, held: wallet.Wallet, benefits: Benefits
) -> None:
    """Nobody shall be asked for what cannot be."""
    rules = club.programme.points
    pays = rules is not None and rules.pay is not None
    available = wallet.balance(held, club.at.day).available if pays else 0
    if wanted.points > available:
        raise Refused("points_not_enough", "points", most=available)
    if gone := _not_open(club, wanted.vouchers, benefits):
        raise Refused("voucher_not_open", "vouchers", benefits=gone)


def _not_open(club: Club, vouchers: Sequence[str], benefits: Benefits) -> list[str]:
    held = {one.id for one in benefits.vouchers.values() if one.expires_at > club.at.at}
    return [id for id in vouchers if id not in held]
