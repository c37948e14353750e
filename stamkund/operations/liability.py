"""What a shop owes in points, month by month: issued, spent, expired, outstanding, and its value.

From the ledger alone, so what is said of a month does not change: a month is closed when nothing
more can be told of it, by a till that was offline. Points are worth what the programme of that
month said that they pay. Breakage is, of the points that came to an end in the twelve months up to
then, the part that expired, in basis points. The forecast says what will expire in which month, at
the most, and what of it by that breakage.
"""

import csv
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

from stamkund.operations.command import Mistaken
from stamkund.operations.parts import PARTS, Parts, parted
from stamkund.operations.shop import registered
from stamkund.rules import liability
from stamkund.rules.calendar import add_days, add_months, day_of, first_day, start_of
from stamkund.rules.liability import Month, added, breakage, worth
from stamkund.rules.money import round_half_up
from stamkund.rules.programme import Rate
from stamkund.tables import keys, programmes
from stamkund.tables.exported import entry_in, items_of, key_in, line_of, lines_in
from stamkund.tables.ledger import Ledger
from stamkund.tables.programmes import Published


class Line(Struct):
    month: str
    closed: bool
    issued: int
    adjusted: int
    restored: int
    spent: int
    given_away: int
    clawed_back: int
    expired: int
    available: int
    pending: int
    debt: int
    value: int | None
    breakage_bp: int


class Ahead(Struct):
    month: str
    at_most: int
    expected: int
    value: int | None


class Report(Struct):
    """Amounts in minor units of the currency."""

    shop: str
    currency: str
    months: list[Line]
    forecast: list[Ahead]


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("shop")
    parser.add_argument("--from", dest="first", metavar="2026-01", help="the first month told")
    parser.add_argument("--to", dest="last", metavar="2026-12", help="default: the last whole one")
    parser.add_argument("--ledger", type=Path, help="folder of an export, instead of the table")
    parser.add_argument("--csv", type=Path, metavar="FOLDER", help="months.csv and forecast.csv")


def run(options: Namespace) -> Report:
    shop = registered(options.shop)
    now = shop.now()
    published = programmes.current_or_none(shop.shop, now)
    if published is None:
        raise Mistaken(f"{shop.shop} has no programme, and so no points.")
    today = day_of(now, published.programme.time_zone)
    last = options.last or add_months(today[:7], -1)
    with parted(PARTS) as parts:
        parts.add("ledger", _lines(shop.shop, options.ledger))
        report = _report(shop.shop, published, parts, last, today)
    if options.first:
        report.months = [line for line in report.months if line.month >= options.first]
    if options.csv:
        options.csv.mkdir(parents=True, exist_ok=True)
        _write(options.csv / "months.csv", report.months)
        _write(options.csv / "forecast.csv", report.forecast)
    return report


def _lines(shop: str, folder: Path | None) -> Iterator[bytes]:
    if folder is None:
        return map(line_of, items_of(Ledger, shop))
    mine = keys.of(shop, "")
    return (line for line in lines_in(folder) if key_in(line).startswith(mine))


def _report(shop: str, published: Published, parts: Parts, last: str, today: str) -> Report:
    months, ahead = dict[str, Month](), dict[str, int]()
    for member in _members(shop, parts, published.programme.time_zone, last):
        for month, row in member.months.items():
            months[month] = added(months.get(month, Month()), row)
        for month, points in member.ahead.items():
            ahead[month] = ahead.get(month, 0) + points
    lines = list(_told(shop, published, dict(sorted(months.items())), today))
    rate = lines[-1].breakage_bp if lines else 0
    value = _value(shop, published, last)
    forecast = [
        Ahead(month, points, round_half_up(points * rate, 10_000), worth(points, value))
        for month, points in sorted(ahead.items())
    ]
    return Report(shop, published.programme.currency, lines, forecast)


def _members(shop: str, parts: Parts, zone: str, last: str) -> Iterator[liability.Member]:
    for part in range(parts.count):
        found = sorted(map(entry_in, parts.lines("ledger", part)), key=itemgetter(0, 1))
        for key, group in groupby(found, key=itemgetter(0)):
            entries = [entry for _, _, entry in group]
            yield liability.of_member(shop, keys.thing(key), entries, zone, last)


def _told(shop: str, published: Published, months: dict[str, Month], today: str) -> Iterator[Line]:
    rows = list(months.values())
    late = published.programme.late.upload_days
    for number, (month, row) in enumerate(months.items()):
        closed = add_days(first_day(add_months(month, 1)), late) <= today
        value = worth(row.owed, _value(shop, published, month))
        year = rows[max(0, number - 11) : number + 1]
        yield Line(month, closed, **asdict(row), value=value, breakage_bp=breakage(year))


def _value(shop: str, published: Published, month: str) -> Rate | None:
    """By the last version that was published in the month or before; the first for what was
    before any."""
    end = start_of(first_day(add_months(month, 1)), published.programme.time_zone)
    numbers = [each.version for each in published.history if each.published_at < end]
    programme = programmes.version(shop, max(numbers, default=published.history[0].version))
    points = programme.points
    return points.pay.value if points and points.pay else None


def _write(file: Path, rows: Iterable[Struct]) -> None:
    told = [asdict(row) for row in rows]
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, list(told[0]) if told else [])
        writer.writeheader()
        writer.writerows(told)
