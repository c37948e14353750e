"""Commits an order: what the quote promised is given, once."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from functions.checkout import promises
from functions.checkout.at_the_till import quotes_worth, shopping
from functions.checkout.placing import Outcome, Placing, occurred, place
from functions.checkout.quote import MemberId, quoted
from functions.checkout.receipts import Receipt, receipt_in
from functions.checkout.shoppers import Known, known, tier_then
from stamkund.rules.basket import (
    MOST_LINES,
    Basket,
    Line,
    refuse_repeated_ids,
)
from stamkund.rules.bill import Wish
from stamkund.rules.errors import Refused
from stamkund.rules.ids import OutsideId
from stamkund.rules.membership import counting_month
from stamkund.rules.order import Promise, digest_of, promised
from stamkund.rules.placing import Terms, lacking_points, order_of
from stamkund.rules.pricing import price
from stamkund.rules.programme import Currency, Minor
from stamkund.rules.selection import moment
from stamkund.rules.words import Channel
from stamkund.tables import Append, Read, Update, orders, programmes, work
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders
from stamkund.tables.programmes import Programmes
from stamkund.web import body, guest_claims
from stamkund.web.callers import Caller, Shop, Till
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.metrics import Metric, count

# A basket that could be quoted, and what was promised for it.
LARGEST_ORDER = body.LARGEST + promises.LONGEST_TOKEN
WEB = "web"
RETURNS = "return"  # the source under which returns without a receipt are kept
TAKEN = {"points_not_enough", "voucher_not_open", "offer_not_available", "limit_reached"}
ACCESS = {
    Accounts: Read | Update,
    Orders: Read | Append,
    Ledger: Read | Append,
    Programmes: Read,
}
REFUSALS = [
    "no_programme", "duplicate_line", "too_early", "too_late", "basket_too_large",
    "currency_not_supported", "quote_invalid", "quote_expired", "quote_mismatch", "charged_missing",
    "order_mismatch", "member_not_found", "member_not_active", "member_merged", "points_not_enough",
    "voucher_not_open", "offer_not_available", "limit_reached", "changed_meanwhile",
]  # fmt: skip


class OrderedLine(Line, frozen=True, forbid_unknown_fields=True):
    """`charged`: for a paid order, what was paid for the whole line in money, in minor units."""

    charged: Minor | None = None


class GuestContact(Struct, frozen=True, forbid_unknown_fields=True):
    """One of the two. Only a keyed hash of it is kept, until the order is claimed."""

    email: Annotated[str, Meta(max_length=320)] | None = None
    phone: Annotated[str, Meta(max_length=40)] | None = None


class CommitRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """An order, by the shop's own basket.

    Not `paid`: commit before the money is captured, then confirm or cancel. `paid`: every line
    says what was charged; such an order is never refused for what it promised. `source` is "web"
    unless you say another; the orders of a till come from the store that its key is for. `contact`:
    of a guest, if the shop is sure that it is theirs; then nobody else can claim the order.
    """

    order_id: OutsideId
    currency: Currency
    lines: Annotated[list[OrderedLine], Meta(min_length=1, max_length=MOST_LINES)]
    source: OutsideId | None = None
    channel: Channel = "web"
    member: MemberId | None = None
    quote: Annotated[str, Meta(max_length=promises.LONGEST_TOKEN)] | None = None
    occurred_at: Annotated[datetime, Meta(tz=True)] | None = None
    paid: bool = False
    contact: GuestContact | None = None


@endpoint(
    "POST",
    "/v1/checkout/orders",
    caller=[Shop, Till],
    access=ACCESS,
    problems=REFUSALS,
    status=(201, 200),
    largest_body=LARGEST_ORDER,
)
def commit(request: CommitRequest, caller: Caller, now: datetime) -> Reply[Receipt]:
    """Commit an order.

    With the token of a quote everything it promised is given, or nothing happens and the answer
    has a fresh quote. The same order again is answered with its receipt; the same key with other
    content is refused.
    """
    club = club_at(caller.shop, now)
    try:
        outcome = committed(club, from_its_source(request, caller), caller)
    except Refused as refused:
        raise with_fresh_quote(refused, club, request, caller) from refused
    receipt = receipt_in(club, outcome.placed, caller.language)
    if outcome.replayed:
        return Reply(receipt, 200, {"Idempotent-Replayed": "true"})
    return Reply(receipt, 201)


def from_its_source(request: CommitRequest, caller: Caller) -> CommitRequest:
    """A till's comes from its store, whatever it says: receipt numbers repeat elsewhere."""
    if caller.store and request.source not in {None, caller.store}:
        raise Refused("invalid_field", "source", detail="The key of a till says which store it is")
    return replace(request, source=request.source or caller.store or WEB)


