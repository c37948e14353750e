"""The words of the ledger: entries are appended, never edited, and a wallet is their sum."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, get_args

from msgspec import Struct

from stamkund.rules.programme import Currency
from stamkund.rules.tiers import Pin, Span, Standing

Kind = Literal[
    "earn",  # points of an order
    "spend",  # points that paid for something
    "reverse",  # points of an order taken back
    "restore",  # spent points given back
    "expire",  # the end of their life
    "lapse",  # too long without a purchase
    "repay",  # points that came paid what was owed: these cancel out
    "adjust",  # a person in the shop decided so
    "bonus",  # points for something that is no order
    "gift",  # points given away, to a charity or a person
    "tier",  # a step up or down
    "freeze",  # months in which a tier cannot fall
    "merge",  # two memberships became one
    "erase",  # the member left
    "import",  # brought along from another system
]
KINDS: tuple[Kind, ...] = get_args(Kind)
# What changes totals and so may move a tier; the entries that a recalculation writes do not.
MOVES_TIER: tuple[Kind, ...] = (
    "earn", "spend", "reverse", "restore", "adjust", "bonus", "gift", "freeze", "merge", "import",
)  # fmt: skip
CANCELLED = "cancelled"  # the reason for reversing an order that never was
TIME_FORMAT = "%Y%m%dT%H%M%S.%fZ"


class Brought(Struct, frozen=True, omit_defaults=True):
    """What else a merge moves: totals by month, orders, what the shop has granted; and the standing
    from which the tier of the two goes on."""

    spend: dict[str, int] = {}
    qualifying: dict[str, int] = {}
    orders: int = 0
    freezes: list[Span] = []
    pins: list[Pin] = []
    standing: Standing | None = None


class Entry(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One fact. Signed: `points` equals the sum of `lots` less `debt`; `amount` is minor units."""

    kind: Kind
    reference: str
    occurred_at: datetime
    points: int = 0
    lots: dict[str, int] = {}
    debt: int = 0
    month: str = ""
    spend: int = 0
    qualifying: int = 0
    amount: int = 0
    currency: Currency | None = None
    reason: str = ""
    order: str = ""
    reverses: str = ""
    tier_from: str = ""
    tier_to: str = ""
    tier_since: str = ""  # the shop's own day
    frozen_from: str = ""
    frozen_until: str = ""
    active_on: str = ""
    used: dict[str, int] = {}
    by: str = ""
    version: int = 0
    brought: Brought | None = None

    @property
    def id(self) -> str:
        """Time-ordered, and the same however often the same thing is said."""
        return f"{self.occurred_at:{TIME_FORMAT}}#{self.kind}#{self.reference}"


def entry(kind: Kind, lots: Mapping[str, int], debt: int = 0, **fields: object) -> Entry:
    """An entry whose points are, by construction, what its lots and debt say."""
    points = sum(lots.values()) - debt
    return Entry(kind=kind, lots=dict(lots), debt=debt, points=points, **fields)  # type: ignore[arg-type]


def summed(maps: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sum of maps, key by key, without the keys that come to nothing."""
    total: dict[str, int] = {}
    for each in maps:
        for key, value in each.items():
            total[key] = total.get(key, 0) + value
    return {key: value for key, value in total.items() if value}
