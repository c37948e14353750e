"""How well what people say is answered, worked out by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stamkund.rules.engagement import Told, percentile, rows_of, share
from stamkund.rules.programme_file import Feedback
from stamkund.rules.threads import About, Author, Step, Thread, What, moved, opened
from stamkund.rules.words import ThreadKind

START = datetime(2026, 2, 27, 12, 0, tzinfo=UTC)
RULES = Feedback(hours=10)
ZONE = "Europe/Stockholm"


def a_thread(kind: ThreadKind, at: datetime, *steps: tuple[float, What]) -> Thread:
    """Each step so many hours after it was opened."""
    author = Author(side="member", id="m1")
    step = Step(reference="r", what="opened", side="member", by="m1", at=at, text="Hello")
    thread, _ = opened(step, kind, About(), author, RULES)
    for hours, what in steps:
        when = at + timedelta(hours=hours)
        did = Step(reference="r", what=what, side="staff", by="k", at=when)
        thread, _ = moved(thread, did, RULES)
    return thread


def test_a_row_is_what_one_counts_by_hand() -> None:
    threads = [
        a_thread("idea", START, (1, "answered")),
        a_thread("idea", START, (3, "answered"), (20, "acted_on"), (30, "closed")),
        a_thread("idea", START, (11, "announced")),
        a_thread("complaint", START, (1, "noted"), (2, "claimed")),
    ]
    told = {("2026-02", "idea"): Told(5, 1), ("2026-02", "complaint"): Told(1, 0)}
    every, complaint, idea = rows_of(threads, told, ZONE, START + timedelta(hours=40))
    assert (every.month, every.kind, every.opened, every.answered) == ("2026-02", "all", 4, 3)
    assert (every.within_due, every.late, every.waiting, every.acted_on) == (2, 2, 1, 2)
    assert (every.median_seconds, every.ninetieth_seconds) == (3 * 3600, 11 * 3600)
    assert (every.told, every.nobody_told) == (6, 1)
    assert (complaint.kind, complaint.answered, complaint.median_seconds) == ("complaint", 0, None)
    assert (idea.within_due, idea.late, idea.told, idea.nobody_told) == (2, 1, 5, 1)


def test_what_nobody_had_to_answer_is_not_late() -> None:
    by_itself = a_thread("review", START)
    shown = Step(reference="p", what="published", side="club", by="", at=START)
    by_itself, _ = moved(by_itself, shown, RULES)
    (row, _) = rows_of([by_itself], {}, ZONE, START + timedelta(hours=40))
    assert (row.opened, row.answered, row.late, row.waiting) == (1, 0, 0, 0)
    said = Step(
        reference="s", what="said", side="member", by="m1", at=START + timedelta(hours=40), text="?"
    )
    asked, _ = moved(by_itself, said, RULES)
    for hours, late in ((45, 0), (51, 1)):
        (row, _) = rows_of([asked], {}, ZONE, START + timedelta(hours=hours))
        assert (row.late, row.waiting) == (late, 1)


def test_a_month_is_that_of_the_shop() -> None:
    late = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    assert [row.month for row in rows_of([a_thread("idea", late)], {}, ZONE, late)] == [
        "2026-03", "2026-03",
    ]  # fmt: skip


def test_the_first_answer_counts_however_often_it_is_opened_again() -> None:
    thread = a_thread(
        "idea", START, (1, "answered"), (2, "said"), (50, "answered"), (51, "acted_on")
    )
    row = rows_of([thread], {}, ZONE, START + timedelta(days=9))[0]
    assert (row.median_seconds, row.within_due, row.late, row.acted_on) == (3600, 1, 0, 1)


@pytest.mark.parametrize(
    ("part", "rest", "percent"),
    [(0, 0, None), (0, 5, 0), (5, 0, 100), (1, 2, 33), (2, 1, 67), (1, 199, 1), (1, 1, 50)],
)
def test_a_share_is_rounded_half_up(part: int, rest: int, percent: int | None) -> None:
    assert share(part, rest) == percent


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=50), st.integers(1, 100))
def test_so_many_per_cent_are_no_larger_than_a_percentile(some: list[int], percent: int) -> None:
    ordered = sorted(some)
    found = percentile(ordered, percent)
    assert found is not None
    assert found in ordered
    assert sum(one <= found for one in ordered) * 100 >= percent * len(some)
    assert sum(one < found for one in ordered) * 100 < percent * len(some)
