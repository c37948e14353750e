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
    events, calls, busy = tables.client().client.meta.events, list[str](), []

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
    call, calls = 0, ["begin"]
    while call < len(calls):
        anna, jonas, order = a_friend(world)
        with meanwhile(call, lambda: act(world, jonas, order)) as calls:  # noqa: B023
            world.follow(jonas)
        if call >= len(calls):
            break
        world.follow(jonas)
        wanted = 500 if act is another_look else 0
        assert credited(world, anna, jonas) == wanted, call
        call += 1
    assert call > 10


@each_act
def test_whatever_happens_between_two_calls_of_becoming_available(
    world: World, act: Callable[[World, str, str], None]
) -> None:
    call, calls = 0, ["begin"]
    while call < len(calls):
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
        call += 1


@pytest.mark.parametrize("other", ["release", "refuse"])
def test_of_two_decisions_at_once_one_stands(world: World, other: str) -> None:
    more = {"reason": "same_person"} if other == "refuse" else {}
    call, calls = 0, ["begin"]
    while call < len(calls):
        anna, device = world.joins(), f"d{next(numbers)}"
        world.signs(anna, device=device)
        jonas = world.joins({"code": world.code(anna), "device": device})
        world.buys(jonas)
        with meanwhile(call, lambda: world.decide(jonas, other, **more)) as calls:  # noqa: B023
            answer = world.decide(jonas, "release")
        state = world.referral(jonas).state
        assert state in {"pending", "refused"}
        assert answer.status == (200 if state == "pending" else 409), (call, answer.text)
        assert credited(world, anna, jonas) == (500 if state == "pending" else 0)
        call += 1


def test_of_two_referrers_at_once_a_friend_has_one(world: World) -> None:
    call, calls = 0, ["begin"]
    while call < len(calls):
        codes = [world.code(world.joins()) for _ in range(2)]
        world.clock.advance(seconds=1)
        jonas = world.joins()

        def name(code: str, friend: str = jonas) -> Answer:
            path = f"/v1/members/{friend}/referrer"
            return world.shop.call("POST", path, {"code": code})

        answers: list[Answer] = []
        with meanwhile(call, lambda: answers.append(name(codes[1]))) as calls:  # noqa: B023
            answers.append(name(codes[0]))
        statuses = sorted(answer.status for answer in answers)
        assert statuses == ([201, 409] if len(answers) == 2 else [201]), call
        referrer = world.referral(jonas).referrer
        pages = referrals.friends_of(world.shop.id, referrer, 10)
        assert [id for id, _ in pages.friends] == [referral_id(jonas)]
        call += 1


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
