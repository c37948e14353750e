"""Whatever happens to any call on the way in, the next try completes it, with one effect."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from stamkund.web import messages
from tests.builders import OUTBOX, Answer, Clock, Shop, a_programme, a_shop, everything_kept
from tests.login import Person
from tests.members import a_member
from tests.reliability import faults

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
numbers = count(1)
Act = Callable[[], Answer]


@pytest.fixture
def shop(time: Clock) -> Shop:
    """One for each test: what is in it in the end is counted."""
    time.set(NOON)
    messages.use(OUTBOX.append)
    shop = a_shop(programme=a_programme())
    Person(shop, "first@example.com").asks()  # so that keys and programme are remembered
    return shop


def a_person(shop: Shop, *, member: bool = True) -> Person:
    email = f"p{next(numbers)}@example.com"
    if member:
        a_member(shop, email=email)
    return Person(shop, email)


def verify(shop: Shop) -> Act:
    person = a_person(shop).asks()
    return lambda: person.verify(reference="once")


def verify_nobody(shop: Shop) -> Act:
    person = a_person(shop, member=False).asks()
    return lambda: person.verify(reference="once")


def refresh(shop: Shop) -> Act:
    person = a_person(shop).logs_in()
    return person.refresh


def join(shop: Shop) -> Act:
    person = a_person(shop, member=False)
    proof = person.proof()
    return lambda: person.join(proof, first_name="Agnes")


def link(shop: Shop) -> Act:
    member = a_member(shop, customer_id=f"c{next(numbers)}")
    body = {"verified_contact": a_person(shop, member=False).proof()}
    return lambda: shop.call("POST", "/v1/members/me/links", body, as_=member)


def open_session(shop: Shop) -> Act:
    customer = f"c{next(numbers)}"
    a_member(shop, customer_id=customer)
    body = {"customer_id": customer, "reference": "once"}
    return lambda: shop.call("POST", "/v1/members/sessions", body)


def log_out(shop: Shop) -> Act:
    person = a_person(shop).logs_in()
    return person.log_out


def name_device(shop: Shop) -> Act:
    member = a_member(shop, customer_id=(customer := f"c{next(numbers)}"))
    shop.call("POST", "/v1/members/sessions", {"customer_id": customer, "reference": "once"})
    (device,) = shop.call("GET", "/v1/members/me/devices", as_=member).json["devices"]
    path = f"/v1/members/me/devices/{device['device']}"
    return lambda: shop.call("PUT", path, {"name": "Telefonen"}, as_=member)


SCENES = [verify, verify_nobody, refresh, join, link, open_session, log_out, name_device]
GOOD = {200, 201, 204}
UNLIKE = {"member", "card_number", "token", "refresh_token", "verified_contact", "new", "email"}
UNLIKE |= {"customer_id", "device"}


def told(answer: Answer) -> Any:
    """Without what is another for each person, and whether they were new."""
    return shape(json.loads(answer.text)) if answer.text else None


def shape(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {k: "..." if k in UNLIKE and v is not None else shape(v) for k, v in value.items()}


def what_there_is(shop: Shop) -> dict[str, int]:
    """How many items of each kind; tries and counters are all that a second try may add to."""
    found: dict[str, int] = {}
    for table, items in everything_kept().items():
        for item in items:
            if item["pk"]["S"].startswith(f"{shop.id}#"):
                kind = item.get("sk", item["pk"])["S"].removeprefix(f"{shop.id}#").split("#")[0]
                name = f"{table} {kind if table in {'profiles', 'identities'} else ''}"
                found[name] = found.get(name, 0) + 1
    return found


@pytest.mark.parametrize("fault", faults.TRIED)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_whatever_happens_to_a_call_the_next_try_completes_it_with_one_effect(
    scene: Callable[[Shop], Act], fault: str, shop: Shop
) -> None:
    act = scene(shop)
    before = what_there_is(shop)
    with faults.counted() as calls:
        expected = act()
    assert expected.status in GOOD, expected.text
    added = gained(before, what_there_is(shop))
    for call, operation in enumerate(calls.operations):
        if operation in {"GetItem", "Query", "TransactGetItems"} and fault != "killed before":
            continue
        act = scene(shop)
        before = what_there_is(shop)
        with suppress(faults.Killed), faults.at(call, fault):
            act()
        again = act()
        assert again.status in GOOD, f"{operation}: {again.text}"
        assert told(again) == told(expected)
        assert gained(before, what_there_is(shop)) == added
        assert told(act()) == told(expected)


def gained(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    kinds = before.keys() | after.keys()
    changes = {kind: after.get(kind, 0) - before.get(kind, 0) for kind in kinds}
    return {kind: change for kind, change in changes.items() if change}


@pytest.mark.parametrize("fault", faults.TRIED)
def test_whatever_happens_to_a_request_for_a_code_the_next_one_sends_a_good_one(
    fault: str, shop: Shop
) -> None:
    person = a_person(shop)
    with suppress(faults.Killed), faults.at(0, fault):
        person.ask()
    assert person.asks().verify().json["session"]


@pytest.mark.parametrize("fault", ["killed before", "never arrives", "throttled"])
def test_a_thief_whose_try_was_cut_short_is_met_by_the_next_one(
    fault: str, shop: Shop, time: Clock
) -> None:
    """Between seeing that a token is old and ending the session lies one call."""
    person = a_person(shop).logs_in()
    stolen = person.refresh_token
    person.refreshes().refreshes()
    with suppress(faults.Killed), faults.at(1, fault):
        person.refresh(stolen)
    assert person.refresh(stolen).code == "session_ended"
    assert person.refresh().code == "session_ended"


def test_a_message_that_is_not_taken_is_a_refusal_and_the_next_one_arrives(shop: Shop) -> None:
    from stamkund.rules.errors import Refused

    def refuse(_: object) -> None:
        raise Refused("not_sent")

    person = a_person(shop)
    messages.use(refuse)
    answer = person.ask()
    assert (answer.status, answer.code) == (503, "not_sent")
    assert answer.headers["retry-after"] == "1"
    messages.use(OUTBOX.append)
    person.asks()
