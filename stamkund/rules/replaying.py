"""An account made again from its entries alone, and held against the one that there is.

Of the account itself only what no entry tells is taken: whose it is, the card, the day of joining,
and of who has left, when to look for the last time.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from stamkund.rules import membership, tiers, wallet
from stamkund.rules.account import Account, with_entries
from stamkund.rules.calendar import add_months
from stamkund.rules.ledger import Entry, summed
from stamkund.rules.membership import Setting
from stamkund.rules.selection import Moment

Differences = dict[str, tuple[object, object]]


def blank(known: Account, setting: Setting) -> Account:
    """The member before anything was entered."""
    first = Account(
        shop=known.shop,
        member=known.member,
        card=known.card,
        status=known.status,
        version=known.version,
        joined_on=known.joined_on,
        review_on="" if known.status == "active" else known.review_on,
        merged_into=known.merged_into,
    )
    tier = membership.tier_of(first, setting.history, known.joined_on[:7])
    return replace(first, tier=tier, tier_since=known.joined_on if tier else "")


def replayed(known: Account, entries: Iterable[Entry], setting: Setting) -> Account:
    """The account that the entries make out of a newcomer."""
    return with_lots_netted(with_entries(blank(known, setting), entries))


def with_lots_netted(account: Account) -> Account:
    """What entries took of lots put together, taken of those that they were put together of.

    Putting together is no entry, so of the sum of entries the one is less than nothing, and the
    others, all of which end when it does, are too much. The first to mature were in it first.
    """
    lots = dict(account.lots)
    for key in [key for key, points in lots.items() if points < 0]:
        for other in wallet.same_end(lots, key):
            part = min(-lots[key], max(lots[other], 0))
            lots[other] -= part
            lots[key] += part
    return replace(account, lots=summed([lots]))


def compared(live: Account, again: Account, setting: Setting, at: Moment) -> Differences:
    """What the account has, and what its entries make, where that is not the same."""
    first = _first_month(live, setting, at)
    told: Differences = {
        "wallet": (_together(live, at), _together(again, at)),
        "spend": (_since(live.spend, first), _since(again.spend, first)),
        "qualifying": (_since(live.qualifying, first), _since(again.qualifying, first)),
        "used": (_limiting(live, at), _limiting(again, at)),
        "active_on": (live.active_on, again.active_on),
        "orders": (live.orders, again.orders),
        "frozen": (live.freezes, again.freezes),
        "pinned": (live.pins, again.pins),
        "tier": ((live.tier, live.tier_since), (again.tier, again.tier_since)),
        "standing": _standings(live, again, setting),
    }
    return {what: pair for what, pair in told.items() if pair[0] != pair[1]}


def _first_month(live: Account, setting: Setting, at: Moment) -> str:
    """The account drops months that can no longer matter; the ledger has them all."""
    horizon = membership.horizon(setting.programme.late, at.day)
    settled = add_months(horizon, -1)
    if live.standing:
        settled = max(settled, live.standing.month)
    return tiers.first_month_needed(settled, live.freezes)


def _together(account: Account, at: Moment) -> tuple[dict[str, int], int]:
    """Matured lots put together, which changes no balance on any day and is no entry."""
    merged = wallet.merged(account.wallet, at.day)
    return dict(sorted(merged.lots.items())), merged.debt


def _since(totals: dict[str, int], first: str) -> dict[str, int]:
    """Of what was returned whole the account keeps a month of nothing, and the ledger none."""
    return {month: total for month, total in sorted(totals.items()) if total and month >= first}


def _limiting(account: Account, at: Moment) -> dict[str, int]:
    """A counter of a day or month that is over limits nothing, and may be there or not."""
    before = add_months(at.month, -1)
    return {
        key: n
        for key, n in sorted(account.used.items())
        if n and ("@" not in key or key.partition("@")[2][:7] >= before)
    }


def _standings(live: Account, again: Account, setting: Setting) -> tuple[object, object]:
    """From the first day, or from what a merge says of two, without the checkpoint that the club
    goes on from."""
    if live.standing is None:
        return None, None
    start = again.standing or tiers.newcomer(setting.history, live.joined_on[:7])
    return live.standing, tiers.fold(setting.history, again.record, start, live.standing.month)
