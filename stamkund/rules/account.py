"""A member's account: the wallet, the totals that decide the tier, and what the ledger does to it.

Nothing here is personal. An account is the fold of its ledger entries; the one thing that changes
it without an entry is putting matured lots together, which changes no balance on any day.
"""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from stamkund.rules.ledger import CANCELLED, Entry, summed
from stamkund.rules.tiers import Pin, Record, Span, Standing
from stamkund.rules.wallet import Wallet

Status = Literal["active", "merged", "closed"]


class Account(Struct, frozen=True, kw_only=True):
    """Totals are by month, `2026-04`; `used` counts what offers and caps have been used.

    `orders` counts those that were not cancelled, whatever came back of them since.
    `standing` is where the tier stood at the end of the last month that can no longer change;
    `review_on` is no later than the day on which anything here changes by itself. `merged_into`:
    who this member is now.
    """

    shop: str
    member: str
    card: str
    status: Status = "active"
    version: int = 0
    joined_on: str = ""
    tier: str = ""
    tier_since: str = ""
    standing: Standing | None = None
    lots: dict[str, int] = {}
    debt: int = 0
    active_on: str = ""
    spend: dict[str, int] = {}
    qualifying: dict[str, int] = {}
    used: dict[str, int] = {}
    freezes: list[Span] = []
    pins: list[Pin] = []
    orders: int = 0
    review_on: str = ""
    merged_into: str = ""

    @property
    def record(self) -> Record:
        """What the tier is folded from."""
        return Record(self.spend, self.qualifying, self.freezes, self.pins)

    @property
    def wallet(self) -> Wallet:
        return Wallet(self.lots, self.debt, self.active_on)


def with_wallet(account: Account, wallet: Wallet) -> Account:
    return replace(account, lots=wallet.lots, debt=wallet.debt, active_on=wallet.active_on)


def with_entries(account: Account, entries: Iterable[Entry]) -> Account:
    """The account after these entries, in any order: everything but tier and freeze is a sum."""
    entries = list(entries)
    freezes = [(e.frozen_from, e.frozen_until) for e in entries if e.kind == "freeze"]
    pins = [Pin(e.tier_to, e.frozen_from, e.frozen_until) for e in entries if e.reason == "pin"]
    moves = _in_order(e for e in entries if _moves(e))
    brought = [e.brought for e in _in_order(e for e in entries if e.brought) if e.brought]
    standings = [b.standing for b in brought if b.standing]
    return replace(
        account,
        lots=summed([account.lots, *(e.lots for e in entries)]),
        debt=account.debt + sum(e.debt for e in entries),
        spend=summed(
            [
                account.spend,
                *({e.month: e.spend} for e in entries if e.month),
                *(b.spend for b in brought),
            ]
        ),
        qualifying=summed(
            [
                account.qualifying,
                *({e.month: e.qualifying} for e in entries if e.month),
                *(b.qualifying for b in brought),
            ]
        ),
        used=summed([account.used, *(e.used for e in entries)]),
        active_on=max([account.active_on, *(e.active_on for e in entries)]),
        orders=account.orders + orders_in(entries),
        freezes=sorted({*account.freezes, *freezes, *(f for b in brought for f in b.freezes)}),
        pins=[*account.pins, *pins, *(pin for b in brought for pin in b.pins)],
        standing=standings[-1] if standings else account.standing,
        tier=moves[-1].tier_to if moves else account.tier,
        tier_since=moves[-1].tier_since if moves else account.tier_since,
    )


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    """As they happened: what moves a tier is told apart, within an instant, by its reference."""
    return sorted(entries, key=lambda each: (each.occurred_at, each.reference))


def _moves(entry: Entry) -> bool:
    """Whether it says which tier it is from then on."""
    if entry.kind == "merge":
        return bool(entry.tier_to)
    return entry.kind == "tier" and entry.reason != "pin"


def orders_in(entries: Iterable[Entry]) -> int:
    """Every order earns, if only nothing; one that was cancelled never was."""
    entries = list(entries)
    kinds = [(entry.kind, entry.reason) for entry in entries]
    brought = sum(entry.brought.orders for entry in entries if entry.brought)
    return sum(kind == "earn" for kind, _ in kinds) - kinds.count(("reverse", CANCELLED)) + brought
