"""Many at once: threads with apps of their own, and processes that share nothing but the tables."""

import multiprocessing
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from threading import local
from typing import Any

import pytest

from functions.checkout import app as checkout
from stamkund import tables
from stamkund.rules.programme import AmountOff, Offer, Pay, Rate, Text
from stamkund.web.app import App
from tests.builders import Clock, Shop, a_member, a_shop, a_voucher, http_event
from tests.reliability.till import ORDERS, Till, basket, club

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
NAME: Text = {"sv": "Namn", "en": "Name"}
PAY = Pay(value=Rate(points=1, amount=10))
GOODS = basket(10_000)
BUSY = 503
mine = local()


@pytest.fixture(autouse=True)
def noon(time: Clock) -> Clock:
    time.set(NOON)
    return time


def till(**account: Any) -> Till:
    shop = a_shop(programme=club(pay=PAY, pending_days=14))
    return Till(shop, a_member(shop, **account))


def own_app() -> App:
    """A thread needs an app to itself, as a process has."""
    if not hasattr(mine, "app"):
        mine.app = checkout.build()
    app: App = mine.app
    return app


def ask(shop: Shop, path: str, body: Any) -> int:
    """As a client does: whoever is told to come again comes again."""
    event = http_event("POST", path, body, shop.credential("shop"))
    for _ in range(20):
        status: int = own_app()(event, None)["statusCode"]
        if status != BUSY:
            return status
    return BUSY


def at_once(number: int, act: Callable[[int], int]) -> Counter[int]:
    with ThreadPoolExecutor(number) as threads:
        return Counter(threads.map(act, range(number)))


def test_fifty_that_redeem_the_same_points_at_once_end_with_one_effect() -> None:
    at = till(lots={">never": 100})
    tokens = [at.token(GOODS, spend_points=100) for _ in range(50)]
    bodies = [at.content(GOODS, quote=token) for token in tokens]
    answers = at_once(50, lambda n: ask(at.shop, ORDERS, bodies[n]))
    assert answers == {201: 1, 409: 49}
    assert sorted(kind for kind, _ in at.kinds()) == ["earn", "spend"]
    assert (at.available, at.account.lots[">never"]) == (0, 0)


def test_fifty_of_the_same_order_at_once_are_one_order() -> None:
    at = till(lots={">never": 100})
    body = at.content(GOODS, "once", quote=at.token(GOODS, spend_points=100))
    answers = at_once(50, lambda _: ask(at.shop, ORDERS, body))
    assert answers == {201: 1, 200: 49}
    assert sorted(kind for kind, _ in at.kinds()) == ["earn", "spend"]


def test_ten_different_orders_of_one_member_at_once_all_count() -> None:
    at = till()
    bodies = [at.content(basket(10_000 + 100 * n)) for n in range(10)]
    answers = at_once(10, lambda n: ask(at.shop, ORDERS, bodies[n]))
    assert answers == {201: 10}
    account = at.account
    assert (account.version, account.spend) == (10, {"2026-03": 104_500})
    assert at.points()["pending"] == 1_045


def test_of_ten_orders_with_a_benefit_that_is_there_once_one_has_it() -> None:
    once = Offer(id="once", name=NAME, effect=AmountOff(100), limit_per_member=1)
    at = till()
    at.shop.publish(club(offers=[once]))
    bodies = [at.content(GOODS, quote=at.token(GOODS)) for _ in range(10)]
    answers = at_once(10, lambda n: ask(at.shop, ORDERS, bodies[n]))
    assert answers == {201: 1, 409: 9}
    assert at.account.used == {"once": 1}


def test_a_voucher_is_used_by_one_of_many_at_once() -> None:
    at = till()
    voucher = a_voucher(at.shop, str(at.member))
    bodies = [at.content(GOODS, quote=at.token(GOODS, vouchers=[voucher])) for _ in range(10)]
    answers = at_once(10, lambda n: ask(at.shop, ORDERS, bodies[n]))
    assert answers == {201: 1, 409: 9}


def test_a_unit_is_refunded_by_one_of_many_at_once() -> None:
    at = till(lots={">never": 100})
    order = at.buy(basket(1_000, quantity=3), quote=None)
    path = f"{ORDERS}/{order}/refunds"
    lines = [{"id": "l0", "quantity": 1}]
    answers = at_once(8, lambda n: ask(at.shop, path, {"reference": f"r{n}", "lines": lines}))
    assert answers[201] == 3
    refunds = at.receipt(order)["refunds"]
    assert sum(each["amount"] for each in refunds) == at.receipt(order)["total"]["charged"]
    assert at.points()["pending"] == 0


@pytest.mark.parametrize("_", range(3))
def test_a_confirmation_and_a_cancellation_at_once_agree_in_the_end(_: int) -> None:
    at = till()
    at.commit(GOODS)
    paths = [f"{ORDERS}/{at.order}/{what}" for what in ("confirmation", "cancellation")]
    answers = at_once(2, lambda n: ask(at.shop, paths[n], None))
    assert answers == {200: 1, 409: 1}
    kept = {"confirmed": ["earn"], "cancelled": ["earn", "reverse"]}
    assert [kind for kind, _ in at.kinds()] == kept[at.receipt()["status"]]


def in_a_process_of_its_own(
    start: Barrier, prefix: str, credential: dict[str, str], body: Any, answers: Any
) -> None:
    """No thread, no client and no memory in common with anybody."""
    tables.connect(prefix, real_time=Clock(NOON))
    app = checkout.build()
    event = http_event("POST", ORDERS, body, credential)
    start.wait(timeout=60)
    status = BUSY
    while status == BUSY:
        answer = app(event, None)
        status = answer["statusCode"]
    answers.put((status, answer["body"]))


def test_two_processes_that_commit_the_same_order_end_with_one_effect(prefix: str) -> None:
    at = till(lots={">never": 100})
    body = at.content(GOODS, "once", quote=at.token(GOODS, spend_points=100))
    spawn = multiprocessing.get_context("spawn")
    start, answers = spawn.Barrier(2), spawn.Queue()
    arguments = (start, prefix, at.shop.credential("shop"), body, answers)
    processes = [spawn.Process(target=in_a_process_of_its_own, args=arguments) for _ in range(2)]
    for process in processes:
        process.start()
    (one, first), (other, second) = answers.get(timeout=60), answers.get(timeout=60)
    for process in processes:
        process.join()
    assert sorted((one, other)) == [200, 201]
    assert first == second
    assert sorted(kind for kind, _ in at.kinds()) == ["earn", "spend"]
