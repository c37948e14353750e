"""What the log counts is what happened: no more often, no less, and the ledger says the same."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any

import pytest
from hypothesis import settings

from functions.checkout import reverse_unconfirmed
from functions.members import recalculate_tier, review_accounts
from stamkund.rules.programme import Expiry, Pay, Rate
from stamkund.tables import keys
from stamkund.web.metrics import Metric
from tests.builders import Clock, Shop, a_member, a_shop, a_voucher
from tests.emf import assert_emf
from tests.recorder import recorded
from tests.reliability import faults
from tests.reliability.books import Books, wipe
from tests.reliability.till import Till, basket, club
from tests.watching import Log, metrics_of, watched

PROVING = settings.get_current_profile_name() == "prove"
SEEDS = range(40 if PROVING else 4)
STEPS = 40
PROGRAMME = club(
    pay=Pay(value=Rate(points=1, amount=10)), expiry=Expiry(months=2), claw_back="debt", welcome=25
)


@pytest.fixture(autouse=True)
def beginning(time: Clock) -> None:
    """Every test on the same day: the clock is the module's."""
    time.set(Clock().now)


class Journey:
    """A shop with two members, to whom anything may happen, and any of it twice."""

    def __init__(self, seed: int, time: Clock) -> None:
        self.random, self.time = Random(seed), time
        self.shop = a_shop(programme=PROGRAMME)
        self.members = [self._enrolled(str(n)) for n in range(2)]
        self.tills = [Till(self.shop, member) for member in self.members]
        self.again: list[Callable[[], object]] = []
        self.references = iter(range(10**6))

    def _enrolled(self, customer: str) -> str:
        enrolled = self.shop.call("POST", "/v1/members", {"customer_id": customer})
        return str(enrolled.json["member"])

    def step(self) -> None:
        steps = (
            self.buy_paid, self.buy_quoted, self.buy_quoted, self.cancel_a_hold, self.give_back,
            self.adjust, self.wait, self.repeat, self.repeat, self.deliver,
        )  # fmt: skip
        self.random.choice(steps)()

    def _do(self, act: Callable[[], object]) -> None:
        self.again.append(act)
        act()

    def _till(self) -> Till:
        return self.random.choice(self.tills)

    def _goods(self) -> dict[str, Any]:
        amounts = [self.random.randrange(5_000, 250_000) for _ in range(self.random.randint(1, 3))]
        return basket(*amounts)

    def buy_paid(self) -> None:
        till, goods, order = self._till(), self._goods(), f"p{next(self.references)}"
        self._do(partial(till.commit_paid, goods, order=order))

    def buy_quoted(self) -> None:
        """With as many points as there are, which are sometimes promised twice."""
        till, goods, order = self._till(), self._goods(), f"q{next(self.references)}"
        most = till.quote(goods).json["spending"]["most"]
        quote = till.token(goods, spend_points=self.random.choice([0, most]))
        if self.random.random() < 0.3:
            other = till.token(goods, spend_points=most)
            self._do(partial(till.commit, goods, f"o{next(self.references)}", quote=other))
        self._do(partial(till.commit, goods, order, quote=quote))
        if self.random.random() < 0.7:
            self._do(partial(till.confirm, till.order))

    def cancel_a_hold(self) -> None:
        till = self._till()
        self._do(partial(till.cancel, till.order or "web:none"))

    def give_back(self) -> None:
        till, reference = self._till(), f"r{next(self.references)}"
        self._do(partial(till.refund, reference, till.order or "web:none", l0=1))

    def adjust(self) -> None:
        body = {
            "reference": f"a{next(self.references)}",
            "points": self.random.choice([-300, -20, 40, 300]),
            "reason": "goodwill",
        }
        path = f"/v1/members/{self.random.choice(self.members)}/adjustments"
        self._do(partial(self.shop.call, "POST", path, body, as_="staff"))

    def wait(self) -> None:
        self.time.advance(days=self.random.choice([0.1, 1, 20, 45]))
        reverse_unconfirmed.handler({}, None)
        review_accounts.handler({}, None)

    def repeat(self) -> None:
        if self.again:
            self.random.choice(self.again)()

    def deliver(self) -> None:
        """A batch of the stream, and the same once more."""
        records = [_record(self.shop, member, n) for n, member in enumerate(self.members)]
        for _ in range(2):
            recalculate_tier.handler({"Records": records}, None)  # type: ignore[arg-type]


