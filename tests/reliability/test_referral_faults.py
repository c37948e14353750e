"""Whatever happens to any call about friends, the next try completes it, with one effect."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from msgspec.structs import replace

from functions.operations import follow_up
from functions.referrals import settle_referrals
from stamkund.local.invocation import Context
from stamkund.rules.login import Contact
from stamkund.rules.programme import AmountOff, Pay, Rate
from stamkund.rules.referral_rules import PointsGiven, VoucherGiven
from stamkund.rules.referrals import referral_id
from stamkund.web import verified_contact
from tests.builders import Clock, everything_kept
from tests.referring import POINTS, RULES, World, a_club, a_record
from tests.reliability import books, faults

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
READS = {"BatchGetItem", "GetItem", "Query", "TransactGetItems"}
BOTH = replace(RULES, friend=PointsGiven(100), referrer=VoucherGiven(AmountOff(5_000)))
numbers = count(1)
Act = Callable[[], object]


@pytest.fixture
def world(time: Clock) -> World:
    """Alone: what is in the tables in the end is counted."""
    books.wipe()
    time.set(NOON)
    world = World(time)
    friend = world.brings(world.joins())  # keys and programme are remembered
    world.follow(friend)
    world.decide(friend, "release")
    for kind in ("storefront", "staff"):
        world.shop.call("GET", "/v1/members/referrals/x", as_=kind)
    return world


def invite(world: World) -> Act:
    anna = world.joins()
    return lambda: _done(world.shop.call("POST", f"/v1/members/{anna}/invitation", {}))


def visit(world: World) -> Act:
    code = world.code(world.joins())
    path, body = f"/v1/members/referrals/{code}/visits", {"visitor": f"visitor-{next(numbers):09}"}
    return lambda: _done(world.shop.call("POST", path, body, as_="storefront"))


def enrol(world: World) -> Act:
    body = {"customer_id": f"e{next(numbers)}"}
    invitation = {"code": world.code(world.joins()), "device": f"d{next(numbers)}"}
    return lambda: _done(world.enrolled({**body, "invitation": invitation}))


def join(world: World) -> Act:
    code, n = world.code(world.joins()), next(numbers)
    contact = Contact("email", f"j{n}@example.com")
    until = world.clock.now + timedelta(minutes=30)
    proof = verified_contact.prove(world.shop.id, f"{n:032}", contact, "basket", until)
    body = {"verified_contact": proof, "invitation": {"code": code}}
    path = "/v1/members/joinings"
    return lambda: _done(world.shop.call("POST", path, body, as_="storefront"))


def name(world: World) -> Act:
    anna = world.joins()
    world.clock.advance(seconds=1)
    jonas, body = world.joins(), {"code": world.code(anna), "device": f"d{next(numbers)}"}
    return lambda: _done(world.shop.call("POST", f"/v1/members/{jonas}/referrer", body))


def sign(world: World) -> Act:
    """Nobody had looked since the order: it is credited as well."""
    jonas = world.brings(world.joins())
    world.buys(jonas)
    body = {"payment": f"p{next(numbers)}", "address": f"Storgatan {next(numbers)}"}
    return lambda: _done(world.shop.call("POST", f"/v1/members/{jonas}/signs", body))


def a_held_one(world: World) -> str:
    anna, device = world.joins(), f"d{next(numbers)}"
    world.signs(anna, device=device)
    jonas = world.joins({"code": world.code(anna), "device": device})
    world.buys(jonas)
    return jonas


def release(world: World) -> Act:
    jonas = a_held_one(world)
    return lambda: _done(world.decide(jonas, "release"))


def refuse(world: World) -> Act:
    jonas = a_held_one(world)
    return lambda: _done(world.decide(jonas, "refuse", reason="same_person"))


def credit(world: World) -> Act:
    jonas = world.brings(world.joins())
    world.signs(jonas, address=f"Storgatan {next(numbers)}")
    world.buys(jonas)
    return lambda: _follow(world, jonas)


def reverse(world: World) -> Act:
    jonas = world.brings(world.joins())
    order = world.buys(jonas)
    world.follow(jonas)
    world.returns(order)
    return lambda: _follow(world, jonas)


def make_available(world: World) -> Act:
    jonas = world.brings(world.joins())
    world.buys(jonas)
    world.follow(jonas)
    world.settle(days=29)
    world.clock.advance(days=1)
    return _settle


def take_back(world: World) -> Act:
    """A voucher and points, of which some are the friend's."""
    world.shop.publish(a_club(BOTH))
    world.clock.advance(minutes=2)  # for which the one before is remembered
    jonas = world.brings(world.joins())
    order = world.buys(jonas)
    world.follow(jonas)
    world.settle(days=30)
    world.returns(order)
    return lambda: _follow(world, jonas)


