"""At the till, whatever happens to a call and however many come at once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from threading import local
from typing import Any

import pytest

from functions.checkout import app as checkout
from functions.members import app as members
from stamkund.rules.login import Login, Sms
from stamkund.rules.programme import Pay, PointRules, Rate
from stamkund.rules.till import TillRules
from stamkund.tables.counting import CountItem
from stamkund.tables.spendings import SpendingItem
from stamkund.web import messages
from tests.at_the_till import LINE, Till, answers
from tests.builders import OUTBOX, Answer, Clock, Shop, a_programme, a_shop, everything_kept
from tests.builders import http_event as an_event
from tests.login import Person, last_sent
from tests.members import a_member, the_account
from tests.reliability import faults

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
PROGRAMME = a_programme(
    points=PointRules(earn=Rate(1, 100), pending_days=0, pay=Pay(value=Rate(1, 100))),
    login=Login(link="https://fjallsport.example/k", sms=Sms(countries=["SWE"], a_day=10_000)),
    till=TillRules(failed_lookups_an_hour=10),
)
BUSY = 503
numbers = count(1)
mine = local()
Act = Callable[[], Answer]


@pytest.fixture
def till(time: Clock) -> Till:
    """Of a shop of its own; key, shop and programme are remembered."""
    time.set(NOON)
    messages.use(OUTBOX.append)
    till = Till(a_shop(programme=PROGRAMME))
    till.invite("+46701740999")
    return till


def a_person(till: Till) -> tuple[str, str]:
    """A member, and the phone by which the till knows them."""
    phone = f"+46701{next(numbers):06}"
    return a_member(till.shop, points={">never": 500}, phone=phone), phone


def kept(shop: Shop, table: str, kind: str) -> list[Any]:
    key = {"identities": "pk", "profiles": "sk"}[table]
    ours = [i for i in everything_kept()[table] if i["pk"]["S"].startswith(f"{shop.id}#")]
    return [item for item in ours if f"{kind}#" in item[key]["S"]]


# Faults


def looks_up(till: Till) -> Act:
    _, phone = a_person(till)
    return lambda: till.find(phone=phone)


def asks(till: Till) -> Act:
    member, _ = a_person(till)
    return lambda: till.ask(member, "1", reference="once", points=100)


def confirms(till: Till) -> Act:
    member, _ = a_person(till)
    asked = till.ask(member, "1", points=100)
    return lambda: answers(till.shop, asked, "confirmed")


def joins(till: Till) -> Act:
    phone = f"+46701{next(numbers):06}"
    till.invite(phone)
    link = last_sent(phone).text.partition("#join=")[2]
    return lambda: Person(till.shop, phone).join(link)


GOOD = {200, 201}


@pytest.mark.parametrize("fault", faults.TRIED)
@pytest.mark.parametrize("scene", [looks_up, asks, confirms, joins], ids=lambda s: s.__name__)
def test_whatever_happens_to_a_call_the_next_try_completes_it_with_one_effect(
    scene: Callable[[Till], Act], fault: str, till: Till
) -> None:
    for call in range(own_calls(scene, till)):
        act = scene(till)
        before = how_many(till.shop)
        with suppress(faults.Killed), faults.at(call, fault):
            act()
        again = act()
        assert again.status in GOOD, again.text
        after = how_many(till.shop)
        assert act().status in GOOD
        assert how_many(till.shop) == after
        assert all(after[kind] - before[kind] <= 1 for kind in after)


def own_calls(scene: Callable[[Till], Act], till: Till) -> int:
    act = scene(till)
    with faults.counted() as calls:
        act()
    return len(calls.operations)


def how_many(shop: Shop) -> Counter[str]:
    """Items of each kind; counters are all that a second try may add to."""
    found = Counter[str]()
    for table, items in everything_kept().items():
        for item in items:
            if item["pk"]["S"].startswith(f"{shop.id}#"):
                kind = item.get("sk", item["pk"])["S"].removeprefix(f"{shop.id}#").split("#")[0]
                found[f"{table} {kind}"] += kind != "count" and table != "ledger"
    return found


@pytest.mark.parametrize("fault", faults.TRIED)
def test_a_look_up_that_breaks_off_is_a_try_at_most_and_never_one_more(
    fault: str, till: Till
) -> None:
    """Whatever breaks off: in the hour there are ten that find nobody, or fewer."""
    _, phone = a_person(till)
    for call in range(5):
        with suppress(faults.Killed), faults.at(call, fault):
            till.find(phone=phone)
    found = 0
    for n in range(20):
        found += till.find(phone=f"+4670199{n:04}").status == 404
    assert found <= 10
    assert till.find(phone=phone).status == 429


@pytest.mark.parametrize("fault", faults.TRIED)
def test_whatever_happens_to_an_invitation_the_next_one_arrives(fault: str, till: Till) -> None:
    phone = f"+46701{next(numbers):06}"
    with suppress(faults.Killed), faults.at(0, fault):
        till.invite(phone)
    assert till.invite(phone).status == 202
    link = last_sent(phone).text.partition("#join=")[2]
    assert Person(till.shop, phone).join(link).status == 201


# Many at once


def ask(module: Any, method: str, path: str, body: Any, credential: dict[str, str]) -> int:
    """Each thread with an app of its own; whoever is told to come again comes again."""
    known = mine.__dict__.setdefault(module.__name__, module.build())
    event = an_event(method, path, body, credential)
    for _ in range(30):
        status: int = known(event, None)["statusCode"]
        if status != BUSY:
            break
    return status


def at_once(number: int, act: Callable[[int], int]) -> Counter[int]:
    with ThreadPoolExecutor(number) as threads:
        return Counter(threads.map(act, range(number)))


def test_fifty_that_guess_at_once_have_ten_tries(till: Till) -> None:
    _, phone = a_person(till)
    shop = till.shop
    seen = at_once(
        50,
        lambda n: ask(
            members,
            "POST",
            "/v1/members/lookups",
            {"phone": phone if n == 49 else f"+4670188{n:04}"},
            shop.credential("till"),
        ),
    )
    assert seen[404] <= 10
    assert seen[404] + seen[429] + seen[200] == 50
    counters = [CountItem.from_raw_data(item) for item in kept(shop, "identities", "count")]
    assert max(one.asked for one in counters) == 10


def test_confirmed_and_refused_at_once_is_one_of_the_two(till: Till) -> None:
    member, _ = a_person(till)
    asked = till.ask(member, points=100)
    path = f"/v1/members/me/spendings/{asked.json['spending']}/answer"
    said = ["confirmed", "refused"]
    seen = at_once(
        10,
        lambda n: ask(members, "PUT", path, {"answer": said[n % 2]}, till.shop.credential(member)),
    )
    assert seen == {200: 5, 409: 5}
    (item,) = kept(till.shop, "profiles", "SPENDING")
    assert SpendingItem.from_raw_data(item).answer == till.hear(asked).json["status"]


def test_the_same_question_ten_times_at_once_is_one(till: Till) -> None:
    member, _ = a_person(till)
    body = {"reference": "once", "order_id": "1", "points": 1}
    path = f"/v1/members/{member}/spendings"
    seen = at_once(10, lambda _: ask(members, "POST", path, body, till.shop.credential("till")))
    assert seen == {201: 1, 200: 9}
    assert len(kept(till.shop, "profiles", "SPENDING")) == 1


def test_one_confirmation_committed_ten_times_at_once_pays_once(till: Till) -> None:
    member, _ = a_person(till)
    asked = till.ask(member, "7", points=100)
    answers(till.shop, asked, "confirmed")
    token = till.hear(asked).json["identification"]
    quotes = [till.quote(identification=token, spend_points=100).json["quote"] for _ in range(10)]
    order = {"order_id": "7", "currency": "SEK", "lines": [LINE], "channel": "store"}
    bodies = [{**order, "member": member, "quote": quote} for quote in quotes]
    path = "/v1/checkout/orders"
    seen = at_once(
        10, lambda n: ask(checkout, "POST", path, bodies[n], till.shop.credential("till"))
    )
    assert seen == {201: 1, 200: 9}
    lots = the_account(till.shop, member).lots
    assert lots[">never"] == 400


def test_ten_presses_of_one_link_at_once_are_one_membership(till: Till) -> None:
    phone = f"+46701{next(numbers):06}"
    till.invite(phone)
    link = last_sent(phone).text.partition("#join=")[2]
    before = len(kept(till.shop, "identities", "phone"))
    seen = at_once(
        10,
        lambda _: ask(
            members,
            "POST",
            "/v1/members/joinings",
            {"verified_contact": link},
            till.shop.credential("storefront"),
        ),
    )
    assert seen == {201: 1, 200: 9}
    assert len(kept(till.shop, "identities", "phone")) == before + 1
