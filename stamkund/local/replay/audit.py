"""Whether ledger, wallet and tier of a member tell the same story. Nothing here is taken on trust:
the account is made again from its entries alone and held against the one that the club has.
"""

from collections.abc import Iterator

from stamkund.local.replay.books import Book
from stamkund.rules import tiers
from stamkund.rules.membership import Setting
from stamkund.rules.replaying import compared, replayed
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
    again = replayed(book.account, book.entries, setting)
    for what, (is_so, should_be) in compared(book.account, again, setting, at).items():
        yield f"{what}: the account has {is_so}, its entries make {should_be}"


def _tier(book: Book, setting: Setting, at: Moment) -> Iterator[str]:
    """From the first day, without the checkpoint that the club goes on from."""
    history, live = setting.history, book.account
    start = tiers.newcomer(history, live.joined_on[:7])
    record = replayed(live, book.entries, setting).record
    folded = tiers.fold(history, record, start, at.month).tier
    if folded != live.tier:
        yield f"the tier is {live.tier}, and the year makes it {folded}"
