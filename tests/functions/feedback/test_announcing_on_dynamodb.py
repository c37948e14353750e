"""An announcement in several parts: a part reads more in one transaction than moto knows."""

import pytest

from stamkund.local.queues import Queues
from stamkund.tables import announcements
from tests.announcing import a_queue, published, reach
from tests.builders import Clock, Shop, a_programme, a_shop
from tests.members import a_member
from tests.talking import RULES, Talk, opened


@pytest.fixture
def queues(clock: Clock) -> Queues:
    return a_queue()


@pytest.fixture
def shop(clock: Clock, queues: Queues) -> Shop:
    return a_shop(programme=a_programme(feedback=RULES))


def a_talk(shop: Shop, *tags: str) -> Talk:
    talk = opened(shop, a_member(shop))
    assert talk.step("label", tags=list(tags)).status == 201
    return talk


def test_more_than_one_part_reaches_all_and_what_is_opened_later_is_not_linked(
    shop: Shop, clock: Clock, queues: Queues
) -> None:
    talks = [a_talk(shop, "box") for _ in range(60)]
    gone = "t" + "0" * 20
    id = published(shop, threads=[talks[7].id, gone], tags=["box"])
    clock.advance(minutes=1)
    late = a_talk(shop, "box")
    # The first is empty; one for those that are named, three for the tag.
    assert queues.drain() == 1 + 1 + 3
    assert reach(shop, id) == (60, 60, 0)
    assert {talk.state for talk in talks} == {"acted_on"}
    assert late.state == "received"


def test_every_part_says_what_it_has_done_by_its_own_number(shop: Shop, queues: Queues) -> None:
    talks = [a_talk(shop, "box") for _ in range(30)]
    id = published(shop, tags=["box"])
    queues.drain()
    parts = [announcements.part(shop.id, id, n) for n in range(3)]
    assert [len(part.ids) for part in parts if part] == [0, 25, 5]
    assert all(part.done for part in parts if part)
    assert len({id for part in parts if part for id in part.ids}) == len(talks)
