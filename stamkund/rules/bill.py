"""The bill: a basket while it is being priced, and what comes of it.

Lines of the same article at the same price are priced as one good and the result is spread over
them, so that neither their order nor splitting one of them changes any total. Every step takes from
what is `left` of each good and is kept as a `Cut`: what the benefit took, good by good.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from datetime import datetime

from msgspec import Struct

from stamkund.rules.basket import Basket, Line
from stamkund.rules.earning import Component, Plan, earning_amounts, qualifying_amount
from stamkund.rules.earning import total as total_points
from stamkund.rules.errors import Refused
from stamkund.rules.money import MILLION, allocate, from_accounting, refuse_beyond_reason
from stamkund.rules.programme import Currency, Gives, Programme
from stamkund.rules.selection import Compiled, Moment, Selector
from stamkund.rules.wallet import Take, Wallet
from stamkund.rules.words import composed

Amounts = dict[int, int]  # by index of the good or line; what is not touched is not there

# Each is an item of the transaction that commits them, as is one offer of each group.
MOST_VOUCHERS = 5


class Voucher(Struct, frozen=True):
    """Money off a basket, in the accounting currency, or what it gives instead; and the reward that
    it came from."""

    id: str
    amount: int
    expires_at: datetime
    min_amount: int = 0
    gives: Gives | None = None
    reward: str = ""


class Shopper(Struct, frozen=True):
    """What pricing needs to know of a member; `used_up` offers cannot be switched on again."""

    tier: str = ""
    wallet: Wallet = Wallet()
    used: dict[str, int] = {}
    switched_on: frozenset[str] = frozenset()
    used_up: frozenset[str] = frozenset()
    vouchers: dict[str, Voucher] = {}
    first_order: bool = True


class Wish(Struct, frozen=True):
    """What the member wants to use."""

    vouchers: tuple[str, ...] = ()
    points: int = 0


class Good(Struct):
    """All units of one article at one price."""

    line: Line
    units: int = 0
    lines: list[int] = []
    line_units: list[int] = []


class Cut(Struct, frozen=True, array_like=True):
    """What one benefit took off the lines it touched, and the points it adds."""

    kind: str  # "member_price", "offer", "voucher"
    id: str
    amounts: Amounts
    points: int = 0

    @property
    def amount(self) -> int:
        return sum(self.amounts.values())


class Missed(Struct, frozen=True, array_like=True):
    """A benefit that was not given, and why: the code is the contract."""

    id: str
    code: str
    params: dict[str, int | str] = {}


class Use(Struct, frozen=True, array_like=True):
    """A counter that this order moves by `n`, up to `limit`."""

    key: str
    n: int
    limit: int


class Priced(Struct, frozen=True):
    """The outcome, per line in the basket's own sequence, in the basket's currency."""

    due: list[int]  # after all benefits, before points pay
    by_points: list[int]
    cuts: list[Cut]
    missed: list[Missed]
    plan: Plan
    parts: list[Component]
    takes: list[Take]
    uses: list[Use]
    lot: str
    most_points: int
    claimed: list[str] = []

    @property
    def points(self) -> int:
        return total_points(self.parts)

    @property
    def spent(self) -> int:
        return sum(take.points for take in self.takes)

    @property
    def qualifying_spend(self) -> int:
        """What of it counts towards a tier by spend, in the accounting currency."""
        amounts = earning_amounts(self.plan, self.due, self.by_points)
        return qualifying_amount(self.plan, amounts)


class Bill:
    """What is left of each good after the steps so far, and what they took."""

    def __init__(self, compiled: Compiled, basket: Basket, who: Shopper | None, at: Moment) -> None:
        self.compiled, self.basket, self.who, self.at = compiled, basket, who, at
        self.rate = currency_rate(compiled.programme, basket.currency)
        self.goods = goods_of(basket)
        self.full = [good.line.unit_price * good.units for good in self.goods]
        refuse_beyond_reason(sum(self.full), "lines")
        self.left = list(self.full)
        self.freed = [0] * len(self.goods)  # units that cost nothing any more
        self.cuts: list[Cut] = []
        self.missed: list[Missed] = []
        self.uses: list[Use] = []
        self.relies_on_first = False  # whether something is given because nothing was bought yet
        self.claimed: list[str] = []  # switched-on offers of which there are only so many

    def fork(self) -> "Bill":
        """As it is now, to try out on it what would come next."""
        other = copy(self)
        other.left, other.freed, other.cuts = list(self.left), list(self.freed), list(self.cuts)
        other.missed, other.uses, other.claimed = [], [], []
        return other

    def money(self, amount: int) -> int:
        """An amount of the programme in the basket's currency."""
        return from_accounting(amount, self.rate)

    def masks(self, selector: Selector) -> list[int]:
        """The rules that match each good, as bits."""
        lines = (good.line for good in self.goods)
        return [selector.mask(line.article, line.category, line.brand) for line in lines]

    def take(
        self,
        kind: str,
        id: str,
        amounts: Amounts,
        points: int = 0,
        freed: Mapping[int, int] = {},
    ) -> None:
        """`freed`: how many units of a good cost nothing from now on."""
        for index, amount in amounts.items():
            self.left[index] -= amount
        for index, units in freed.items():
            self.freed[index] += units
        self.cuts.append(Cut(kind, id, amounts, points))


def currency_rate(programme: Programme, currency: Currency) -> int:
    """Refused: currency_not_supported."""
    if currency == programme.currency:
        return MILLION
    if currency not in programme.rates:
        raise Refused("currency_not_supported", "currency", currency=currency)
    return programme.rates[currency]


def goods_of(basket: Basket) -> list[Good]:
    """Lines that differ only in id and quantity, together, in a sequence of their own."""
    goods: dict[tuple[str, int, str, str, str, int], Good] = {}
    for index, line in enumerate(basket.lines):
        category, brand = composed(line.category), composed(line.brand)
        same = (line.article, line.unit_price, category, brand, line.kind, line.vat_rate)
        good = goods.get(same)
        if good is None:
            good = goods[same] = Good(line)
        good.units += line.quantity
        good.lines.append(index)
        good.line_units.append(line.quantity)
    return [goods[same] for same in sorted(goods)]


def spread(goods: Sequence[Good], amounts: Mapping[int, int], left: list[int]) -> Amounts:
    """From goods to the lines they came from, by what is `left` of each line, and out of that.

    By what is left and not by units: a second cut must not take what the first has taken already.
    """
    by_line: Amounts = {}
    for index, amount in amounts.items():
        lines = goods[index].lines
        parts = [amount] if len(lines) == 1 else allocate(amount, [left[line] for line in lines])
        for line, part in zip(lines, parts, strict=True):
            by_line[line] = part
            left[line] -= part
    return by_line


def bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
