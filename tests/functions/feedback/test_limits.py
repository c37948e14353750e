"""Nobody fills the inbox alone, or the store of pictures."""

import pytest
from msgspec.structs import replace

from tests.builders import Answer, Clock, Shop, a_programme, a_shop
from tests.members import a_member
from tests.talking import RULES, open_


@pytest.fixture
def shop(time: Clock) -> Shop:
    rules = replace(RULES, most_a_day=2, most_from_address=5)
    return a_shop(programme=a_programme(feedback=rules))


def a_link(shop: Shop, order: str) -> str:
    body = {"order": order, "email": "guest@example.com"}
    link: str = shop.call("POST", "/v1/feedback/guest-links", body).json["link"]
    return link


def refused(answer: Answer) -> int:
    """For how many seconds."""
    assert (answer.status, answer.code) == (429, "too_many_attempts")
    return int(answer.headers["retry-after"])


def test_a_member_opens_so_many_in_a_day_and_the_next_day_again(shop: Shop, time: Clock) -> None:
    member = a_member(shop)
    for reference in ("a", "b"):
        assert open_(shop, member, reference=reference).status == 201
    assert refused(open_(shop, member)) == 12 * 3600
    # What has been opened is only told once more.
    assert open_(shop, member, reference="b").status == 200
    assert open_(shop, a_member(shop)).status == 201
    time.advance(hours=12)
    assert open_(shop, member).status == 201


def test_a_guest_opens_so_many_about_an_order(shop: Shop) -> None:
    one, other = a_link(shop, "web:1"), a_link(shop, "web:2")
    for _ in range(2):
        assert open_(shop, "storefront", link=one).status == 201
    refused(open_(shop, "storefront", link=one))
    assert open_(shop, "storefront", link=other).status == 201


def test_so_many_come_from_one_address_in_an_hour_whoever_it_is(shop: Shop, time: Clock) -> None:
    for _ in range(5):
        assert open_(shop, a_member(shop)).status == 201
    assert refused(open_(shop, a_member(shop))) == 3600
    time.advance(hours=1)
    assert open_(shop, a_member(shop)).status == 201


def test_what_is_refused_for_it_leaves_nothing_and_counts_nothing(shop: Shop) -> None:
    from tests.builders import everything_kept

    member = a_member(shop)
    for _ in range(2):
        open_(shop, member)
    before = everything_kept()
    refused(open_(shop, member))
    assert everything_kept() == before


def test_staff_opens_as_many_as_people_call(shop: Shop) -> None:
    member = a_member(shop)
    for _ in range(7):
        assert open_(shop, "staff", member=member).status == 201


def test_five_pictures_are_begun_for_each_thread_that_may_be(shop: Shop) -> None:
    member = a_member(shop)
    body = {"reference": "r", "type": "image/png"}
    for _ in range(10):
        assert shop.call("POST", "/v1/feedback/pictures", body, as_=member).status == 201
    refused(shop.call("POST", "/v1/feedback/pictures", body, as_=member))
    assert shop.call("POST", "/v1/feedback/pictures", body, as_=a_member(shop)).status == 201
