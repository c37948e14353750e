from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise

from stamkund.local.replay.habits import Habits
from stamkund.local.replay.progress import Progress, line
from stamkund.local.replay.purchases import Purchase
from stamkund.local.replay.timetable import Hour, Night, timetable
from stamkund.rules.basket import Line

ZONE = "America/New_York"
ORDERS = [str(number) for number in range(10_000)]


def a_purchase(order: str = "1", at: str = "2017-03-01T15:10:00") -> Purchase:
    return Purchase(order, "7", datetime.fromisoformat(at).replace(tzinfo=UTC), 0, 1)


def a_line(id: str, quantity: int) -> Line:
    return Line(id, id, quantity, 100, 1_200)


def test_one_order_in_twenty_five_is_returned() -> None:
    returned = [order for order in ORDERS if Habits(1).returns(order)]
    assert 0.035 < len(returned) / len(ORDERS) < 0.045


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    one, other = ([bool(Habits(seed).returns(o)) for o in ORDERS] for seed in (1, 2))
    assert one == [bool(Habits(1).returns(order)) for order in ORDERS]
    assert one != other


def test_a_second_return_is_later_and_takes_the_rest() -> None:
    twice = [returns for order in ORDERS if len(returns := Habits(1).returns(order)) == 2]
    assert twice
    for first, second in twice:
        assert (first.reference, second.reference) == ("r1", "r2")
        assert first.after < second.after < timedelta(days=60)
        assert not first.whole
        assert second.whole


def test_a_return_in_part_takes_units_that_are_there() -> None:
    lines = [a_line("a", 1), a_line("b", 5), a_line("c", 12), a_line("d", 2)]
    for order in ORDERS[:200]:
        back = Habits(1).units_back(order, lines)
        assert len(back) == 2
        assert all(1 <= back.get(each.id, 1) <= each.quantity for each in lines)


def test_savers_never_pay_with_points() -> None:
    pays = Habits(1).pays_with_points
    households = {str(h): {pays(str(h), order) for order in ORDERS[:50]} for h in range(50)}
    assert {frozenset(answers) for answers in households.values()} == {
        frozenset({False}),
        frozenset({True, False}),
    }


def test_the_clock_of_an_hour_is_that_of_its_last_event() -> None:
    bought = [a_purchase("1"), a_purchase("2", "2017-03-01T15:50:30")]
    bought += [a_purchase("3", "2017-03-01T16:00:00")]
    hours = [step for step in timetable(bought, Habits(1), ZONE) if isinstance(step, Hour)]
    assert [(hour.at.minute, len(hour.events)) for hour in hours[:2]] == [(50, 2), (0, 1)]


def test_every_midnight_of_the_shop_is_there_once_and_the_year_ends_with_one() -> None:
    bought = [a_purchase("1"), a_purchase("2", "2017-03-05T03:10:00")]
    steps = timetable(bought, Habits(1), ZONE)
    nights = [step.at for step in steps if isinstance(step, Night)]
    assert [night.isoformat() for night in nights] == [
        "2017-03-02T05:00:01+00:00",
        "2017-03-03T05:00:01+00:00",
        "2017-03-04T05:00:01+00:00",
        "2017-03-05T05:00:01+00:00",
    ]
    assert isinstance(steps[-1], Night)


def test_nothing_happens_before_what_came_earlier() -> None:
    start = datetime(2017, 1, 1, second=5, tzinfo=UTC)
    bought = [
        Purchase(order, "7", start + timedelta(minutes=97 * n), 0, 1)
        for n, order in enumerate(ORDERS[:2_000])
    ]
    steps = timetable(bought, Habits(1), ZONE)
    assert all(one.at < other.at for one, other in pairwise(steps))
    events = [event for step in steps if isinstance(step, Hour) for event in step.events]
    assert sum(event.returned is None for event in events) == len(bought)
    assert any(event.returned for event in events)


def test_the_bar_says_how_fast_and_how_long() -> None:
    said = line(2_500, 5_000, 25.0, datetime(2017, 6, 3, tzinfo=UTC))
    assert said.endswith("50%  2,500 of 5,000  03 Jun  25.0/s  0:01:40 left")


def test_a_log_is_not_filled_with_bars() -> None:
    out = StringIO()
    progress = Progress(100, 0, out)
    for _ in range(100):
        progress.advance(1, datetime(2017, 1, 1, tzinfo=UTC))
    assert out.getvalue() == ""
