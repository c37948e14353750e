"""A set of people, honest and not, who bring friends by the guards that a programme has unless it
says otherwise: which are held, which go through, and that the guide says so."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from stamkund.rules.referral_rules import Guards
from tests.builders import ROOT, Clock
from tests.referring import RULES, World

Scored = Counter[str]


def looked_at(world: World, *friends: str) -> Scored:
    for friend in friends:
        world.buys(friend)
        world.follow(friend)
    return Counter(world.referral(friend).state for friend in friends)


def one_person_with_four_memberships(world: World) -> Scored:
    """The same mailbox, the same device, the same card."""
    anna = world.joins(email="anna@example.com")
    world.signs(anna, device="d-anna", payment="pm_anna")
    code = world.code(anna)
    by_mail = world.joins({"code": code}, email="anna+2@example.com")
    by_device = world.joins({"code": code, "device": "d-anna"})
    by_card = world.joins({"code": code})
    world.signs(by_card, payment="pm_anna", device="d-other", address="Storgatan 9")
    return looked_at(world, by_mail, by_device, by_card)


def a_ring_of_five(world: World) -> Scored:
    """Each brought by the one before, all on one device, with two cards between them; and the
    first says in the end that the last brought them."""
    ring = [world.joins()]
    world.signs(ring[0], device="d-ring", payment="pm_ring0", address="Ringvagen 1")
    for n in range(1, 5):
        world.clock.advance(seconds=1)
        ring.append(world.joins({"code": world.code(ring[-1]), "device": "d-ring"}))
        world.signs(ring[-1], payment=f"pm_ring{n % 2}", address="Ringvagen 1")
    scored = looked_at(world, *ring[1:])
    said = {"code": world.code(ring[-1])}
    answer = world.shop.call("POST", f"/v1/members/{ring[0]}/referrer", said)
    assert answer.code == "referrer_joined_later"
    return scored + Counter({"turned away": 1})


def a_burst_of_two_hundred(world: World) -> Scored:
    """Of one member in a day, each with a mailbox, a card, a device and an address of their own."""
    code = world.code(world.joins())
    friends = []
    for n in range(200):
        friends.append(world.joins({"code": code, "device": f"d-burst{n}"}))
        world.signs(friends[-1], payment=f"pm_burst{n}", address=f"Burstgatan {n}")
    scored = looked_at(world, *friends)
    assert stopped(world, friends) == {"held": 200}
    return scored


def stopped(world: World, friends: list[str]) -> Scored:
    """What has become of them once staff has seen the queue and stopped who brought them."""
    queue = world.shop.call("GET", "/v1/referrals/held", as_="staff").json["referrals"]
    path = f"/v1/referrals/referrers/{queue[0]['referrer']}/stop"
    cursor: str | None = ""
    while cursor is not None:
        answer = world.shop.call("PUT", f"{path}?limit=100&cursor={cursor}", as_="staff").json
        cursor = answer["next"]
    return Counter(world.referral(friend).state for friend in friends)


def a_family_of_four(world: World) -> Scored:
    """At one address, each with a device and a card of their own."""
    mother = world.joins()
    home = "Hemvagen 4, 12345 Ort"
    world.signs(mother, address=home, device="d-mother", payment="pm_mother")
    friends = []
    for who in ("father", "son", "daughter"):
        friends.append(world.joins({"code": world.code(mother), "device": f"d-{who}"}))
        world.signs(friends[-1], address=home, payment=f"pm_{who}")
    return looked_at(world, *friends)


def twenty_strangers(world: World) -> Scored:
    """Friends of five members, four each."""
    friends = []
    for member in [world.joins() for _ in range(5)]:
        for n in range(4):
            friends.append(world.brings(member))
            about = f"{member}-{n}"
            world.signs(friends[-1], address=about, device=about, payment=about)
    return looked_at(world, *friends)


GROUPS: dict[str, Callable[[World], Scored]] = {
    "one person with four memberships": one_person_with_four_memberships,
    "a ring of five": a_ring_of_five,
    "a burst of 200 friends of one member in a day": a_burst_of_two_hundred,
    "an honest family of four at one address": a_family_of_four,
    "20 strangers, honest friends of five members": twenty_strangers,
}
EXPECTED = {
    "one person with four memberships": {"held": 3},
    "a ring of five": {"held": 4, "turned away": 1},
    "a burst of 200 friends of one member in a day": {"pending": 10, "held": 190},
    "an honest family of four at one address": {"pending": 3},
    "20 strangers, honest friends of five members": {"pending": 20},
}


@pytest.mark.parametrize("group", GROUPS)
def test_who_is_held_and_who_goes_through(clock: Clock, group: str) -> None:
    world = World(clock, replace(RULES, guards=Guards()))
    assert GROUPS[group](world) == EXPECTED[group]


def test_the_guide_tells_the_same() -> None:
    text = (ROOT / "docs/referrals.md").read_text()
    for group, counts in EXPECTED.items():
        wanted = [str(counts.get(one, 0)) for one in ("pending", "held", "turned away")]
        row = re.search(
            rf"^\| {re.escape(group)} \| (\d+) \| (\d+) \| (\d+) \|$", text, re.MULTILINE
        )
        assert row, group
        assert list(row.groups()) == wanted
