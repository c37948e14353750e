"""Many at once who claim one order, merge the same two, and buy and return meanwhile."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import local
from typing import Any

import pytest

from functions.checkout import app as checkout
from functions.feedback import app as feedback
from functions.members import app as members
from functions.members import complete_leavings
from stamkund.rules import replaying
from stamkund.rules.programme import Claims
from stamkund.rules.selection import moment
from stamkund.tables import accounts, programmes
from stamkund.web.app import App
from tests.builders import Clock, Shop, a_programme, a_shop, http_event
from tests.members import a_member
from tests.reliability import books
from tests.reliability.till import ORDERS, Till, basket, club
from tests.talking import Talk, opened

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
AGAIN = {503}
mine = local()


@pytest.fixture(autouse=True)
def noon(time: Clock) -> Clock:
    time.set(NOON)
    return time


@pytest.fixture
def shop(noon: Clock) -> Shop:
    return a_shop(programme=club(pending_days=14))


def ask(shop: Shop, path: str, body: Any, as_: str = "shop") -> int:
    """Each thread with apps of its own; whoever is told to come again comes again."""
    if not hasattr(mine, "apps"):
        built = checkout.build(), members.build(), feedback.build()
        mine.apps = {app.domain: app for app in built}
    app: App = mine.apps[path.split("/")[2]]
    event = http_event("POST", path, body, shop.credential(as_))
    for _ in range(40):
        status: int = app(event, None)["statusCode"]
        if status not in AGAIN:
            break
    return status


def at_once(number: int, act: Callable[[int], int]) -> Counter[int]:
    with ThreadPoolExecutor(number) as threads:
        return Counter(threads.map(act, range(number)))


def assert_books_tell(shop: Shop, *who: str) -> None:
    published = programmes.current(shop.id, NOON)
    at = moment(NOON, published.programme.time_zone)
    for member in who:
        live = accounts.find(shop.id, member)
        again = replaying.replayed(live, books.entries_of(shop, member), published.setting)
        assert replaying.compared(live, again, published.setting, at) == {}


CLAIMS, MERGE = "/v1/members/claims", "/v1/members/merge"


def test_fifty_claims_of_one_order_by_its_member_are_one(shop: Shop) -> None:
    karin = a_member(shop)
    body = {"claim": Till(shop).commit(basket(10_000)).json["claim"]}
    answers = at_once(50, lambda _: ask(shop, CLAIMS, body, karin))
    assert answers == {201: 1, 200: 49}
    assert Till(shop, karin).kinds() == [("earn", 100)]


def test_of_fifty_members_who_claim_one_order_one_has_it(shop: Shop) -> None:
    crowd = [a_member(shop) for _ in range(50)]
    body = {"claim": Till(shop).commit(basket(10_000)).json["claim"]}
    answers = at_once(50, lambda n: ask(shop, CLAIMS, body, crowd[n]))
    assert answers == {201: 1, 409: 49}
    assert sum(len(Till(shop, member).entries) for member in crowd) == 1


def test_of_ten_orders_that_a_member_claims_at_once_as_many_count_as_may(shop: Shop) -> None:
    shop.publish(a_programme(claims=Claims(most=4)))
    karin = a_member(shop)
    tokens = [Till(shop).commit(basket(10_000)).json["claim"] for _ in range(10)]
    answers = at_once(10, lambda n: ask(shop, CLAIMS, {"claim": tokens[n]}, karin))
    assert answers == {201: 4, 409: 6}


def test_a_claim_a_return_and_a_confirmation_at_once_are_all_three(shop: Shop) -> None:
    karin, till = a_member(shop), Till(shop)
    body = {"claim": till.commit(basket(10_000, 5_000)).json["claim"]}
    till.confirm()
    refund = {"reference": "r1", "lines": [{"id": "l1", "quantity": 1}]}
    acts = [
        lambda: ask(shop, CLAIMS, body, karin),
        lambda: ask(shop, f"{ORDERS}/{till.order}/refunds", refund),
    ]
    answers = at_once(2, lambda n: acts[n]())
    assert answers == {201: 2}
    account = accounts.find(shop.id, karin)
    assert (sum(account.lots.values()), account.spend) == (100, {"2026-03": 10_000})


def test_fifty_mergers_of_the_same_two_are_one(shop: Shop) -> None:
    one, other = a_member(shop, points={">never": 5}), a_member(shop, points={">never": 7})
    body = {"member": one, "merge": other}
    answers = at_once(50, lambda _: ask(shop, MERGE, body, "staff"))
    assert answers == {201: 1, 200: 49}
    assert accounts.find(shop.id, one).lots == {">never": 12}
    assert_books_tell(shop, one, other)


def test_two_that_are_merged_into_each_other_at_once_are_one(shop: Shop) -> None:
    one, other = a_member(shop, points={">never": 5}), a_member(shop, points={">never": 7})
    bodies = [{"member": one, "merge": other}, {"member": other, "merge": one}]
    answers = at_once(2, lambda n: ask(shop, MERGE, bodies[n], "staff"))
    assert answers == {201: 1, 409: 1}
    found = [accounts.find(shop.id, member) for member in (one, other)]
    assert sorted(account.status for account in found) == ["active", "merged"]
    assert sum(sum(account.lots.values()) for account in found) == 12


def test_what_is_bought_and_returned_while_two_become_one_is_in_the_books_of_the_one(
    shop: Shop,
) -> None:
    one, other = a_member(shop), a_member(shop)
    till = Till(shop, other)
    sold = [till.buy(basket(10_000)) for _ in range(8)]
    orders = [till.content(basket(1_000)) for _ in range(4)]

    def act(n: int) -> int:
        if n < 4:
            return ask(shop, ORDERS, orders[n])
        if n < 12:
            return ask(shop, f"{ORDERS}/{sold[n - 4]}/refunds", {"reference": "r1"})
        return ask(shop, MERGE, {"member": one, "merge": other}, "staff")

    answers = at_once(14, act)
    # An order that came after the merger is refused; every return is done, whoever it is of.
    bought = 4 - answers[409]
    assert answers[201] == bought + 8 + 1
    account = accounts.find(shop.id, one)
    assert (sum(account.lots.values()), account.orders) == (10 * bought, 8 + bought)
    assert accounts.find(shop.id, other).lots == {}
    assert_books_tell(shop, one, other)


def test_what_is_said_and_answered_while_two_become_one_is_the_survivors_and_whole(
    shop: Shop, noon: Clock
) -> None:
    one, other = a_member(shop), a_member(shop)
    talks = [opened(shop, other) for _ in range(4)]

    def act(n: int) -> int:
        talk, reference = talks[n % 4], f"race{n}"
        if n == 6:
            return ask(shop, MERGE, {"member": one, "merge": other}, "staff")
        if n < 4:
            return ask(shop, f"{talk.path}/messages", said(n, reference), other)
        if n < 8:
            return ask(shop, "/v1/feedback/threads", {**said(n, reference), **NEW}, other)
        step = {"do": "answer", "text": f"text {n}"}
        body = {"reference": reference, "version": 1, "step": step}
        return ask(shop, f"{talk.inbox}/steps", body, "staff")

    def said(n: int, reference: str) -> dict[str, str]:
        return {"reference": reference, "text": f"text {n}"}

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(act, range(12)))
    noon.advance(days=1)
    complete_leavings.handler({}, None)
    listed = shop.call("GET", "/v1/feedback/threads", as_=one).json["threads"]
    whole = str([Talk(shop, one, thread["thread"]).seen() for thread in listed])
    assert {talk.id for talk in talks} <= {thread["thread"] for thread in listed}
    done = [n for n, status in enumerate(answers) if status == 201 and n != 6]
    assert [n for n in range(12) if f"'text {n}'" in whole] == done
    assert {status for status in answers if status != 201} <= {403, 404, 409}
    assert answers[6] == 201


NEW = {"kind": "question"}
