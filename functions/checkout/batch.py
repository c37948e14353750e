"""Commits what a till sold while the line was down."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from functions.checkout.commit import ACCESS, REFUSALS, CommitRequest, committed
from functions.checkout.receipts import Receipt, receipt_of
from stamkund.rules.errors import Refused
from stamkund.rules.programme import Language
from stamkund.web.callers import Caller, Shop
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import endpoint

MOST_ORDERS = 25
LARGEST = 512 * 1024


class BatchRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Orders in the sequence in which they were sold; each is `paid` and says when it was."""

    orders: Annotated[list[CommitRequest], Meta(min_length=1, max_length=MOST_ORDERS)]


class Refusal(Struct, frozen=True):
    """Why one order was refused: the code is the contract."""

    code: str
    field: str | None


class BatchAnswer(Struct, frozen=True):
    """One order's own answer."""

    order: str
    outcome: Literal["committed", "replayed", "refused"]
    receipt: Receipt | None = None
    problem: Refusal | None = None


class BatchReceipt(Struct, frozen=True):
    answers: list[BatchAnswer]


@endpoint(
    "POST",
    "/v1/checkout/batches",
    caller=[Shop],
    access=ACCESS,
    problems=["no_programme", "not_offline"],
    largest_body=LARGEST,
)
def batch(request: BatchRequest, caller: Caller, now: datetime) -> BatchReceipt:
    """Commit a batch of orders.

    For a till that was offline: up to 25 paid orders, each answered on its own, so that one that
    is refused does not hold up the others. Send the same batch again after any fault.
    """
    club = club_at(caller.shop, now)
    for index, order in enumerate(request.orders):
        _refuse_unless_offline(index, order)
    return BatchReceipt([_answer(club, order, caller.language) for order in request.orders])


def _refuse_unless_offline(index: int, order: CommitRequest) -> None:
    """An offline till may earn, never spend; and only it knows when it sold."""
    if not order.paid:
        raise Refused("not_offline", f"orders[{index}].paid")
    if order.quote is not None:
        raise Refused("not_offline", f"orders[{index}].quote")
    if order.occurred_at is None:
        raise Refused("not_offline", f"orders[{index}].occurred_at")


def _answer(club: Club, order: CommitRequest, language: Language) -> BatchAnswer:
    key = f"{order.source}:{order.order_id}"
    try:
        outcome = committed(club, order)
    except Refused as refused:
        if refused.code not in REFUSALS:
            raise
        return BatchAnswer(key, "refused", problem=Refusal(refused.code, refused.field))
    receipt = receipt_of(outcome.placed, club.published.programme, language)
    return BatchAnswer(key, "replayed" if outcome.replayed else "committed", receipt)
