"""A voucher for one member."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from functions.members.deciding import ATTEMPTS, staff_day
from functions.members.shown import REPLAYED
from stamkund.rules.bill import Voucher
from stamkund.rules.errors import Refused
from stamkund.rules.ids import ShorterId
from stamkund.rules.programme import Currency
from stamkund.tables import Append, Read, Update, accounts, benefits
from stamkund.tables.accounts import Accounts, BenefitItem
from stamkund.tables.posting import Conflict
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Shop, Staff, member_of
from stamkund.web.club import MEMBER_PROBLEMS, club_at
from stamkund.web.endpoint import Reply, endpoint

# No offer has a dot in its id, and both lie under the same kind of key.
PREFIX = "v."
LONGEST = timedelta(days=3650)

VoucherAmount = Annotated[int, Meta(ge=1, le=10_000_000)]


class VoucherRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Minor units of the programme's currency. `reference` is yours and makes it happen once."""

    reference: ShorterId
    amount: VoucherAmount
    expires_at: Annotated[datetime, Meta(tz=True)]
    min_amount: Annotated[int, Meta(ge=0, le=10**9)] = 0


class VoucherGiven(Struct, frozen=True):
    """`voucher` is its id in a quote; `status` is open or used; `given_by` the id of a key."""

    voucher: str
    amount: int
    min_amount: int
    currency: Currency
    expires_at: datetime
    status: str
    given_by: str | None


@endpoint(
    "POST",
    "/v1/members/{member}/vouchers",
    caller=[Shop, Staff],
    access={Accounts: Read | Append | Update, Programmes: Read},
    problems=[*MEMBER_PROBLEMS, "voucher_mismatch", "staff_limit_reached", "busy"],
    status=(201, 200),
)
def give_voucher(
    member: str, request: VoucherRequest, caller: Caller, now: datetime
) -> Reply[VoucherGiven]:
    """Give a member a voucher.

    Money off one order, of `min_amount` or more where that is given, until it expires. A staff key
    alone gives no more than the programme's `staff.vouchers_alone` in a day; the shop's own server
    gives what it will.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    voucher, currency = _voucher(request), club.programme.currency
    staff = staff_day(club, caller.key) if caller.kind is Staff else None
    for _ in range(ATTEMPTS):
        account, known, given_today = benefits.find(club.shop, owner, voucher.id, staff)
        accounts.refuse_inactive(account)
        if known:
            return Reply(_again(known, voucher, currency), 200, REPLAYED)
        if not now < voucher.expires_at <= now + LONGEST:
            raise Refused("invalid_field", "expires_at", detail="Expected a time within ten years")
        if staff and given_today + voucher.amount > staff.vouchers:
            left = max(0, staff.vouchers - given_today)  # the limit may have been lowered since
            raise Refused("staff_limit_reached", "amount", most=left)
        try:
            benefits.give_voucher(club.shop, owner, voucher, caller.key, staff)
        except Conflict:
            continue
        return Reply(_given(voucher, "open", currency, caller.key), 201)
    raise Refused("busy")


def _voucher(request: VoucherRequest) -> Voucher:
    id = PREFIX + request.reference
    return Voucher(id, request.amount, request.expires_at, request.min_amount)


def _again(known: BenefitItem, voucher: Voucher, currency: Currency) -> VoucherGiven:
    same = (int(known.amount), int(known.min_amount), datetime.fromisoformat(known.expires_at))
    if same != (voucher.amount, voucher.min_amount, voucher.expires_at):
        raise Refused("voucher_mismatch", "reference")
    return _given(voucher, known.status, currency, known.given_by)


def _given(voucher: Voucher, status: str, currency: Currency, by: str | None) -> VoucherGiven:
    return VoucherGiven(
        voucher=voucher.id,
        amount=voucher.amount,
        min_amount=voucher.min_amount,
        currency=currency,
        expires_at=voucher.expires_at,
        status=status,
        given_by=by,
    )
