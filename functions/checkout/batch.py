"""Commits what a till sold while the line was down."""

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, Struct

from functions.checkout.commit import (
    ACCESS,
    REFUSALS,
    WEB,
    CommitRequest,
    committed,
    from_its_source,
)
from functions.checkout.receipts import Receipt, receipt_in
from stamkund.rules.errors import Refused
from stamkund.web import body
from stamkund.web.callers import Caller, Shop, Till
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import RawBody, endpoint

Decoder: TypeAlias = "msgspec.json.Decoder[CommitRequest]"

ANSWERED = {*REFUSALS, "invalid_field", "not_offline"}
MOST_ORDERS = 25
LARGEST = 512 * 1024


class BatchRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Orders in the sequence in which they were sold; each is `paid` and says when it was."""

    orders: Annotated[list[CommitRequest], Meta(min_length=1, max_length=MOST_ORDERS)]


class Envelope(Struct, frozen=True, forbid_unknown_fields=True):
    """The same, with the orders unopened: one that cannot be read must not hold up the others."""

    orders: Annotated[list[msgspec.Raw], Meta(min_length=1, max_length=MOST_ORDERS)]


class Refusal(Struct, frozen=True):
    """Why one order was refused: the code is the contract. `field` is within the order."""

    code: str
    field: str | None


class BatchAnswer(Struct, frozen=True):
    """One order's own answer, in the sequence in which they were sent; `order` is null where it
    could not be read."""

    order: str | None
    outcome: Literal["committed", "replayed", "refused"]
    receipt: Receipt | None = None
    problem: Refusal | None = None


class BatchReceipt(Struct, frozen=True):
    answers: list[BatchAnswer]


@endpoint(
    "POST",
    "/v1/checkout/batches",
    caller=[Shop, Till],
    access=ACCESS,
    problems=["no_programme"],
    largest_body=LARGEST,
    raw_type=BatchRequest,
)
def batch(request: RawBody, caller: Caller, now: datetime) -> BatchReceipt:
    """Commit a batch of orders.

    For a till that was offline: up to 25 paid orders, each answered on its own, so that one that
    is refused, or cannot even be read, does not hold up the others. Send the same batch again
    after any fault.
    """
    club = club_at(caller.shop, now)
    envelope = body.decode(request.content, msgspec.json.Decoder(Envelope), LARGEST)
    decoder = msgspec.json.Decoder(CommitRequest)
    return BatchReceipt([_answer(club, raw, decoder, caller) for raw in envelope.orders])


def _answer(club: Club, raw: msgspec.Raw, decoder: Decoder, caller: Caller) -> BatchAnswer:
    try:
        order = body.as_declared(raw, decoder)
    except Refused as refused:
        return _refused(None, refused)
    key = f"{order.source or caller.store or WEB}:{order.order_id}"
    try:
        _refuse_unless_offline(order)
        outcome = committed(club, from_its_source(order, caller), caller)
    except Refused as refused:
        if refused.code not in ANSWERED:
            raise
        return _refused(key, refused)
    receipt = receipt_in(club, outcome.placed, caller.language)
    return BatchAnswer(key, "replayed" if outcome.replayed else "committed", receipt)


def _refuse_unless_offline(order: CommitRequest) -> None:
    """An offline till may earn, never spend; and only it knows when it sold."""
    if not order.paid:
        raise Refused("not_offline", "paid")
    if order.quote is not None:
        raise Refused("not_offline", "quote")
    if order.occurred_at is None:
        raise Refused("not_offline", "occurred_at")


def _refused(key: str | None, why: Refused) -> BatchAnswer:
    return BatchAnswer(key, "refused", problem=Refusal(why.code, why.field))
