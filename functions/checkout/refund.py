"""Refunds an order, in part or whole."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from functions.checkout.receipts import RefundShown, refund_shown
from functions.checkout.returning import Asked, take_back
from stamkund.rules.basket import Quantity
from stamkund.rules.errors import Refused
from stamkund.rules.ids import OrderKey, OutsideId
from stamkund.rules.ledger import CANCELLED
from stamkund.rules.refunds import units_left, units_of
from stamkund.tables import Append, Read, Update
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders, Placed
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Shop, Till
from stamkund.web.club import club_at
from stamkund.web.endpoint import Reply, endpoint


class ReturnedLine(Struct, frozen=True, forbid_unknown_fields=True):
    """So many units of a line of the order."""

    id: OutsideId
    quantity: Quantity


class RefundRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`reference` is the shop's own, one per refund. No lines: all that is left of the order."""

    reference: OutsideId
    lines: Annotated[list[ReturnedLine], Meta(max_length=200)] = []


class RefundReceipt(Struct, frozen=True):
    """What to pay back in money (minor units), and what happened to the points."""

    order: str
    refund: RefundShown
    left: dict[str, int]


@endpoint(
    "POST",
    "/v1/checkout/orders/{order}/refunds",
    caller=[Shop, Till],
    access={
        Accounts: Read | Update,
        Orders: Read | Update,
        Ledger: Append,
        Programmes: Read,
    },
    problems=[
        "no_programme", "order_not_found", "order_not_confirmed", "order_closed",
        "line_not_found", "duplicate_line", "refund_too_large", "refund_mismatch",
        "changed_meanwhile",
    ],
    status=(201, 200),
)  # fmt: skip
def refund(
    order: OrderKey, request: RefundRequest, caller: Caller, now: datetime
) -> Reply[RefundReceipt]:
    """Refund an order.

    Money is what was paid for the units; points are what the order no longer earns. Any split of
    a refund adds up to the whole. The same reference again is answered with the same refund.
    """
    done = take_back(club_at(caller.shop, now), order, _asked(request, caller.store))
    lines = done.placed.order.lines
    left = units_left(done.placed.order, done.placed.refunds)
    receipt = RefundReceipt(
        order=order,
        refund=refund_shown(done.placed.order, done.refund),
        left={lines[index].id: units for index, units in left.items()},
    )
    if done.replayed:
        return Reply(receipt, 200, {"Idempotent-Replayed": "true"})
    return Reply(receipt, 201)


def _asked(request: RefundRequest, store: str) -> Asked:
    if request.reference == CANCELLED:
        raise Refused("invalid_field", "reference", detail="This word is taken")
    wanted: dict[str, int] = {}
    for position, line in enumerate(request.lines):
        if line.id in wanted:
            raise Refused("duplicate_line", f"lines[{position}].id", line=line.id)
        wanted[line.id] = line.quantity
    digest = sha256(msgspec.msgpack.encode(sorted(wanted.items()))).digest()[:12]
    return Asked(request.reference, digest, lambda placed: _units(placed, wanted), store)


def _units(placed: Placed, wanted: Mapping[str, int]) -> Mapping[int, int]:
    if wanted:
        return units_of(placed.order, placed.refunds, wanted)
    left = units_left(placed.order, placed.refunds)
    if not left:
        raise Refused("refund_too_large", "lines", most=0)
    return left
