from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from stamkund.local.replay import report
from stamkund.local.replay.audit import differences
from stamkund.local.replay.books import Book
from stamkund.local.replay.checkpoint import Checkpoint, Kept
from stamkund.local.replay.figures import (
    liability,
    points_of,
    sales_by_member,
    share_of_top,
    tiers_by_month,
)
from stamkund.local.replay.report import Year, disagreements, draw, table
from stamkund.local.replay.tally import Tally, added
from stamkund.rules.account import with_entries
from stamkund.rules.checking import check
from stamkund.rules.ledger import Entry, entry
from stamkund.rules.membership import Setting, settled
from stamkund.rules.newcomers import newcomer
from stamkund.rules.programme_file import ProgrammeFile
from stamkund.rules.selection import Moment, moment
from stamkund.tables.programmes import SINCE_EVER, TierRules

FILE = Path(report.__file__).with_name("programme.yaml")
PROGRAMME = msgspec.yaml.decode(FILE.read_bytes(), type=ProgrammeFile)
SETTING = Setting(PROGRAMME, 1, (TierRules(SINCE_EVER, 1, PROGRAMME.tiers),))
NOON = datetime(2017, 1, 2, 17, tzinfo=UTC)


def at(days: int) -> Moment:
    return moment(NOON + timedelta(days=days), PROGRAMME.time_zone)


def earned(order: str, days: int, points: int, kronor: int) -> Entry:
    day = at(days).day
    lot = f"{at(days + 14).day}>2017-{int(day[5:7]) + 6:02}"
    return entry(
        "earn",
        {lot: points},
        reference=f"till:{order}",
        order=f"till:{order}",
        occurred_at=at(days).at,
        month=day[:7],
        spend=kronor * 100,
        qualifying=points,
        amount=kronor * 100,
        active_on=day,
    )


def spent(order: str, days: int, lot: str, points: int) -> Entry:
    reference = f"till:{order}"
    return entry("spend", {lot: -points}, reference=reference, occurred_at=at(days).at, amount=200)


def a_book() -> Book:
    """Joined, bought twice, rose to Silver, paid with points."""
    return a_book_of(
        earned("1", 1, 300, 300),
        earned("2", 20, 250, 200),
        spent("3", 40, ">2017-07", 100),
    )


def a_book_of(*happened: Entry) -> Book:
    """Settled after each entry, as the stream does."""
    account, entries = newcomer("shop", "m1", "4711", SETTING, at(0))
    for number, one in enumerate(happened):
        now = moment(one.occurred_at, PROGRAMME.time_zone)
        account = replace(with_entries(account, [one]), version=number)
        account, made = settled(account, SETTING, now)
        entries = [*entries, one, *made]
    return Book(account, entries)


def test_the_programme_of_the_replay_has_no_mistakes() -> None:
    assert check(PROGRAMME) == []


def test_books_in_order_have_no_differences() -> None:
    book = a_book()
    assert book.account.tier == "silver"
    assert differences(book, SETTING, at(41)) == []


def test_a_debt_is_repaid_by_what_matures_next_and_not_by_what_comes_later() -> None:
    book = a_book_of(
        earned("1", 1, 100, 100),
        spent("2", 20, ">2017-07", 150),
        entry("reverse", {}, 10, reference="till:1.r1", occurred_at=at(21).at),
        earned("3", 22, 200, 100),
        entry(
            "restore", {f"{at(40).day}>2017-08": 90}, reference="till:2.r1", occurred_at=at(40).at
        ),
    )
    assert book.account.lots == {">2017-07": 190, ">2017-08": 90}
    assert differences(book, SETTING, at(41)) == []


def test_an_entry_may_name_a_matured_lot_by_its_day() -> None:
    account, entries = newcomer("shop", "m1", "4711", SETTING, at(0))
    taken = {"2017-01-16>2017-07": -50, "2017-01-17>2017-07": -100}
    reverse = entry("reverse", taken, 30, reference="till:1.r1", occurred_at=at(20).at)
    happened = [*entries, earned("1", 1, 100, 100), reverse, earned("2", 21, 80, 80)]
    live = replace(with_entries(account, happened[1:]), tier_since=account.tier_since)
    assert differences(Book(live, happened), SETTING, at(41)) == []


def test_a_wallet_with_one_point_too_many_is_found() -> None:
    book = a_book()
    lot = next(iter(book.account.lots))
    broken = replace(book.account, lots={**book.account.lots, lot: book.account.lots[lot] + 1})
    found = differences(book._replace(account=broken), SETTING, at(41))
    assert "the entries come to 500 points and the wallet to 501" in found[0]
    assert any("wallet: the account has" in words for words in found)


