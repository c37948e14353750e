"""A link that everybody opens at once, and a visit whatever happens to it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from itertools import count

import pytest

from stamkund.rules.invitations import cleaned
from stamkund.tables import invite_counters
from stamkund.tables.invite_counters import VISIT_SHARDS, Visit
from stamkund.web.referring import identity_of
from tests.builders import Answer, Clock
from tests.recorder import recorded
from tests.referring import World
from tests.reliability import faults

VISITS = 10_000
MOST = 300  # writes a second that a partition shall have at most
numbers = count(1)


def a_visit(n: int, link: str = "a" * 32) -> Visit:
    return Visit(link, sha256(str(n).encode()).hexdigest()[:32], "sms", "2026-03")


def keys_written(visit: Visit) -> list[str]:
    shard = invite_counters.shard_of(visit)
    return [
        invite_counters.mark_key("s", visit),
        invite_counters.link_key("s", visit.link, shard),
        invite_counters.month_key("s", visit.month, shard),
    ]


def test_ten_thousand_visits_to_one_link_in_one_second_leave_every_partition_below_its_share() -> (
    None
):
    """Counted by key, as they would be written: 161 of 10,000 in the fullest, say."""
    written = Counter(key for n in range(VISITS) for key in keys_written(a_visit(n)))
    assert sum(written.values()) == 3 * VISITS
    assert len(written) == VISITS + 2 * VISIT_SHARDS
    assert max(written.values()) < MOST


def test_those_are_the_keys_that_are_written(clock: Clock) -> None:
    world = World(clock)
    visit = a_visit(1)
    with recorded() as calls:
        invite_counters.count_visit(world.shop.id, visit, clock.now + timedelta(days=1))
    (call,) = calls
    assert call.operation == "TransactWriteItems"
    assert Counter(one.table for one in call.written) == {"identities": 1, "programmes": 2}
    counted = invite_counters.visits_by_link(world.shop.id, visit.link)
    assert counted["sms"] == 1


def visited(world: World, code: str, visitor: str) -> Answer:
    path = f"/v1/members/referrals/{code}/visits"
    return world.shop.call("POST", path, {"visitor": visitor}, as_="storefront")


def patiently(world: World, code: str, visitor: str) -> Answer:
    answer = visited(world, code, visitor)
    return answer if answer.status != 503 else patiently(world, code, visitor)


def test_of_many_at_once_each_counts_once(clock: Clock) -> None:
    """Every visitor twice, by eight threads."""
    world = World(clock)
    code = world.code(world.joins())
    visitors = [f"visitor-{n % 100}" for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda one: patiently(world, code, one), visitors))
    assert Counter(answer.status for answer in answers) == {201: 100, 200: 100}
    link = identity_of(world.shop.id, cleaned(code)).hash[:32]
    assert sum(invite_counters.visits_by_link(world.shop.id, link).values()) == 100
    assert sum(invite_counters.visits_in(world.shop.id, "2026-03").values()) == 100


@pytest.mark.parametrize("fault", faults.TRIED)
def test_whatever_happens_to_the_call_the_next_try_counts_once(clock: Clock, fault: str) -> None:
    world = World(clock)
    code = world.code(world.joins())
    visited(world, code, "first")
    link = identity_of(world.shop.id, cleaned(code)).hash[:32]
    with suppress(faults.Killed), faults.at(1, fault):
        visited(world, code, "again")
    assert visited(world, code, "again").status in {200, 201}
    assert visited(world, code, "again").status == 200
    assert sum(invite_counters.visits_by_link(world.shop.id, link).values()) == 2
