"""Fifty at once: of rewards, vouchers and limits nobody gets more than there is."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.checkout import reverse_unconfirmed
from stamkund.rules.programme import (
    AmountOff,
    Cause,
    Charity,
    PointRules,
    Rate,
    Reward,
    Rewards,
    Text,
)
from stamkund.rules.programme_file import Action
from stamkund.tables import orders
from tests.builders import Answer, Clock, Shop, a_member, a_programme, a_shop
from tests.reliability import books
from tests.reliability.till import ORDERS, Till, basket

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
NAME: Text = {"sv": "Namn", "en": "Name"}
FIFTY = 50
REWARDS = Rewards(
    catalogue=[
        Reward("cheque", NAME, 100, AmountOff(5_000)),
        Reward("shared", NAME, 100, AmountOff(5_000), transferable=True),
        Reward("once", NAME, 10, AmountOff(5_000), limit_per_member=1),
        Reward("few", NAME, 10, AmountOff(5_000), limit_total=7),
        Reward("gift", NAME, 100, Charity(2_500)),
    ],
    causes=[Cause("sea", NAME)],
)
ACTIONS = [Action("visit", NAME, 5, most=3, per="month")]
POINTS = PointRules(earn=Rate(points=1, amount=100), pending_days=30)
GOODS = basket(20_000)


@pytest.fixture
def shop(time: Clock) -> Shop:
    time.set(NOON)
    programme = a_programme(points=POINTS, rewards=REWARDS, actions=ACTIONS)
    return a_shop(programme=programme)


def at_once(ask: Callable[[int], Answer], number: int = FIFTY) -> list[Answer]:
    """As clients do: whoever is told to come again comes again."""

    def until_told(n: int) -> Answer:
        answer = ask(n)
        while answer.status == 503:
            answer = ask(n)
        return answer

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(until_told, range(number)))


def told(answers: list[Answer]) -> Counter[Any]:
    return Counter(one.status if one.status < 400 else one.code for one in answers)


def redeem(shop: Shop, member: str, reward: str, reference: str) -> Answer:
    body = {"reference": reference, "reward": reward}
    return shop.call("POST", f"/v1/members/{member}/redemptions", body)


def balance(shop: Shop, member: str) -> int:
    return sum(books.account_of(shop, member).lots.values())


def test_of_fifty_who_spend_the_same_points_as_many_get_a_reward_as_there_are_points(
    shop: Shop,
) -> None:
    member = a_member(shop, lots={">never": 350})
    answers = at_once(lambda n: redeem(shop, member, "cheque", f"r{n}"))
    assert told(answers) == {201: 3, "points_not_enough": 47}
    assert balance(shop, member) == 50
    assert len(books.benefits_of(shop, member)) == 3


def test_one_reward_that_is_asked_for_fifty_times_is_paid_for_once(shop: Shop) -> None:
    member = a_member(shop, lots={">never": 350})
    answers = at_once(lambda _: redeem(shop, member, "cheque", "r"))
    assert told(answers) == {201: 1, 200: 49}
    assert len({one.json["voucher"] for one in answers}) == 1
    assert balance(shop, member) == 250


def test_a_limit_holds_for_fifty_of_one_member_and_for_fifty_members(shop: Shop) -> None:
    member = a_member(shop, lots={">never": 1_000})
    answers = at_once(lambda n: redeem(shop, member, "once", f"r{n}"))
    assert told(answers) == {201: 1, "limit_reached": 49}
    members = [a_member(shop, lots={">never": 100}) for _ in range(FIFTY)]
    answers = at_once(lambda n: redeem(shop, members[n], "few", "r"))
    assert told(answers) == {201: 7, "reward_sold_out": 43}
    assert sum(balance(shop, each) for each in members) == FIFTY * 100 - 70


def test_fifty_checkouts_use_a_voucher_once(shop: Shop) -> None:
    till = Till(shop, a_member(shop, lots={">never": 100}))
    voucher = redeem(shop, str(till.member), "cheque", "r").json["voucher"]
    token = till.token(GOODS, vouchers=[voucher])
    bodies = [till.content(GOODS, f"race{n}", quote=token) for n in range(FIFTY)]
    answers = at_once(lambda n: shop.call("POST", ORDERS, bodies[n]))
    assert told(answers) == {201: 1, "voucher_not_open": 49}


def test_of_fifty_friends_and_its_owner_one_has_a_voucher(shop: Shop) -> None:
    """Whoever opens the link first, unless it is used before."""
    till = Till(shop, a_member(shop, lots={">never": 100}))
    member = str(till.member)
    voucher = redeem(shop, member, "shared", "r").json["voucher"]
    path = f"/v1/members/{member}"
    shop.call("POST", f"{path}/redemptions/r/confirmation")
    gift = shop.call("POST", f"{path}/vouchers/{voucher}/gift-links").json["gift"]
    order = till.content(GOODS, "own", quote=till.token(GOODS, vouchers=[voucher]))
    friends = [a_member(shop) for _ in range(FIFTY)]

    def act(n: int) -> Answer:
        if n == 7:
            return shop.call("POST", ORDERS, order)
        return shop.call("POST", f"/v1/members/{friends[n]}/vouchers/taken", {"gift": gift})

    answers = at_once(act)
    assert sum(answer.status == 201 for answer in answers) == 1, told(answers)
    assert {answer.code for answer in answers if answer.status == 409} <= {
        "gift_gone", "voucher_not_open"
    }  # fmt: skip
    had = [books.benefits_of(shop, friend) for friend in friends]
    used = orders.look_up(shop.id, "web:own") is not None
    assert len([each for each in had if each]) == (0 if used else 1)
    [(_, status)] = books.benefits_of(shop, member).values()
    assert status == ("used" if used else "given")


def test_a_link_that_is_taken_back_while_many_open_it_is_taken_or_taken_back(shop: Shop) -> None:
    member = a_member(shop, lots={">never": 100})
    voucher = redeem(shop, member, "shared", "r").json["voucher"]
    path = f"/v1/members/{member}"
    shop.call("POST", f"{path}/redemptions/r/confirmation")
    links = f"{path}/vouchers/{voucher}/gift-links"
    gift = {"gift": shop.call("POST", links).json["gift"]}
    friends = [a_member(shop) for _ in range(10)]

    def act(n: int) -> Answer:
        if n == 3:
            return shop.call("POST", f"{links}/revocation", gift)
        return shop.call("POST", f"/v1/members/{friends[n]}/vouchers/taken", gift)

    answers = at_once(act, 10)
    had = sum(bool(books.benefits_of(shop, friend)) for friend in friends)
    back = answers[3].status == 200
    assert had == (0 if back else 1), told(answers)
    [(_, status)] = books.benefits_of(shop, member).values()
    assert status == ("open" if back else "given")


def test_a_reward_is_used_kept_or_released_and_never_two_of_them(shop: Shop) -> None:
    """Each several times, all at once."""
    for round in range(5):
        till = Till(shop, a_member(shop, lots={">never": 100}))
        member = str(till.member)
        voucher = redeem(shop, member, "cheque", "r").json["voucher"]
        token = till.token(GOODS, vouchers=[voucher])
        body = till.content(GOODS, f"used{round}", quote=token)
        path = f"/v1/members/{member}/redemptions/r"

        def act(n: int) -> Answer:
            if n % 3 == 0:
                return shop.call("POST", ORDERS, body)  # noqa: B023 -- called in this round
            what = ("confirmation", "cancellation")[n % 3 - 1]
            return shop.call("POST", f"{path}/{what}")  # noqa: B023

        at_once(act, 9)
        [(_, status)] = books.benefits_of(shop, member).values()
        used = orders.look_up(shop.id, f"web:used{round}") is not None
        back = sum(e.points for e in books.entries_of(shop, member) if e.kind == "restore")
        assert (status, used, back) in {
            ("used", True, 0), ("open", False, 0), ("released", False, 100),
        }  # fmt: skip


def test_the_timed_function_and_a_member_who_changes_their_mind_release_it_once(
    shop: Shop, time: Clock
) -> None:
    members = [a_member(shop, lots={">never": 100}) for _ in range(8)]
    for member in members:
        redeem(shop, member, "cheque", "r")
    time.set(NOON + timedelta(minutes=61))
    with ThreadPoolExecutor(4) as threads:
        jobs = [threads.submit(reverse_unconfirmed.handler, {}, None) for _ in range(2)]
        paths = [f"/v1/members/{member}/redemptions/r/cancellation" for member in members]
        answers = at_once(lambda n: shop.call("POST", paths[n]), len(members))
        assert all(job.result()["failed"] == 0 for job in jobs)
    assert {answer.json["status"] for answer in answers} == {"released"}
    assert [balance(shop, member) for member in members] == [100] * 8


def test_fifty_gifts_are_given_and_owed_as_often_as_there_are_points(shop: Shop) -> None:
    member = a_member(shop, lots={">never": 450})

    def give(n: int) -> Answer:
        body = {"reference": f"g{n}", "reward": "gift", "cause": "sea"}
        return shop.call("POST", f"/v1/members/{member}/gifts", body)

    assert told(at_once(give)) == {201: 4, "points_not_enough": 46}
    owed = shop.call("GET", "/v1/members/gifts/report").json
    assert (owed["points"], owed["amount"]) == (400, 10_000)
    assert owed["causes"][0]["gifts"] == 4


def test_an_action_that_is_said_fifty_times_counts_as_often_as_it_may(shop: Shop) -> None:
    member = a_member(shop)

    def say(n: int) -> Answer:
        body = {"reference": f"e{n // 2}", "action": "visit"}
        return shop.call("POST", f"/v1/members/{member}/earnings", body)

    answers = told(at_once(say))
    assert (answers[201], answers["limit_reached"]) == (3, 44)
    assert balance(shop, member) == 15
