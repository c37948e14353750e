"""Make all accounts again from an export of the ledger, and say where those there are differ.

What is in no ledger comes from the accounts there are, or from an export of them (--accounts):
whose it is, the card, the day of joining, and what lies beside it, such as vouchers. With --into,
the accounts that were made are written into the table of that prefix, which is created if need be;
nothing is ever written into the tables that are in use.

Files of any size: entries are sorted by member into temporary files first, and only one part of
them is in memory at a time.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from time import monotonic

from msgspec import Struct

from stamkund import tables
from stamkund.operations import rebuilding
from stamkund.operations.command import Mistaken, tell
from stamkund.operations.parts import PARTS, Parts, parted
from stamkund.operations.rebuilding import Rebuilt, Settings
from stamkund.tables import accounts
from stamkund.tables.accounts import Accounts
from stamkund.tables.exported import Raw, items_of, line_of, lines_in, put_all

SHOWN = 20


class Found(Struct):
    """`differ` names the first members of those whose account is another, and what of it."""

    entries: int
    members: int
    same: int
    different: int
    differ: dict[str, list[str]]
    written: int | None
    seconds: float


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("ledger", type=Path, help="folder of an export of the ledger")
    parser.add_argument("--accounts", type=Path, help="folder of an export of the accounts")
    parser.add_argument("--into", metavar="PREFIX", help="write the accounts into these tables")
    parser.add_argument("--parts", type=int, default=PARTS, help="more need less memory")


def run(options: Namespace) -> Found:
    if options.into == tables.prefix():
        raise Mistaken("These tables are in use: give the prefix of others.")
    if not any(options.ledger.rglob("*.json.gz")):
        raise Mistaken(f"There is no export in {options.ledger}.")
    started = monotonic()
    with parted(options.parts) as parts:
        entries = parts.add("ledger", lines_in(options.ledger))
        parts.add("accounts", _accounts(options.accounts))
        tell(f"{entries} entries")
        tally, settings = Tally(), Settings()
        made = tally.counting(rebuilding.rebuilt(parts, settings))
        written = _write(options.into, parts, made, settings)
    return tally.found(entries, written, monotonic() - started)


def _accounts(folder: Path | None) -> Iterator[bytes]:
    return lines_in(folder) if folder else map(line_of, items_of(Accounts))


class Tally:
    """Counts what goes through it."""

    def __init__(self) -> None:
        self.members = 0
        self.different = 0
        self.differ: dict[str, list[str]] = {}

    def counting(self, every: Iterator[Rebuilt]) -> Iterator[Rebuilt]:
        for one in every:
            self.members += 1
            if one.differences:
                self.different += 1
                if len(self.differ) < SHOWN:
                    self.differ[one.key] = one.differences
            yield one

    def found(self, entries: int, written: int | None, seconds: float) -> Found:
        same = self.members - self.different
        return Found(
            entries, self.members, same, self.different, self.differ, written, round(seconds, 1)
        )


def _write(
    prefix: str | None, parts: Parts, made: Iterator[Rebuilt], settings: Settings
) -> int | None:
    """How many accounts, if any are to be written."""
    again = (rebuilding.tidied(one.made, settings) for one in made if one.made)
    if prefix is None:
        for _ in again:
            pass
        return None
    items: Iterator[Raw] = (accounts.item_from(one).serialize() for one in again)
    with tables.others(prefix):
        Accounts.create_table(wait=True, billing_mode="PAY_PER_REQUEST")
    return put_all(Accounts.full_name(prefix), chain(items, rebuilding.others(parts)))
