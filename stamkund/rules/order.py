"""An order as it was priced: what was promised, what was charged, and what has come back since."""

from datetime import datetime
from hashlib import sha256
from typing import Literal

import msgspec
from msgspec import Struct

from stamkund.rules.basket import Basket, Line, LineKind
from stamkund.rules.bill import Cut, Missed, Priced, Use
from stamkund.rules.earning import Component, Plan
from stamkund.rules.programme import Currency
from stamkund.rules.wallet import Take

OrderStatus = Literal["held", "confirmed", "cancelled"]


class Promise(Struct, frozen=True, array_like=True):
    """What a quote says will be given; the commit gives it without asking the rules again."""

    digest: bytes
    expires_at: int
    version: int
    tier: str
    due: list[int]
    by_points: list[int]
    cuts: list[Cut]
    plan: Plan
    parts: list[Component]
    takes: list[Take]
    uses: list[Use]
    lot: str
    debt: int
    missed: list[Missed] = []
    claimed: list[str] = []  # switched-on offers of which there are only so many
    day: str = ""  # on which it was given, if it spends points: which were there, which go first

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)

    @property
    def vouchers(self) -> list[str]:
        return [cut.id for cut in self.cuts if cut.kind == "voucher"]


def digest_of(basket: Basket) -> bytes:
    """Of every priced field in the basket's own sequence; 96 bits are plenty in a signature."""
    return sha256(msgspec.msgpack.encode(basket)).digest()[:12]


def promised(
    priced: Priced, basket: Basket, *, version: int, tier: str, debt: int, expires_at: datetime
) -> Promise:
    return Promise(
        digest=digest_of(basket),
        expires_at=int(expires_at.timestamp()),
        version=version,
        tier=tier,
        due=priced.due,
        by_points=priced.by_points,
        cuts=priced.cuts,
        plan=priced.plan,
        parts=priced.parts,
        takes=priced.takes,
        uses=priced.uses,
        lot=priced.lot,
        debt=debt,
        missed=priced.missed,
        claimed=priced.claimed,
    )


class OrderLine(Struct, frozen=True, array_like=True):
    """A line with its money: `charged` is what was paid for it in money."""

    id: str
    article: str
    category: str
    brand: str
    kind: LineKind
    vat_rate: int
    unit_price: int
    quantity: int
    charged: int
    by_points: int

    @property
    def value(self) -> int:
        return self.charged + self.by_points

    def asked_for(self) -> Line:
        return Line(
            self.id,
            self.article,
            self.quantity,
            self.unit_price,
            self.vat_rate,
            self.category,
            self.brand,
            self.kind,
        )


def order_line(line: Line, charged: int, by_points: int) -> OrderLine:
    return OrderLine(
        line.id,
        line.article,
        line.category,
        line.brand,
        line.kind,
        line.vat_rate,
        line.unit_price,
        line.quantity,
        charged,
        by_points,
    )


class Shortfall(Struct, frozen=True, array_like=True):
    """What was promised, or due, and could not be given: `benefit` says which; staff sees it."""

    benefit: str
    amount: int = 0
    points: int = 0


class Order(Struct, frozen=True, array_like=True):
    """Everything about an order that never changes."""

    key: str
    member: str
    occurred_at: datetime
    currency: Currency
    channel: str
    version: int
    tier: str
    lines: list[OrderLine]
    cuts: list[Cut]
    plan: Plan
    parts: list[Component]
    takes: list[Take]
    uses: list[Use]
    lot: str
    month: str  # whose totals it counts in; empty where it came too late to count
    promised_due: int = 0
    promised_points: int = 0
    shortfalls: list[Shortfall] = []
    paid: bool = False
    missed: list[Missed] = []
    claimed: list[str] = []
    store: str = ""  # whose till's key committed it

    @property
    def charged(self) -> int:
        return sum(line.charged for line in self.lines)

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)

    @property
    def spent(self) -> int:
        return sum(take.points for take in self.takes)

    @property
    def vouchers(self) -> list[str]:
        """Those that were used: one of which nothing was given is still the member's."""
        return [cut.id for cut in self.cuts if cut.kind == "voucher" and cut.amount]

    def basket(self) -> Basket:
        """The basket as it was asked for, to explain it by the rules of then."""
        return Basket(self.currency, [line.asked_for() for line in self.lines], self.channel)


class Refund(Struct, frozen=True, array_like=True):
    """One return: which units, and everything that came of it."""

    reference: str
    at: datetime
    units: dict[int, int]  # by index of the line
    amount: int
    points: int  # taken back
    debt: int  # of which became debt
    forgiven: int  # of which the policy let go
    restored: int  # spent points given back
    spend: int
    digest: bytes = b""
    store: str = ""  # where it came back, if to a till
