"""Something else happens to the same friend between any two calls of a look at them: another look,
a return, a decision. In the end it is as if one had come after the other."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from msgspec.structs import replace

from stamkund import tables
from stamkund.rules.referrals import FRIENDS, referral_id
from stamkund.tables import ledger, referrals
from tests.builders import Answer, Clock
from tests.referring import RULES, World
from tests.reliability import books

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
numbers = count(1)


@pytest.fixture
def world(time: Clock) -> World:
    books.wipe()
    time.set(NOON)
    guards = replace(RULES.guards, per_referrer=10**6)
    world = World(time, replace(RULES, guards=guards))
    world.follow(world.brings(world.joins()))
    world.shop.call("GET", "/v1/referrals/held", as_="staff")
    return world


@contextmanager
def meanwhile(call: int, act: Callable[[], object]) -> Iterator[list[str]]:
    """Before one call is sent, the first being 0, something else is done from beginning to end."""
    events, calls, busy = tables.client().client.meta.events, list[str](), list[bool]()

    def begin(model: Any, **_: Any) -> None:
        if busy:
            return
        calls.append(model.name)
        if len(calls) - 1 == call:
            busy.append(True)
            act()
            busy.clear()

    events.register("before-call.dynamodb", begin, unique_id="stamkund-meanwhile")
    try:
        yield calls
    finally:
        events.unregister("before-call.dynamodb", unique_id="stamkund-meanwhile")


def a_friend(world: World) -> tuple[str, str, str]:
    """Who brought them, who it is, and their order, at which nobody has looked."""
    anna = world.joins()
    jonas = world.brings(anna)
    return anna, jonas, world.buys(jonas)


def credited(world: World, anna: str, jonas: str) -> int:
    """How much the ledger says; account and ledger agree, and no entry is there twice."""
    entries = ledger.everything(world.shop.id, anna, consistent=True)
    mine = [one for one in entries if referral_id(jonas) in one.reference]
    assert len({(one.kind, one.reference) for one in mine}) == len(mine)
    account = world.account(anna)
    assert sum(account.lots.values()) - account.debt == sum(one.points for one in entries)
    assert account.used.get(FRIENDS, 0) == sum(one.points for one in mine) // 500
    return sum(one.points for one in mine)


def another_look(world: World, jonas: str, order: str) -> None:
    world.follow(jonas)


def a_return(world: World, jonas: str, order: str) -> None:
    world.returns(order)


def a_return_that_is_looked_at(world: World, jonas: str, order: str) -> None:
    world.returns(order)
    world.follow(jonas)


ACTS = [another_look, a_return, a_return_that_is_looked_at]
each_act = pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)


@each_act
def test_whatever_happens_between_two_calls_of_a_credit(
    world: World, act: Callable[[World, str, str], None]
) -> None:
    for call in count():
        anna, jonas, order = a_friend(world)
        with meanwhile(call, lambda: act(world, jonas, order)) as calls:  # noqa: B023
            world.follow(jonas)
        if call >= len(calls):
            break
        world.follow(jonas)
        wanted = 500 if act is another_look else 0
        assert credited(world, anna, jonas) == wanted, call
    assert call >= 10


@each_act
def test_whatever_happens_between_two_calls_of_becoming_available(
    world: World, act: Callable[[World, str, str], None]
) -> None:
    for call in count():
        anna, jonas, order = a_friend(world)
        world.follow(jonas)
        world.clock.advance(days=30)
        with meanwhile(call, lambda: act(world, jonas, order)) as calls:  # noqa: B023
            world.follow(jonas)
        if call >= len(calls):
            break
        world.follow(jonas)
        wanted = 500 if act is another_look else 0
        assert credited(world, anna, jonas) == wanted, call
        merit = world.account(anna).used.get("merit", 0)
        assert merit == (10 if act is another_look else 0), call


@pytest.mark.parametrize("other", ["release", "refuse"])
def test_of_two_decisions_at_once_one_stands(world: World, other: str) -> None:
    more = {"reason": "same_person"} if other == "refuse" else {}
    for call in count():
        anna, device = world.joins(), f"d{next(numbers)}"
        world.signs(anna, device=device)
        jonas = world.joins({"code": world.code(anna), "device": device})
        world.buys(jonas)
        others: list[Answer] = []

        def decide(friend: str = jonas, others: list[Answer] = others) -> None:
            others.append(world.decide(friend, other, **more))

        with meanwhile(call, decide):
            answer = world.decide(jonas, "release")
        if not others:
            break
        refused = other == "refuse" and [one.status for one in others] == [200]
        assert world.referral(jonas).state == ("refused" if refused else "pending"), call
        assert answer.status == (409 if refused else 200), (call, answer.text)
        assert credited(world, anna, jonas) == (0 if refused else 500)


@pytest.mark.parametrize("device", ["", "d-both"], ids=["counted", "held"])
def test_of_two_referrers_at_once_a_friend_has_one(world: World, device: str) -> None:
    for call in count():
        members = [world.joins() for _ in range(2)]
        codes = [world.code(member) for member in members]
        for member in members if device else ():
            world.signs(member, device=device)
        world.clock.advance(seconds=1)
        jonas = world.joins()

        def name(code: str, friend: str = jonas) -> Answer:
            path = f"/v1/members/{friend}/referrer"
            seen = {"device": device} if device else {}
            return world.shop.call("POST", path, {"code": code, **seen})

        answers: list[Answer] = []
        with meanwhile(call, lambda: answers.append(name(codes[1]))):  # noqa: B023
            answers.append(name(codes[0]))
        if len(answers) == 1:
            break
        assert sorted(answer.status for answer in answers) == [201, 409], call
        shown = [referrals.friends_of(world.shop.id, one, 10).friends for one in members]
        assert sum(map(len, shown)) == 1, call
        assert shown[members.index(world.referral(jonas).referrer)]


def test_of_many_looks_at_once_one_credits(world: World) -> None:
    anna, jonas, _ = a_friend(world)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: patiently(world, jonas), range(24)))
    assert credited(world, anna, jonas) == 500
    assert world.referral(jonas).count == 1


def patiently(world: World, jonas: str) -> None:
    """As the stream does: again, until it is done."""
    for _ in range(10):
        try:
            world.follow(jonas)
        except AssertionError:
            continue
        return
