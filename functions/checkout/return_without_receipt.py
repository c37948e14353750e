"""Takes goods back without a receipt: nobody knows the order, somebody knows the member."""

from datetime import datetime
from hashlib import sha256
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from functions.checkout.commit import RETURNS
from functions.checkout.quote import MemberId
from stamkund.rules import earning, membership, wallet
from stamkund.rules.account import Account, with_entries
from stamkund.rules.basket import VatRate
from stamkund.rules.earning import NEUTRAL, Plan, Remaining
from stamkund.rules.errors import Refused
from stamkund.rules.ids import OutsideId
from stamkund.rules.ledger import Entry, entry
from stamkund.rules.money import MILLION
from stamkund.rules.order import Order, Refund
from stamkund.rules.plans import tier_factor
from stamkund.rules.programme import ClawBack, Currency
from stamkund.rules.refunds import outlived
from stamkund.tables import Append, Read, Update, accounts, orders, posting
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders, Placed
from stamkund.tables.posting import Conflict
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Shop
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import Reply, endpoint

ROUNDS = 5


class ReturnRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`amount` is what is paid back for the goods, in minor units with tax; `vat_rate` is theirs,
    and has to be there where the programme earns on amounts without tax."""

    reference: OutsideId
    member: MemberId
    amount: Annotated[int, Meta(ge=1, le=10**12)]
    currency: Currency
    vat_rate: VatRate | None = None


class ReturnReceipt(Struct, frozen=True):
    """Points that the amount would earn today but for rules, taken back; of them `debt` owed,
    `forgiven` not."""

    reference: str
    at: datetime
    amount: int
    points: int
    debt: int
    forgiven: int


@endpoint(
    "POST",
    "/v1/checkout/returns",
    caller=[Shop],
    access={
        Accounts: Read | Update,
        Orders: Read | Append,
        Ledger: Append,
        Programmes: Read,
    },
    problems=[
        "no_programme", "member_not_found", "member_not_active", "member_merged",
        "basket_too_large", "currency_not_supported", "refund_mismatch", "changed_meanwhile",
    ],
    status=(201, 200),
)  # fmt: skip
def return_without_receipt(
    request: ReturnRequest, caller: Caller, now: datetime
) -> Reply[ReturnReceipt]:
    """Take goods back without a receipt.

    As no order is known, the points are those the amount would earn today at the member's tier
    and by no rule, since nobody says what was bought,
    and the amount counts against this month. The same reference again is the same return.
    """
    club = club_at(caller.shop, now)
    for _ in range(ROUNDS):
        known = _known(club, request)
        if known:
            return Reply(_receipt(known), 200, {"Idempotent-Replayed": "true"})
        try:
            return Reply(_receipt(_taken(club, request)), 201)
        except Conflict:
            continue
    raise Refused("changed_meanwhile")


def _known(club: Club, request: ReturnRequest) -> Placed | None:
    placed = orders.look_up(club.shop, f"{RETURNS}:{request.reference}")
    if placed and placed.digest != _digest(request):
        raise Refused("refund_mismatch", "reference", reference=request.reference)
    return placed


def _digest(request: ReturnRequest) -> bytes:
    return sha256(msgspec.msgpack.encode(request)).digest()


def _taken(club: Club, request: ReturnRequest) -> Placed:
    account = accounts.find(club.shop, request.member)
    accounts.refuse_inactive(account)
    order = _order(club, request, account)
    spend, points = _worth(_plan(club, request, order), request.amount)
    policy = _claw_back(club)
    taken = wallet.take_back(account.wallet, points, order.lot, policy, club.at.day)
    refund = Refund(
        request.reference,
        club.at.at,
        {},
        request.amount,
        points,
        taken.debt,
        taken.forgiven,
        0,
        spend,
    )
    entries = [
        _entry(order, refund, taken, club.at.month),
        *outlived(taken, order.key, refund.at),
    ]
    placed = Placed(order, "confirmed", 0, _digest(request), None, [refund])
    posting.rewrite(account, with_entries(account, entries), entries, placed)
    return placed


def _order(club: Club, request: ReturnRequest, account: Account) -> Order:
    """The record that makes the return happen once: an order without lines."""
    programme = club.published.programme
    rate = MILLION
    if request.currency != programme.currency:
        if request.currency not in programme.rates:
            raise Refused("currency_not_supported", "currency", currency=request.currency)
        rate = programme.rates[request.currency]
    return Order(
        key=f"{RETURNS}:{request.reference}",
        member=request.member,
        occurred_at=club.at.at,
        currency=request.currency,
        channel=RETURNS,
        version=club.published.version,
        tier=membership.tier_of(account, club.published.tier_history, club.at.month),
        lines=[],
        cuts=[],
        plan=Plan(0, 1, rate, "floor", [], []),
        parts=[],
        takes=[],
        uses=[],
        lot=wallet.earned_lot(programme.points, club.at.day) if programme.points else "",
        month=club.at.month,
    )


def _worth(plan: Plan, amount: int) -> tuple[int, int]:
    """What counts towards a tier, and points."""
    bought = [amount]
    try:
        parts = earning.components(plan, Remaining(bought, [1], bought))
    except Refused as refused:
        raise Refused(refused.code, "amount", **refused.params) from None
    return earning.qualifying_amount(plan, bought), earning.total(parts)


def _plan(club: Club, request: ReturnRequest, order: Order) -> Plan:
    """As of one line that is bought today, without any rule but the tier's multiplier."""
    rules, rate = club.published.programme.points, order.plan.rate
    if rules is None:
        return Plan(0, 1, rate, "floor", [NEUTRAL], [0])
    excluded = rules.basis.tax == "excluded"
    if excluded and request.vat_rate is None:
        raise Refused("invalid_field", "vat_rate", detail="The programme earns without tax")
    vat_rate = (request.vat_rate or 0) if excluded else 0
    factor = tier_factor(club.published.compiled, order.tier) * 100
    earn = rules.earn
    return Plan(earn.points, earn.amount, rate, rules.rounding, [factor], [vat_rate])


def _claw_back(club: Club) -> ClawBack:
    rules = club.published.programme.points
    return rules.claw_back if rules else "debt"


def _entry(order: Order, refund: Refund, taken: wallet.Taken, month: str) -> Entry:
    return entry(
        "reverse",
        taken.lots,
        taken.debt,
        reference=order.key,
        order=order.key,
        reason="no_receipt",
        occurred_at=refund.at,
        month=month,
        spend=-refund.spend,
        qualifying=-refund.points,
        amount=-refund.amount,
        currency=order.currency,
        version=order.version,
    )


def _receipt(placed: Placed) -> ReturnReceipt:
    refund = placed.refunds[0]
    return ReturnReceipt(
        refund.reference, refund.at, refund.amount, refund.points, refund.debt, refund.forgiven
    )
