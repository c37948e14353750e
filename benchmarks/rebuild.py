"""How long it takes to make all accounts again from an export of the ledger, on one core."""

import gzip
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from msgspec.structs import replace

from benchmarks.database import opened
from benchmarks.figures import Figure, at_most, information
from benchmarks.scene import a_programme_of
from stamkund.operations import rebuilding
from stamkund.operations.parts import parted
from stamkund.operations.rebuilding import Settings
from stamkund.rules import wallet
from stamkund.rules.account import Account, with_entries, with_wallet
from stamkund.rules.ledger import Entry, entry
from stamkund.rules.membership import Setting, settled
from stamkund.rules.newcomers import newcomer
from stamkund.rules.selection import Moment, moment
from stamkund.tables import accounts, exported, ledger, programmes
from stamkund.web.settings import settings

ENTRIES, BUDGET = 1_000_000, 60
# Members have lives of so many kinds, with so many orders each, in the year and a half before.
LIVES, ORDERS, APART = 100, 16, timedelta(days=33)
NOBODY = "m000000000000000"

Lines = tuple[list[bytes], bytes]


def figures() -> list[Figure]:
    shop, time = opened(a_programme_of(20))
    settings.cache_clear()
    published = programmes.current(shop.id, time.now)
    zone = published.programme.time_zone
    moments = [moment(time.now - APART * n, zone) for n in range(ORDERS, 0, -1)]
    lives = [_lines(*_life(shop.id, published.setting, moments, n)) for n in range(LIVES)]
    with TemporaryDirectory() as folder:
        entries, members = _written(Path(folder), lives)
        started = process_time()
        same = _rebuilt(Path(folder))
        seconds = process_time() - started
    assert same == members
    name = f"rebuild of {entries:,} entries, each account equal to the one there is"
    return [
        at_most(BUDGET, name, seconds, "s"),
        information("members in them", members, ""),
    ]


def _rebuilt(folder: Path) -> int:
    """How many are as they were."""
    known = Settings()
    with parted() as parts:
        for kind in ("ledger", "accounts"):
            parts.add(kind, exported.lines_in(folder / kind))
        return sum(_is_same(one, known) for one in rebuilding.rebuilt(parts, known))


def _is_same(one: rebuilding.Rebuilt, known: Settings) -> bool:
    return one.made is not None and not one.differences and bool(rebuilding.tidied(one.made, known))


def _life(
    shop: str, setting: Setting, moments: list[Moment], number: int
) -> tuple[Account, list[Entry]]:
    """An order a month; every fifth time some points are spent, and one in ten has a debt once."""
    account, entries = newcomer(shop, NOBODY, "1234567890128", setting, moments[0])
    for turn, at in enumerate(moments):
        account = with_wallet(account, wallet.merged(account.wallet, at.day))
        done = list(_done(account, setting, at, number, turn))
        account, made = settled(with_entries(account, done), setting, at)
        account = replace(account, version=turn + 1)
        entries += [*done, *made]
    return account, entries


def _done(
    account: Account, setting: Setting, at: Moment, number: int, turn: int
) -> Iterator[Entry]:
    rules, order = setting.programme.points, f"web:{number}-{turn}"
    assert rules
    points = 300 + 10 * (number + turn)
    yield entry(
        "earn",
        {wallet.earned_lot(rules, at.day): points},
        reference=order,
        order=order,
        occurred_at=at.at,
        month=at.month,
        spend=100 * points,
        qualifying=points,
        amount=100 * points,
        currency="SEK",
        active_on=at.day,
        used={"offer-1": 1, f"month@{at.month}": points},
    )
    if turn % 5 == 4:
        taken = {take.lot: -take.points for take in wallet.choose(account.wallet, 150, at.day)}
        yield entry("spend", taken, reference=order, order=order, occurred_at=at.at)
    if number % 10 == 0 and turn == 8:
        yield entry("reverse", {}, 5_000, reference=f"{order}.r", occurred_at=at.at)


def _lines(account: Account, entries: list[Entry]) -> Lines:
    items = [ledger.item_from(account.shop, NOBODY, each).serialize() for each in entries]
    own = exported.line_of(accounts.item_from(account).serialize())
    return [exported.line_of(item) for item in items], own


def _written(folder: Path, lives: list[Lines]) -> tuple[int, int]:
    """Entries and members; as an export has them, nobody's entries lie together."""
    entries = members = 0
    for kind in ("ledger", "accounts"):
        (folder / kind).mkdir()
    with (
        gzip.open(folder / "ledger" / "0.json.gz", "wb", compresslevel=1) as in_ledger,
        gzip.open(folder / "accounts" / "0.json.gz", "wb", compresslevel=1) as in_accounts,
    ):
        while entries < ENTRIES:
            some = [(f"m{members + n:015}".encode(), life) for n, life in enumerate(lives)]
            for place in range(max(len(life[0]) for life in lives)):
                for name, (lines, _) in some:
                    in_ledger.writelines(_of(name, each) for each in lines[place : place + 1])
            for name, (lines, own) in some:
                in_accounts.write(_of(name, own))
                entries += len(lines)
            members += len(some)
    return entries, members


def _of(name: bytes, line: bytes) -> bytes:
    return line.replace(NOBODY.encode(), name)