def turn_away(world: World) -> Act:
    anna = world.joins()
    body, path = {"code": world.code(anna)}, f"/v1/members/{anna}/referrer"

    def act() -> object:
        answer = world.shop.call("POST", path, body)
        assert answer.code == "own_code", answer.text
        return answer.code

    return act


def dismiss(world: World) -> Act:
    anna = world.joins()
    world.shop.call("POST", f"/v1/members/{anna}/referrer", {"code": world.code(anna)})
    return lambda: _done(world.decide(anna, "dismiss"))


def let_in(world: World) -> Act:
    anna = world.joins()
    world.clock.advance(seconds=1)
    jonas = world.joins()
    world.buys(jonas)
    world.shop.call("POST", f"/v1/members/{jonas}/referrer", {"code": world.code(anna)})
    return lambda: _done(world.decide(jonas, "release"))


def stop(world: World) -> Act:
    """With a friend who waits to become available."""
    anna = world.joins()
    jonas = world.brings(anna)
    world.buys(jonas)
    world.follow(jonas)
    path = f"/v1/referrals/referrers/{anna}/stop"
    return lambda: _done(world.shop.call("PUT", path, as_="staff"))


def pay_for_what_was_used(world: World) -> Act:
    """A voucher that the referrer has used, of which the programme takes back the points."""
    pays = replace(POINTS, pay=Pay(Rate(10, 100)))
    cheque = VoucherGiven(AmountOff(5_000), if_used="points")
    world.shop.publish(a_club(replace(RULES, referrer=cheque), points=pays))
    world.clock.advance(minutes=2)
    anna = world.joins()
    jonas = world.brings(anna)
    order = world.buys(jonas)
    world.follow(jonas)
    world.settle(days=30)
    world.pays_with(anna, f"friend.{referral_id(jonas)}.1")
    world.returns(order)
    return lambda: _follow(world, jonas)


def _done(answer: Any) -> object:
    assert answer.status < 300, answer.text
    return answer.status


def _follow(world: World, *members: str) -> object:
    """Whatever fails in a batch comes again, as long as anything does."""
    event = {"Records": [a_record(world.shop, member) for member in members]}
    answer = follow_up.handler(event, Context("stream"))  # type: ignore[arg-type]
    assert answer == {"batchItemFailures": []}
    return None


def _settle() -> object:
    assert settle_referrals.handler({}, Context("timed"))["failed"] == 0
    return None


SCENES = [
    invite, visit, enrol, join, name, sign, release, refuse, credit, reverse, make_available,
    take_back, turn_away, dismiss, let_in, stop, pay_for_what_was_used,
]  # fmt: skip


def what_there_is() -> dict[str, int]:
    """How many items of each kind, all points and all that is counted; joined once or twice a
    scene, members are not compared one by one."""
    found: dict[str, int] = {}
    for table, items in everything_kept().items():
        for item in items:
            for name, n in _told(table, item):
                found[name] = found.get(name, 0) + n
    return found


def _told(table: str, item: dict[str, Any]) -> list[tuple[str, int]]:
    place = item.get("sk", item["pk"])["S"].partition("#")[0] if table != "ledger" else "entry"
    told = [(f"{table} {place if table != 'identities' else ''}", 1)]
    if item.get("sk", {}).get("S") == "ACCOUNT":
        told += [("points", sum(int(n["N"]) for n in item["lots"]["M"].values()))]
        told += [(f"used {k.split('@')[0]}", int(n["N"])) for k, n in item["used"]["M"].items()]
    if table == "programmes" and place not in {"KEY", "CURRENT", "CLOCK", "PROGRESS", "VERSION"}:
        told += [(name, int(n["N"])) for name, n in item.items() if "N" in n]
    if "waiting_key" in item:
        told.append((f"{place} waits", 1))
    if "status" in item:
        told.append((f"{place} {item['status'].get('S')}", 1))
    return told


def gained(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    changes = {kind: after.get(kind, 0) - before.get(kind, 0) for kind in before | after}
    # Shards are chosen by chance, so that a counter may be there already; what it says counts.
    return {kind: n for kind, n in changes.items() if n and not kind.startswith("programmes")}


@pytest.mark.parametrize("fault", faults.TRIED)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_whatever_happens_to_a_call_the_next_try_completes_it_with_one_effect(
    scene: Callable[[World], Act], fault: str, world: World
) -> None:
    act = scene(world)
    before = what_there_is()
    with faults.counted() as calls:
        act()
    added = gained(before, what_there_is())
    assert added
    for call, operation in enumerate(calls.operations):
        # A read that fails leaves everything as it was, whichever of them it is.
        if operation in READS and (call or fault != "killed before"):
            continue
        act = scene(world)
        before = what_there_is()
        # Whatever it answers, or whether it fails at all.
        with suppress(faults.Killed, Exception), faults.at(call, fault):
            act()
        act()
        assert gained(before, what_there_is()) == added, operation
        act()
        assert gained(before, what_there_is()) == added, operation
