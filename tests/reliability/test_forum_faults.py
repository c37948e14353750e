"""Whatever happens to any call in the forum, the next try completes it, and every count is that of
a recount; whoever comes at the same time is counted once as well."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

import pytest

from stamkund.tables import forum
from tests.builders import Answer, Clock, Shop, a_shop
from tests.discussing import Topic, a_forum, asked, counted, recounted, report, reward, thank
from tests.members import a_member
from tests.reliability import books, faults
from tests.reliability.till import Till

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
Act = Callable[[], Answer]
Scene = Callable[[Shop], tuple[Topic, Act]]


@pytest.fixture
def shop(time: Clock) -> Shop:
    books.wipe()
    time.set(NOON)
    shop = a_shop(programme=a_forum())
    asked(shop, a_member(shop)).read()  # so that keys and programme are remembered
    return shop


def answer(shop: Shop) -> tuple[Topic, Act]:
    topic, member = asked(shop, a_member(shop)), a_member(shop)
    return topic, lambda: topic.answer(member, reference="once")


def say_thanks(shop: Shop) -> tuple[Topic, Act]:
    topic, member = asked(shop, a_member(shop)), a_member(shop)
    post = topic.answered(a_member(shop))
    return topic, lambda: thank(shop, post, member)


def report_the_last_time(shop: Shop) -> tuple[Topic, Act]:
    topic, member = asked(shop, a_member(shop)), a_member(shop)
    post = topic.answered(a_member(shop))
    for _ in range(2):
        assert report(shop, post, a_member(shop)).status == 201
    return topic, lambda: report(shop, post, member)


def accept(shop: Shop) -> tuple[Topic, Act]:
    topic = asked(shop, a_member(shop))
    post = topic.answered(a_member(shop))
    return topic, lambda: topic.accept(post)


def calls_of(act: Act) -> int:
    with faults.counted() as calls:
        assert act().status < 300
    return len(calls.operations)


@pytest.mark.parametrize("fault", faults.TRIED)
@pytest.mark.parametrize("scene", [answer, say_thanks, report_the_last_time, accept])
def test_what_was_cut_off_is_completed_by_the_next_try(
    shop: Shop, scene: Scene, fault: str
) -> None:
    topic, act = scene(shop)
    calls = calls_of(act)
    wanted = counted(shop, topic.id)
    for call in range(calls):
        topic, act = scene(shop)
        with suppress(faults.Killed), faults.at(call, fault):
            act()
        for _ in range(2):
            assert act().status < 300, (call, fault)
        now = counted(shop, topic.id)
        assert now == recounted(shop, topic.id), (call, fault)
        assert (now["answers"], now["thanks"]) == (wanted["answers"], wanted["thanks"])


@pytest.mark.parametrize("fault", faults.TRIED)
def test_thanks_of_two_who_become_one_are_one_whatever_happens_to_a_call(
    shop: Shop, fault: str
) -> None:
    for call in range(100):
        gone, stays, bertil = (a_member(shop) for _ in range(3))
        topic = asked(shop, bertil)
        both, one = (topic.answered(bertil) for _ in range(2))
        for post, member in ((both, gone), (both, stays), (one, gone)):
            assert thank(shop, post, member).status == 201
        with suppress(faults.Killed, Exception), faults.at(call, fault) as calls:
            forum.hand_over(shop.id, gone, stays)
        forum.hand_over(shop.id, gone, stays)
        assert counted(shop, topic.id) == recounted(shop, topic.id), (call, fault)
        assert counted(shop, topic.id)["each"] == dict.fromkeys(sorted((both, one)), 1)
        assert sorted(forum.thanked_in(shop.id, stays, topic.id)) == sorted((both, one))
        if len(calls.operations) <= call:
            return


@pytest.mark.parametrize("fault", faults.TRIED)
def test_the_first_answer_that_was_chosen_is_rewarded_once(shop: Shop, fault: str) -> None:
    for call in range(100):
        topic, member = asked(shop, a_member(shop)), a_member(shop)
        assert topic.accept(topic.answered(member)).status == 200
        with suppress(faults.Killed, Exception), faults.at(call, fault) as calls:
            reward()
        for _ in range(2):
            assert reward()["failed"] == 0
        bonus = [one.points for one in Till(shop, member).entries if one.kind == "bonus"]
        assert bonus == [30], (call, fault)
        if len(calls.operations) <= call:
            return


@pytest.mark.parametrize("fault", faults.TRIED)
def test_points_of_an_answer_that_is_taken_away_go_back_once(shop: Shop, fault: str) -> None:
    for call in range(100):
        topic, member = asked(shop, a_member(shop)), a_member(shop)
        post = topic.answered(member)
        assert topic.accept(post).status == 200
        reward()
        assert topic.talk(post).step("refuse", text="Nej").status == 201
        with suppress(faults.Killed, Exception), faults.at(call, fault) as calls:
            reward()
        for _ in range(2):
            assert reward()["failed"] == 0
        moved = [(one.kind, one.points) for one in Till(shop, member).entries]
        assert sorted(moved) == [("bonus", 30), ("reverse", -30)], (call, fault)
        if len(calls.operations) <= call:
            return


def test_everybody_at_once_is_counted_once(shop: Shop) -> None:
    topic = asked(shop, a_member(shop))
    post = topic.answered(a_member(shop))
    members = [a_member(shop) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(lambda member: thank(shop, post, member), members * 2))
    again = [thank(shop, post, member).status for member in members]
    assert {one.status for one in said} <= {200, 201, 503}
    assert set(again) <= {200, 201}
    assert counted(shop, topic.id) == recounted(shop, topic.id)
    assert counted(shop, topic.id)["thanks"] == len(members)


def test_answers_that_come_at_once_and_go_meanwhile_are_counted(shop: Shop) -> None:
    topic = asked(shop, a_member(shop))
    talks = [topic.talk(topic.answered("staff")) for _ in range(3)]
    members = [a_member(shop) for _ in range(3)]
    acts: list[Act] = [partial(topic.answer, member, reference="1") for member in members]
    acts += [partial(talk.step, "refuse", text="Nej", reference="1") for talk in talks]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda act: act(), acts))
    for act in acts:
        act()
    assert counted(shop, topic.id) == recounted(shop, topic.id)
    assert counted(shop, topic.id)["answers"] == len(members)
