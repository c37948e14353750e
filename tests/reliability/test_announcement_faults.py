"""Whatever happens to any call while something is announced, in the end everybody who asked has
been told once, every thread has moved once, and the sums are what a recount finds."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.feedback import announce, announce_again, tell_again
from stamkund.local.invocation import Context
from stamkund.local.queues import Queues, record
from stamkund.tables.threads import THREAD, TOLD, ThreadItem
from tests.announcing import a_draft, a_queue, publish, published, reach
from tests.builders import Clock, Shop, a_programme, a_shop, everything_kept
from tests.members import a_member
from tests.reliability import books, faults
from tests.reliability.test_thread_faults import Post
from tests.talking import RULES, Talk, opened

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def shop(time: Clock) -> Shop:
    """One for each test, alone: timed functions look at every shop there is."""
    books.wipe()
    time.set(NOON)
    return a_shop(programme=a_programme(feedback=RULES))


def a_talk(shop: Shop, *tags: str) -> Talk:
    talk = opened(shop, a_member(shop, email=f"p{next_number()}@example.com"))
    if tags:
        talk.step("label", tags=list(tags))
    return talk


numbers = iter(range(1, 10**6))


def next_number() -> int:
    return next(numbers)


def deliver(shop: Shop, id: str, part: int) -> None:
    text = f'{{"shop":"{shop.id}","announcement":"{id}","part":{part}}}'
    announce.handler({"Records": [record(text)]}, Context("queue"))  # type: ignore[arg-type]


def in_the_end(time: Clock, queues: Queues) -> None:
    """Time goes by, and what runs by it runs."""
    for _ in range(3):
        queues.drain()
        time.advance(minutes=11)
        announce_again.handler({}, Context("timed"))
    queues.drain()
    for _ in range(2):
        time.advance(minutes=6)
        tell_again.handler({}, Context("timed"))


def recounted(shop: Shop, id: str) -> tuple[int, int, int]:
    """From what is kept of people and threads, and not from what was added up."""
    items = [one for one in everything_kept()["threads"] if one["pk"]["S"].startswith(shop.id)]
    told = sum(one["sk"]["S"] == TOLD + id for one in items)
    moved = sum(one["sk"]["S"] == f"EVENT#club#announcement.{id}" for one in items)
    return told, moved, 0


def told_of(post: Post, talks: list[Talk], version: int) -> Counter[str]:
    wanted = {f"{talk.shop.id}.{talk.id}.{version}" for talk in talks}
    return Counter(one.id for one in post.given if one.id in wanted)


@pytest.mark.parametrize("fault", faults.TRIED)
def test_whatever_happens_to_a_call_of_publishing_the_next_try_completes_it(
    shop: Shop, time: Clock, fault: str
) -> None:
    for call in range(4):
        queues, post, talk = a_queue(), Post(), a_talk(shop)
        id = a_draft(shop, threads=[talk.id])
        with suppress(faults.Killed), faults.at(call, fault):
            publish(shop, id)
        assert publish(shop, id).status in {200, 202}
        in_the_end(time, queues)
        assert reach(shop, id) == recounted(shop, id) == (1, 1, 0), (call, fault)
        assert told_of(post, [talk], 2) == {f"{shop.id}.{talk.id}.2": 1}


@pytest.mark.parametrize("fault", faults.TRIED)
@pytest.mark.parametrize("part", [0, 1, 2])
def test_whatever_happens_to_a_call_of_a_part_everybody_is_told_once(
    shop: Shop, time: Clock, fault: str, part: int
) -> None:
    """Of two members one has two threads, one of them linked in two ways; and a part is brought
    again by the queue, and by the time."""
    call = 0
    while True:
        queues, post = a_queue(), Post()
        one = a_talk(shop, "box")
        two = a_talk(shop, "box")
        more = opened(shop, one.member)
        id = published(shop, threads=[more.id, one.id], tags=["box"])
        for before in range(part):
            deliver(shop, id, before)
        with suppress(faults.Killed), faults.at(call, fault) as calls:
            deliver(shop, id, part)
        in_the_end(time, queues)
        assert reach(shop, id) == recounted(shop, id) == (2, 3, 0), (call, fault)
        assert {talk.state for talk in (one, two, more)} == {"acted_on"}
        assert {talk.staff_sees()["thread"]["version"] for talk in (one, two)} == {3}
        told = [*told_of(post, [one, two], 3).values(), *told_of(post, [more], 2).values()]
        assert told == [1, 1], (call, fault)
        for talk in (one, two):
            talk.step("label", tags=[])
        if call >= len(calls.operations):
            break
        call += 1
    assert call >= 3


@pytest.mark.parametrize("fault", ["killed before", "killed after"])
def test_whoever_dies_at_every_call_gets_on_all_the_same(
    shop: Shop, time: Clock, fault: str
) -> None:
    """Killed at its first call, then at its second, and so on, until nobody dies any more."""
    queues, post = a_queue(), Post()
    talks = [a_talk(shop, "box") for _ in range(4)]
    id = published(shop, tags=["box"])
    for part in (0, 1):
        for call in range(12):
            with suppress(faults.Killed), faults.at(call, fault):
                deliver(shop, id, part)
    in_the_end(time, queues)
    assert reach(shop, id) == recounted(shop, id) == (4, 4, 0)
    assert set(told_of(post, talks, 3).values()) == {1}
    assert len(told_of(post, talks, 3)) == 4


def during(change: Callable[[], Any], shop: Shop, id: str, part: int) -> None:
    """Somebody does something to a thread just before the part writes to it."""
    from stamkund import tables

    events = tables.client().client.meta.events
    done: list[bool] = []

    def once(model: Any, **_: Any) -> None:
        if model.name == "TransactWriteItems" and not done:
            done.append(True)
            events.unregister("before-call.dynamodb", unique_id="stamkund-meanwhile")
            change()

    events.register("before-call.dynamodb", once, unique_id="stamkund-meanwhile")
    deliver(shop, id, part)
    assert done


def test_a_thread_that_somebody_answers_meanwhile_is_moved_after_that(
    shop: Shop, time: Clock
) -> None:
    queues, post, talk = a_queue(), Post(), a_talk(shop)
    id = published(shop, threads=[talk.id])
    deliver(shop, id, 0)
    during(talk.answers, shop, id, 1)
    in_the_end(time, queues)
    whats = [event["what"] for event in talk.staff_sees()["events"]]
    assert whats == ["opened", "answered", "announced"]
    assert reach(shop, id) == (1, 1, 0)
    assert len(post.ids()) == 3


def test_a_tag_that_goes_while_it_is_told_takes_nobody_out(shop: Shop, time: Clock) -> None:
    """Who was linked when a part was made is told by it."""
    queues = a_queue()
    talk = a_talk(shop, "box")
    id = published(shop, tags=["box"])
    deliver(shop, id, 0)
    talk.step("label", tags=[])
    in_the_end(time, queues)
    assert reach(shop, id) == recounted(shop, id) == (1, 1, 0)
    item = ThreadItem.get(f"{shop.id}#{talk.id}", THREAD, consistent_read=True)
    assert item.thread.state == "acted_on"
