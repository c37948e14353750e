"""What the shop's own server does when somebody buys something or brings it back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from stamkund.local.replay.habits import Habits
from stamkund.local.replay.purchases import Purchase
from stamkund.local.replay.tally import Tally
from stamkund.local.replay.till import Refused, Seen, Till
from stamkund.local.replay.timetable import Event
from stamkund.rules.basket import Line

CURRENCY = "SEK"
CHANNEL = "store"
SOURCE = "till"


class Member(Seen, frozen=True):
    member: str


class Promised(Seen, frozen=True):
    """A benefit as it is quoted."""

    id: str
    amount: int
    points: int


class Given(Seen, frozen=True):
    """A benefit as the receipt has it."""

    id: str
    given: int
    points: int


class Points(Seen, frozen=True):
    total: int


class Spending(Seen, frozen=True):
    most: int
    minimum: int


class QuotedTotal(Seen, frozen=True):
    to_pay: int


class Quote(Seen, frozen=True):
    quote: str
    total: QuotedTotal
    points: Points
    benefits: list[Promised]
    spending: Spending | None


class ReceiptTotal(Seen, frozen=True):
    full: int
    saved: int
    by_points: int
    promised: int
    charged: int


class Receipt(Seen, frozen=True):
    total: ReceiptTotal
    points: Points
    points_promised: int
    points_spent: int
    benefits: list[Given]
    shortfalls: list[Any]


class Refund(Seen, frozen=True):
    amount: int
    points: int
    restored: int
    debt: int
    forgiven: int


class RefundReceipt(Seen, frozen=True):
    refund: Refund


class Order(Struct, frozen=True):
    """An order on its way to the club; `id` is the basket's, or that of a payment that failed."""

    id: str
    household: str
    member: str
    at: datetime
    lines: list[Line]


class Shop:
    """One of the shop's tills. It serves a household's events one after the other."""

    def __init__(
        self, till: Till, habits: Habits, lines_of: Callable[[Purchase], list[Line]]
    ) -> None:
        self._till = till
        self._habits = habits
        self._lines_of = lines_of
        self._members: dict[str, str] = {}
        self.tally = Tally()

    def serve(self, event: Event) -> None:
        """Whatever the club refuses is written down, and the shop goes on."""
        try:
            if event.returned is None:
                self._sell(event.purchase)
            else:
                self._take_back(event)
        except Refused as refused:
            self.tally.problems.append(str(refused))

    def counted(self) -> Tally:
        """What was done since this was last asked."""
        done, self.tally = self.tally, Tally()
        done.tried_again, self._till.tried_again = self._till.tried_again, 0
        return done

    def _sell(self, purchase: Purchase) -> None:
        order = Order(
            id=purchase.order,
            household=purchase.household,
            member=self._member(purchase.household),
            at=purchase.at,
            lines=self._lines_of(purchase),
        )
        if self._habits.forsakes(order.id):
            self._commit(_failed(order), self._quote(order))
            self.tally.forsaken += 1
        receipt = self._commit(order, self._quote(order))
        self._till.tell("POST", f"{_path(order.id)}/confirmation")
        self._write_down(receipt)

    def _member(self, household: str) -> str:
        """Enrols whoever comes for the first time; enrolling again finds the same member."""
        if household not in self._members:
            enrolment = {"customer_id": household, "language": "en", "channel": CHANNEL}
            member, known = self._till.ask("POST", "/v1/members", enrolment, Member)
            self._members[household] = member.member
            self.tally.members += not known
        return self._members[household]

    def _quote(self, order: Order) -> Quote:
        """Some pay with points, with all that they may."""
        quote = self._quoted(order, 0)
        spending = quote.spending
        if spending is None or spending.most < max(1, spending.minimum):
            return quote
        if not self._habits.pays_with_points(order.household, order.id):
            return quote
        return self._quoted(order, spending.most)

    def _quoted(self, order: Order, points: int) -> Quote:
        wanted = {**_basket(order), "spend_points": points}
        return self._till.ask("POST", "/v1/checkout/quotes", wanted, Quote)[0]

    def _commit(self, order: Order, quote: Quote) -> Receipt:
        committed = {
            **_basket(order),
            "order_id": order.id,
            "source": SOURCE,
            "quote": quote.quote,
            "occurred_at": order.at,
        }
        receipt, replayed = self._till.ask("POST", "/v1/checkout/orders", committed, Receipt)
        self.tally.repeats += replayed
        if not replayed and not kept(quote, receipt):
            self.tally.broken_promises += 1
            self.tally.problems.append(f"order {order.id}: promised {quote}, given {receipt}")
        return receipt

    def _write_down(self, receipt: Receipt) -> None:
        tally, total = self.tally, receipt.total
        tally.orders += 1
        tally.full += total.full
        tally.saved += total.saved
        tally.by_points += total.by_points
        tally.charged += total.charged
        tally.promised_to_pay += total.promised
        tally.promised_points += receipt.points_promised
        tally.delivered_points += receipt.points.total
        tally.spent_points += receipt.points_spent
        tally.shortfalls += len(receipt.shortfalls)

    def _take_back(self, event: Event) -> None:
        wanted = self._wanted_back(event)
        if wanted is None:
            return
        path = f"{_path(event.purchase.order)}/refunds"
        refund = self._till.ask("POST", path, wanted, RefundReceipt)[0].refund
        self.tally.refunds += 1
        self.tally.refunded += refund.amount
        self.tally.reversed_points += refund.points
        self.tally.restored_points += refund.restored
        self.tally.debt_points += refund.debt
        self.tally.forgiven_points += refund.forgiven

    def _wanted_back(self, event: Event) -> dict[str, object] | None:
        """None when the first return took everything already."""
        returned, order = event.returned, event.purchase.order
        assert returned is not None
        if returned.whole and returned.reference == "r1":
            return {"reference": returned.reference}
        lines = self._lines_of(event.purchase)
        first = self._habits.units_back(order, lines)
        if returned.whole:
            anything_left = any(first.get(line.id, 0) < line.quantity for line in lines)
            return {"reference": returned.reference} if anything_left else None
        units = [{"id": id, "quantity": quantity} for id, quantity in first.items()]
        return {"reference": returned.reference, "lines": units}


def kept(quote: Quote, receipt: Receipt) -> bool:
    """Whether the receipt has what the quote said, benefit by benefit."""
    promised = [(benefit.id, benefit.amount, benefit.points) for benefit in quote.benefits]
    given = [(benefit.id, benefit.given, benefit.points) for benefit in receipt.benefits]
    return (
        promised == given
        and quote.total.to_pay == receipt.total.charged
        and quote.points == receipt.points
    )


def _failed(order: Order) -> Order:
    """The first try, a minute before the one that is paid."""
    return replace(order, id=f"{order.id}-failed", at=order.at - timedelta(minutes=1))


def _basket(order: Order) -> dict[str, object]:
    return {
        "currency": CURRENCY,
        "channel": CHANNEL,
        "member": order.member,
        "lines": order.lines,
    }


def _path(order: str) -> str:
    return f"/v1/checkout/orders/{SOURCE}:{order}"