def test_points_in_the_wrong_lot_are_found_though_the_sum_is_right() -> None:
    book = a_book()
    moved = replace(book.account, lots={">2017-09": sum(book.account.lots.values())})
    (found,) = differences(book._replace(account=moved), SETTING, at(41))
    assert "wallet: the account has" in found


def test_an_entry_that_is_lost_is_found() -> None:
    book = a_book()
    assert differences(book._replace(entries=book.entries[:-1]), SETTING, at(41))


def test_an_entry_that_is_there_twice_is_found() -> None:
    book = a_book()
    found = differences(book._replace(entries=[*book.entries, book.entries[1]]), SETTING, at(41))
    assert any("twice" in words for words in found)


def test_a_tier_that_the_year_does_not_make_is_found() -> None:
    book = a_book()
    guld = replace(book.account, tier="guld")
    found = differences(book._replace(account=guld), SETTING, at(41))
    assert any("the tier is guld, and the year makes it silver" in words for words in found)


def test_a_month_total_that_nobody_entered_is_found() -> None:
    book = a_book()
    more = replace(book.account, spend={**book.account.spend, "2017-01": 1})
    found = differences(book._replace(account=more), SETTING, at(41))
    assert any("spend: the account has" in words for words in found)


def test_what_came_less_what_went_is_what_is_left() -> None:
    book = a_book_of(
        earned("1", 1, 300, 300), spent("2", 18, ">2017-07", 100), earned("3", 20, 250, 200)
    )
    points = points_of([book, book], at(30))
    assert (points.issued, points.welcome, points.spent) == (1_100, 100, 200)
    assert (points.live, points.pending, points.add_up) == (500, 500, True)
    points.live += 1
    assert not points.add_up


def test_receipts_that_say_other_than_the_ledger_are_found() -> None:
    def said(delivered: int) -> list[str]:
        done = Checkpoint(tally=Tally(delivered_points=delivered))
        return disagreements(Year([a_book()], SETTING, at(41), done))

    assert said(550) == []
    assert said(549) == ["points earned: 549 by the receipts, 550 by the ledger"]


def test_points_are_pending_until_the_day_of_their_lot() -> None:
    owed = liability([a_book()], "2017-01-02", "2017-02-12", PROGRAMME.time_zone)
    by_day = dict(zip(owed.days, zip(owed.pending, owed.spendable, strict=True), strict=True))
    assert by_day["2017-01-02"] == (50, 0)
    assert by_day["2017-01-03"] == (350, 0)
    assert by_day["2017-01-16"] == (300, 50)
    assert by_day["2017-01-22"] == (250, 350)
    assert by_day["2017-02-11"] == (0, 500)


def test_members_are_counted_from_the_month_they_joined_by_the_tier_they_were_told() -> None:
    steps = ["bas", "silver", "guld"]
    months = tiers_by_month([a_book()], steps, "2016-12", "2017-02", PROGRAMME.time_zone)
    assert months == {"2016-12": [0, 0, 0], "2017-01": [0, 1, 0], "2017-02": [0, 1, 0]}


def test_the_best_fifth_is_rounded_up_and_points_are_no_sales() -> None:
    assert sales_by_member([a_book()]) == [50_000]
    assert share_of_top([60, 20, 10, 6, 4], 20) == 0.6
    assert share_of_top([60, 20, 20], 20) == 0.6
    assert share_of_top([], 20) == 0


def test_a_year_can_be_told_and_drawn(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    year = Year([a_book()], SETTING, at(41), Checkpoint(tally=Tally(orders=3), seconds=2.0))
    told = table(year)
    assert "Silver" in told
    assert "1.5" in told
    for file in draw(year, tmp_path, "2017-01-02"):
        assert file.read_bytes().startswith(b"\x89PNG")


def test_what_was_counted_is_found_again(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    assert kept.read() == Checkpoint()
    kept.write(Checkpoint(7, 1.5, Tally(orders=3, problems=["a"])))
    assert kept.read() == Checkpoint(7, 1.5, Tally(orders=3, problems=["a"]))


def test_tallies_add_up_and_keep_only_the_first_problems() -> None:
    total = added([Tally(orders=1, problems=["x"] * 15), Tally(orders=2, problems=["y"] * 15)])
    assert total.orders == 3
    assert total.problems == ["x"] * 15 + ["y"] * 5
