"""Whether ledger, wallet and tier of a member tell the same story. Nothing here is taken on trust:
the account is made again from its entries alone and held against the one that the club has.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter

from msgspec.structs import replace

from stamkund.local.replay.books import Book
from stamkund.rules import membership, tiers, wallet
from stamkund.rules.account import Account, with_entries, with_wallet
from stamkund.rules.calendar import day_of
from stamkund.rules.ledger import Entry
from stamkund.rules.membership import Setting
from stamkund.rules.selection import Moment


def differences(book: Book, setting: Setting, at: Moment) -> list[str]:
    """What does not agree, in words; nothing when all does."""
    member = book.account.member
    found = [*_entries(book), *_sum(book), *_replayed(book, setting, at), *_tier(book, setting, at)]
    return [f"{member}: {words}" for words in found]


def _entries(book: Book) -> Iterator[str]:
    for entry in book.entries:
        if entry.points != sum(entry.lots.values()) - entry.debt:
            yield f"the points of {entry.id} are not those of its lots"
    if len({entry.id for entry in book.entries}) < len(book.entries):
        yield "an entry is there twice"


def _sum(book: Book) -> Iterator[str]:
    entered = sum(entry.points for entry in book.entries)
    held = sum(book.account.lots.values()) - book.account.debt
    if entered != held:
        yield f"the entries come to {entered} points and the wallet to {held}"
    if min([book.account.debt, *book.account.lots.values()]) < 0:
        yield f"something in the wallet is negative: {book.account.wallet}"


def _replayed(book: Book, setting: Setting, at: Moment) -> Iterator[str]:
    live, again = book.account, replayed(book, setting)
    first_kept = min(live.spend, default=at.month)
    told: dict[str, tuple[object, object]] = {
        "wallet": (_merged(live, at), _merged(again, at)),
        "spend": (_since(live.spend, first_kept), _since(again.spend, first_kept)),
        "qualifying points": (
            _since(live.qualifying, first_kept),
            _since(again.qualifying, first_kept),
        ),
        "last purchase": (live.active_on, again.active_on),
        "orders": (live.orders, again.orders),
        "tier": ((live.tier, live.tier_since), (again.tier, again.tier_since)),
    }
    for what, (is_so, should_be) in told.items():
        if is_so != should_be:
            yield f"{what}: the account has {is_so}, its entries make {should_be}"


def replayed(book: Book, setting: Setting) -> Account:
    """The account that the entries make out of a newcomer, in the order in which they came.

    A debt is repaid by what matures first after it, so lots are put together before each entry:
    all entries in one sum would let points repay it that had long been spent by then.
    """
    known = book.account
    blank = Account(
        shop=known.shop, member=known.member, card=known.card, joined_on=known.joined_on
    )
    tier = membership.tier_of(blank, setting.history, known.joined_on[:7])
    account = replace(blank, tier=tier, tier_since=known.joined_on)
    for happened, entries in groupby(book.entries, key=attrgetter("occurred_at")):
        day = day_of(happened, setting.programme.time_zone)
        account = with_wallet(account, wallet.merged(account.wallet, day))
        account = with_entries(account, [_of_merged(entry, day) for entry in entries])
    return account


def _of_merged(entry: Entry, day: str) -> Entry:
    """The entry names lots as they were; here, whatever has matured is together already."""
    lots = wallet.merged(wallet.Wallet(entry.lots), day).lots
    return replace(entry, lots=lots)


def _merged(account: Account, at: Moment) -> tuple[dict[str, int], int]:
    """Matured lots put together, which changes no balance on any day and is no entry."""
    together = wallet.merged(account.wallet, at.day)
    return dict(sorted(together.lots.items())), together.debt


def _since(totals: dict[str, int], first: str) -> dict[str, int]:
    """The account drops months that can no longer matter, and of what was returned whole it keeps
    a month of nothing; the ledger has all of the one and none of the other."""
    return {month: total for month, total in sorted(totals.items()) if total and month >= first}


def _tier(book: Book, setting: Setting, at: Moment) -> Iterator[str]:
    """From the first day, without the checkpoint that the club goes on from."""
    history, live = setting.history, book.account
    start = tiers.newcomer(history, live.joined_on[:7])
    record = replayed(book, setting).record
    folded = tiers.fold(history, record, start, at.month).tier
    if folded != live.tier:
        yield f"the tier is {live.tier}, and the year makes it {folded}"
    if live.standing:
        settled = tiers.fold(history, record, start, live.standing.month)
        if settled != live.standing:
            yield f"the checkpoint is {live.standing}, and the year makes it {settled}"