def committed(club: Club, request: CommitRequest, caller: Caller) -> Outcome:
    """Places the order, or finds that it has been placed: what commit and batch share."""
    refuse_repeated_ids(request.lines)
    _refuse_half_paid(request)
    basket, contact = _basket(request), _guest_contact(club, request)
    digest = _content_digest(request, basket, contact)
    try:
        terms = _terms(club, request, caller.store)
        quoted_promise = _quoted_promise(club, request, basket, caller)
        binding = quoted_promise if _binds(quoted_promise, basket, terms) else None
        promise = binding or _priced_then(club, request, basket, terms)
    except Refused as refused:
        return _placed_before(club, request, digest, refused)
    order = order_of(terms, basket, promise)
    if quoted_promise and not binding:
        order = lacking_points(order, quoted_promise)
    placing = Placing(order, digest, promise.debt, promise.day, contact=contact)
    return _placed_and_counted(club, placing, promised=binding is not None)


def _placed_and_counted(club: Club, placing: Placing, *, promised: bool) -> Outcome:
    """What a repeat is answered was counted when it happened."""
    try:
        outcome = place(club, placing)
    except Refused as refused:
        if promised and refused.code in TAKEN:
            _count_broken(placing.order.key)
        raise
    if not outcome.replayed:
        count(Metric.COMMITS)
        if outcome.placed.order.shortfalls:
            _count_broken(placing.order.key)
        elif promised:
            count(Metric.PROMISES_KEPT)
    return outcome


def _count_broken(order: str) -> None:
    count(Metric.PROMISES_BROKEN)
    work.mention("broken_for", order)


def _basket(request: CommitRequest) -> Basket:
    return Basket(request.currency, [_plain(line) for line in request.lines], request.channel)


def _guest_contact(club: Club, request: CommitRequest) -> str:
    """The key under which a member is found by it."""
    if request.contact is None:
        return ""
    if request.member is not None:
        raise Refused("invalid_field", "contact", detail="Only a guest's order has one")
    return guest_claims.contact_key(
        club.shop, request.contact.email, request.contact.phone, club.programme.currency
    )


def _placed_before(club: Club, request: CommitRequest, digest: bytes, refused: Refused) -> Outcome:
    """A repeat may come when its quote has long run out, the member has left, or the programme
    takes its currency no more, and still gets its receipt."""
    placed = orders.look_up(club.shop, _key(request))
    if placed is None or placed.digest != digest:
        raise refused
    return Outcome(placed, replayed=True)


def _key(request: CommitRequest) -> str:
    return f"{request.source}:{request.order_id}"


def _plain(line: OrderedLine) -> Line:
    return Line(
        line.id,
        line.article,
        line.quantity,
        line.unit_price,
        line.vat_rate,
        line.category,
        line.brand,
        line.kind,
    )


def _terms(club: Club, request: CommitRequest, store: str) -> Terms:
    programme = club.published.programme
    at = occurred(club, request.occurred_at).astimezone(UTC)
    day = moment(at, programme.time_zone).day
    return Terms(
        key=_key(request),
        member=request.member or "",
        occurred_at=at,
        month=counting_month(programme.late, day, club.at.day),
        charged=_charged(request),
        store=store,
    )


