"""How what a till asks a member to confirm is shown to the two of them."""

from datetime import datetime

from msgspec import Struct

from stamkund.rules.ids import OutsideId
from stamkund.tables.spendings import Spending, Status
from stamkund.web import identification
from stamkund.web.identification import Identification


class SpendingAsked(Struct, frozen=True):
    """What the till hears. With `identification`, once it is `confirmed`, it can quote this order
    with these points and vouchers, or fewer, until `expires_at`."""

    spending: str
    member: str
    order_id: OutsideId
    points: int
    vouchers: list[str]
    status: Status
    expires_at: datetime
    identification: str | None


def asked(shop: str, member: str, one: Spending, now: datetime) -> SpendingAsked:
    status = one.status(now)
    return SpendingAsked(
        spending=one.id,
        member=member,
        order_id=one.order,
        points=one.points,
        vouchers=list(one.vouchers),
        status=status,
        expires_at=one.until,
        identification=_proof(shop, member, one) if status == "confirmed" else None,
    )


def _proof(shop: str, member: str, one: Spending) -> str:
    known = Identification(
        member,
        "confirmed",
        int(one.until.timestamp()),
        one.order,
        one.points,
        list(one.vouchers),
    )
    return identification.token_of(shop, one.store, known)