def _record(shop: Shop, member: str, number: int) -> dict[str, Any]:
    image = {"pk": {"S": keys.of(shop.id, member)}, "kind": {"S": "earn"}}
    return {
        "eventID": str(number),
        "dynamodb": {"NewImage": image, "SequenceNumber": str(number)},
    }


def test_whatever_happens_the_metrics_say_what_the_ledger_says(time: Clock) -> None:
    seen = set[str]()
    for seed in SEEDS:
        wipe()
        with watched() as log:
            journey = Journey(seed, time)
            for _ in range(STEPS):
                journey.step()
        for line in log.documents:
            assert_emf(line)
            seen.update(metrics_of(line))
        hold_metrics(log, journey)
    # Else the sums would have agreed about nothing.
    assert seen == set(Metric) - {Metric.BOOKS_DIFFER, Metric.FAILURES} - OF_THREADS


# They move no points; tests/functions/feedback/test_telling.py counts them.
OF_THREADS = {Metric.THREADS_OPENED, Metric.THREADS_OVERDUE}


def hold_metrics(log: Log, journey: Journey) -> None:
    books, shop = Books(), journey.shop
    entries = [entry for member in journey.members for entry in books.entries(shop, member)]

    def points(*kinds: str, sign: int = 1) -> int:
        signed = [sign * entry.points for entry in entries if entry.kind in kinds]
        return sum(number for number in signed if number > 0)

    expected = {
        Metric.POINTS_ISSUED: points("earn", "bonus", "adjust"),
        Metric.POINTS_SPENT: points("spend", sign=-1),
        Metric.POINTS_RESTORED: points("restore"),
        Metric.POINTS_EXPIRED: points("expire", "lapse", sign=-1),
        Metric.POINTS_CLAWED_BACK: points("reverse", "adjust", sign=-1),
        Metric.COMMITS: len(books.orders(shop)),
        Metric.TIER_MOVES: sum(entry.kind == "tier" for entry in entries),
    }
    assert {metric: log.counted(metric) for metric in expected} == expected
    accounts = [books.accounts[shop.id, member] for member in journey.members]
    gained = log.counted(Metric.POINTS_ISSUED) + log.counted(Metric.POINTS_RESTORED)
    lost = sum(
        log.counted(metric)
        for metric in (Metric.POINTS_SPENT, Metric.POINTS_EXPIRED, Metric.POINTS_CLAWED_BACK)
    )
    assert gained - lost == sum(sum(each.lots.values()) - each.debt for each in accounts)


# Promises


def a_buyer() -> Till:
    """With a hundred points; what an order earns comes later."""
    shop = a_shop(programme=club(pending_days=14, pay=Pay(value=Rate(points=1, amount=10))))
    return Till(shop, a_member(shop, lots={">never": 100}))


def promises(log: Log) -> tuple[float, float]:
    """Kept and broken."""
    return log.counted(Metric.PROMISES_KEPT), log.counted(Metric.PROMISES_BROKEN)


def test_a_quoted_order_keeps_its_promise_once(time: Clock) -> None:
    till = a_buyer()
    goods = basket(50_000)
    quote = till.token(goods, spend_points=100)
    with watched() as log:
        for _ in range(3):
            till.commit(goods, "1", quote=quote)
    assert promises(log) == (1, 0)
    assert log.counted(Metric.COMMITS) == 1


def test_an_order_without_a_quote_was_promised_nothing(time: Clock) -> None:
    with watched() as log:
        a_buyer().commit_paid(basket(50_000))
    assert promises(log) == (0, 0)


def test_points_that_somebody_was_faster_to_spend_break_the_other_promise(time: Clock) -> None:
    till = a_buyer()
    goods = basket(50_000)
    quotes = [till.token(goods, spend_points=100) for _ in range(2)]
    with watched() as log:
        till.commit(goods, "1", quote=quotes[0])
        assert till.commit(goods, "2", quote=quotes[1]).code == "points_not_enough"
    assert promises(log) == (1, 1)
    assert log.last["broken_for"] == ["web:2"]
    assert log.counted(Metric.COMMITS) == 1