def _charged(request: CommitRequest) -> list[int] | None:
    if not request.paid:
        return None
    return [line.charged for line in request.lines if line.charged is not None]


def _refuse_half_paid(request: CommitRequest) -> None:
    """Either all lines say what was charged, or none: such an order was never placed."""
    if request.source == RETURNS:
        raise Refused("invalid_field", "source", detail="Returns without receipt are kept under it")
    for index, line in enumerate(request.lines):
        if request.paid and line.charged is None:
            raise Refused("charged_missing", f"lines[{index}].charged")
        if line.charged is not None and not request.paid:
            detail = "Only a line of a paid order says what was charged"
            raise Refused("invalid_field", f"lines[{index}].charged", detail=detail)
        if line.charged is not None and line.charged > line.quantity * line.unit_price:
            detail = "More than the line costs: its quantity times its unit_price"
            raise Refused("invalid_field", f"lines[{index}].charged", detail=detail)


def _priced_then(club: Club, request: CommitRequest, basket: Basket, terms: Terms) -> Promise:
    """Without a quote that binds: what the programme of the order's time gives, to who the member
    was by then. An order told of late is not changed by what came after it."""
    version, compiled = programmes.in_force(club.shop, club.published, terms.occurred_at)
    at = moment(terms.occurred_at, compiled.programme.time_zone)
    who = known(club, request.member) if request.member else None
    shopper = replace(who.shopper, tier=tier_then(club, who, at)) if who else None
    priced = price(compiled, basket, shopper, at)
    return promised(
        priced,
        basket,
        version=version,
        tier=shopper.tier if shopper else "",
        debt=who.account.debt if who else 0,
        expires_at=club.at.at,
    )


def _quoted_promise(
    club: Club, request: CommitRequest, basket: Basket, caller: Caller
) -> Promise | None:
    """Refused: quote_invalid; and, unless it is paid already, quote_mismatch, quote_expired."""
    if request.quote is None:
        return None
    worth_to = quotes_worth(caller, request.order_id)
    promise = promises.promise_in(request.quote, club.shop, request.member or "", worth_to)
    if request.paid:
        return promise
    if promise.digest != digest_of(basket):
        raise Refused("quote_mismatch", "quote")
    if promise.expires_at < club.at.at.timestamp():
        raise Refused("quote_expired", "quote")
    return promise


def _binds(promise: Promise | None, basket: Basket, terms: Terms) -> bool:
    """An order that comes late binds us to the quote that held when it was paid."""
    if promise is None or promise.digest != digest_of(basket):
        return False
    return terms.charged is None or terms.occurred_at.timestamp() <= promise.expires_at


def _content_digest(request: CommitRequest, basket: Basket, contact: str) -> bytes:
    """What makes an order the same order: a repeat may come with another quote, or none."""
    # Not as UTC, which the first and the last day there is cannot be put into.
    at = request.occurred_at.timestamp() if request.occurred_at else None
    content: tuple[object, ...]
    content = (basket, request.member, request.paid, [line.charged for line in request.lines], at)
    if contact:
        content = (*content, contact)
    return sha256(msgspec.msgpack.encode(content)).digest()


def with_fresh_quote(
    refused: Refused, club: Club, request: CommitRequest, caller: Caller
) -> Refused:
    """Somebody was faster, or too late: the answer brings what can be had now."""
    if request.member is None or refused.code not in {*TAKEN, "quote_expired"}:
        return refused
    who: Known = known(club, request.member)
    asking = shopping(caller, request.member, None)
    fresh = quoted(club, who, _basket(request), Wish(), caller.language, asking.bound)
    return Refused(refused.code, refused.field, **refused.params, fresh_quote=fresh)
