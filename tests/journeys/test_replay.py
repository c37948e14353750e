"""Three weeks of a small shop through the replay, with a power cut in the middle of it."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

import pytest

from stamkund import tables
from stamkund.local.club import Club
from stamkund.local.dynamodb import Database
from stamkund.local.replay import drive
from stamkund.local.replay.books import Book, every_book
from stamkund.local.replay.checkpoint import Checkpoint, Kept
from stamkund.local.replay.drive import Drive
from stamkund.local.replay.habits import Habits
from stamkund.local.replay.progress import Progress
from stamkund.local.replay.purchases import Purchase
from stamkund.local.replay.report import Year, disagreements
from stamkund.local.replay.shop import Shop
from stamkund.local.replay.till import Refused, Till
from stamkund.local.replay.timetable import Hour, Step, timetable
from stamkund.rules.basket import Line
from stamkund.rules.selection import moment
from stamkund.tables import programmes, shops
from stamkund.web.settings import settings

PROGRAMME = Path(drive.__file__).with_name("programme.yaml").read_bytes()
ZONE = "America/New_York"
HABITS = Habits(253)  # draws returns, and a payment that fails, among so few orders
BOUGHT = [
    Purchase(
        order=str(number),
        household=str(number % 5),
        at=datetime(2017, 2, 1, 15, tzinfo=UTC) + timedelta(hours=number * 8, minutes=number),
        first=number,
        last=number + 1,
    )
    for number in range(60)
]
HAPPENS = {"bonus", "earn", "spend", "tier", "reverse"}
STEPS = timetable(BOUGHT, HABITS, ZONE)


class PowerCut(Exception):  # noqa: N818
    pass


class Goods:
    """What is bought; the power goes when it is asked for a certain basket."""

    def __init__(self, cut_at: str = "") -> None:
        self.cut_at = cut_at

    def lines(self, purchase: Purchase) -> list[Line]:
        if purchase.order == self.cut_at:
            raise PowerCut
        price = 2_900 + 100 * (purchase.first % 9)
        milk = Line("milk", "milk", 3, price, 1_200, "grocery/milk", "private")
        return [milk, Line("soap", "soap", 1, 999, 2_500, "drug-gm/soap", "national")]


@pytest.fixture
def club(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """The address of a club whose only shop is a sandbox, and the key of that."""
    prefix = f"replay-{uuid4().hex[:8]}"
    for name, value in {**database.settings(), "STAMKUND_TABLE_PREFIX": prefix}.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    tables.connect(prefix)
    tables.create_all()
    shops.add_shop("replay", sandbox=True)
    with Club(prefix) as running:
        yield running.url, shops.add_key("replay", "shop")
    settings.cache_clear()


def lived(club: tuple[str, str], folder: Path, goods: Goods, steps: list[Step]) -> Checkpoint:
    shops = [Shop(Till(*club), HABITS, goods.lines) for _ in range(2)]
    driving = Drive(Till(*club), shops, Kept(folder))
    driving.open(steps[0].at, PROGRAMME)
    done = driving.run(steps, Progress(len(BOUGHT), 0, StringIO()))
    driving.close(steps[-1].at)
    return done


def the_year(books: list[Book], done: Checkpoint) -> Year:
    setting = programmes.current("replay", STEPS[-1].at).setting
    return Year(books, setting, moment(STEPS[-1].at, ZONE), done)


def test_what_is_broken_off_goes_on_and_nothing_is_there_twice(
    club: tuple[str, str], tmp_path: Path
) -> None:
    with pytest.raises(PowerCut):
        lived(club, tmp_path, Goods(cut_at="31"), STEPS)
    assert 0 < Kept(tmp_path).read().following < len(STEPS)
    # Somebody put the checkpoint of the day before yesterday back.
    Kept(tmp_path).write(Checkpoint())
    done = lived(club, tmp_path, Goods(), STEPS)

    assert done.tally.problems == []
    assert done.tally.broken_promises == 0
    assert (done.tally.orders, done.tally.repeats) == (60, 31 + done.tally.forsaken)
    books = list(every_book("replay"))
    assert len(books) == 5
    earned = Counter(
        entry.order for book in books for entry in book.entries if entry.kind == "earn"
    )
    assert set(earned.values()) == {1}
    assert {f"till:{purchase.order}" for purchase in BOUGHT} <= set(earned)
    assert {entry.kind for book in books for entry in book.entries} >= HAPPENS
    assert disagreements(the_year(books, done)) == []


def test_a_club_that_says_no_is_written_down(club: tuple[str, str]) -> None:
    shop = Shop(Till(club[0], "sk_replay.nobody.nothing"), HABITS, Goods().lines)
    shop.serve(next(step.events[0] for step in STEPS if isinstance(step, Hour)))
    (problem,) = shop.counted().problems
    assert "POST /v1/members: 401" in problem


def test_a_club_that_is_not_there_is_told_of_in_the_end() -> None:
    with pytest.raises(Refused, match="refused"):
        Till("http://127.0.0.1:9", "key").tell("GET", "/_local/health")