def test_a_paid_order_with_a_shortfall_is_a_commit_with_a_broken_promise(time: Clock) -> None:
    till = a_buyer()
    a_voucher(till.shop, str(till.member))
    goods = basket(50_000)
    quote = till.token(goods, vouchers=["v1"])
    till.buy(goods, quote=till.token(goods, vouchers=["v1"]))
    with watched() as log:
        receipt = till.commit_paid(goods, [50_000], quote=quote).json
    assert receipt["shortfalls"]
    assert promises(log) == (0, 1)
    assert log.last["broken_for"] == [till.order]
    assert log.counted(Metric.COMMITS) == 1


def test_a_basket_that_is_not_the_quoted_one_breaks_no_promise(time: Clock) -> None:
    till = a_buyer()
    quote = till.token(basket(50_000))
    with watched() as log:
        assert till.commit(basket(60_000), quote=quote).code == "quote_mismatch"
    assert promises(log) == (0, 0)


def test_an_answer_that_is_lost_and_sent_again_counts_once(time: Clock) -> None:
    till = a_buyer()
    goods = basket(50_000)
    quote = till.token(goods)
    with watched() as log, faults.at(0, "one answer is lost"):
        assert till.commit(goods, quote=quote).status == 201
    assert promises(log) == (1, 0)
    assert log.counted(Metric.POINTS_ISSUED) == 500
    assert (log.last["calls"], log.last["retries"]) == (1, 1)


@pytest.mark.parametrize("fault", faults.TRIED)
def test_whatever_happens_to_a_call_nothing_counts_twice(time: Clock, fault: str) -> None:
    """Only whoever is gone, or never learns what became of it, may have counted nothing."""
    till = a_buyer()
    goods = basket(50_000)
    quote = till.token(goods)
    with watched() as log:
        with suppress(faults.Killed), faults.at(0, fault):
            till.commit(goods, "1", quote=quote)
        assert till.commit(goods, "1", quote=quote).status in {200, 201}
    unsaid = fault in {"killed after", "its answers are lost", "fails once it is done"}
    assert log.counted(Metric.COMMITS) == (0 if unsaid else 1)
    assert log.counted(Metric.POINTS_ISSUED) == (0 if unsaid else 500)
    assert promises(log) == (0 if unsaid else 1, 0)


# What it consumed


def test_a_line_has_the_units_that_the_database_reports(time: Clock) -> None:
    """DynamoDB Local reports a transaction at twice what AWS charges; all else is the same."""
    till = a_buyer()
    goods = basket(50_000)
    till.quote(goods)
    with watched() as log, recorded() as calls:
        till.quote(goods)
        till.commit_paid(goods, quote=till.token(goods))
        till.commit(goods, quote=till.token(goods))
        till.confirm()
    quoted, _, committed, _, _, confirmed = log.lines
    query, _, transaction, _, _, get, update = calls
    assert (quoted["calls"], quoted["read_units"], quoted["write_units"]) == (1, 1, 0)
    assert quoted["read_units"] == query.read_units
    assert (committed["calls"], committed["read_units"]) == (1, 0)
    assert committed["write_units"] == transaction.write_units * 2
    assert (confirmed["calls"], confirmed["read_units"]) == (2, get.read_units)
    assert confirmed["write_units"] == update.write_units
    assert all(line["database_ms"] <= line["duration_ms"] for line in log.lines)


def test_a_throttled_call_shows_in_its_line(time: Clock) -> None:
    till = a_buyer()
    goods = basket(50_000)
    with watched() as log, faults.at(0, "throttled once"):
        assert till.quote(goods).status == 200
    assert log.last["retries"] == 1
    with watched() as log, faults.at(0, "throttled"):
        assert till.quote(goods).status == 503
    assert (log.last["outcome"], log.last["code"]) == ("busy", "busy")
    assert (log.last["calls"], log.last["retries"]) == (1, 2)
    assert log.documents == []


def test_a_database_that_cannot_be_reached_shows_in_its_line(time: Clock) -> None:
    till = a_buyer()
    till.quote(basket(50_000))
    with watched() as log, faults.at(0, "never arrives"):
        assert till.quote(basket(50_000)).status == 503
    assert (log.last["outcome"], log.last["calls"]) == ("busy", 1)
