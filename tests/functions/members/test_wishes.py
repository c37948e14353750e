"""The wish list, and who is told when a price falls."""

from typing import Any

import pytest

from stamkund.rules.errors import Refused
from stamkund.rules.wishes import MOST_WISHES
from stamkund.web import messages
from stamkund.web.messages import Message
from tests.builders import OUTBOX, Clock, Shop, everything_kept
from tests.members import a_member
from tests.my_pages import a_club_with_pages, give, tell, wish


@pytest.fixture
def shop(time: Clock) -> Shop:
    messages.use(OUTBOX.append)
    OUTBOX.clear()
    return a_club_with_pages()


@pytest.fixture
def member(shop: Shop) -> str:
    return a_member(shop, email="karin@example.com", language="en")


def wishes(shop: Shop, member: str) -> list[Any]:
    found: list[Any] = shop.call("GET", "/v1/members/me/wishes", as_=member).json["wishes"]
    return found


def remove(shop: Shop, member: str, article: str = "tent") -> int:
    return shop.call("DELETE", f"/v1/members/me/wishes/{article}", as_=member).status


def test_what_was_noted_first_stays(shop: Shop, member: str, time: Clock) -> None:
    assert wish(shop, member).status == 201
    time.advance(days=1)
    again = wish(shop, member, price=80_000)
    assert (again.status, again.json["price"]) == (200, 100_000)
    wish(shop, member, "boots")
    assert [one["article"] for one in wishes(shop, member)] == ["boots", "tent"]


def test_who_removes_it_and_wishes_anew_notes_anew(shop: Shop, member: str) -> None:
    wish(shop, member)
    assert [remove(shop, member) for _ in range(2)] == [204, 204]
    assert wishes(shop, member) == []
    assert wish(shop, member, price=80_000).json["price"] == 80_000


def test_an_article_alone_is_a_wish(shop: Shop, member: str) -> None:
    path = "/v1/members/me/wishes/tent"
    assert shop.call("PUT", path, {}, as_=member).status == 201
    half = shop.call("PUT", "/v1/members/me/wishes/boots", {"price": 1}, as_=member)
    assert (half.code, half.json["field"]) == ("missing_field", "currency")


def test_the_list_has_an_end_and_room_again(shop: Shop, member: str) -> None:
    for number in range(MOST_WISHES):
        assert wish(shop, member, f"a{number}").status == 201
    before = everything_kept()
    assert wish(shop, member, "more").code == "wish_list_full"
    assert wish(shop, member, "a1").status == 200
    assert everything_kept() == before
    remove(shop, member, "a1")
    remove(shop, member, "a1")
    assert wish(shop, member, "more").status == 201
    assert wish(shop, member, "one-more").code == "wish_list_full"


def test_who_consented_is_written_to_once_in_their_language(shop: Shop, member: str) -> None:
    wish(shop, member)
    give(shop, member, "wishes")
    assert tell(shop).json == {"wishers": 1, "news": 1, "told": 1, "failed": 0, "next": None}
    assert tell(shop).json == {"wishers": 1, "news": 0, "told": 0, "failed": 0, "next": None}
    (sent,) = OUTBOX
    assert (sent.channel, sent.to) == ("email", "karin@example.com")
    assert sent.subject == "Tält costs less now"
    assert "now costs SEK\u00a0900. It was SEK\u00a01,000" in sent.text
    assert "My pages" in sent.text


def test_who_did_not_consent_is_not_written_to_and_sees_it(shop: Shop, member: str) -> None:
    wish(shop, member)
    give(shop, member, "newsletter")
    assert tell(shop).json == {"wishers": 1, "news": 1, "told": 0, "failed": 0, "next": None}
    assert OUTBOX == []
    (shown,) = wishes(shop, member)
    assert (shown["price"], shown["price_now"], shown["fallen"]) == (100_000, 90_000, 10_000)


def test_who_has_withdrawn_is_not_written_to(shop: Shop, member: str) -> None:
    wish(shop, member)
    give(shop, member, "wishes")
    shop.call("DELETE", "/v1/members/me/consents/wishes", as_=member)
    assert tell(shop).json["told"] == 0
    assert OUTBOX == []


def test_who_has_no_address_is_not_written_to(shop: Shop) -> None:
    member = a_member(shop)
    wish(shop, member)
    give(shop, member, "wishes")
    assert tell(shop).json == {"wishers": 1, "news": 1, "told": 0, "failed": 0, "next": None}


def test_what_is_back_in_stock_is_told(shop: Shop, member: str) -> None:
    wish(shop, member)
    give(shop, member, "wishes")
    assert tell(shop, price=100_000, in_stock=False).json["news"] == 0
    assert tell(shop, price=100_000).json["told"] == 1
    assert OUTBOX[-1].subject == "Tält is back"


def test_the_wishes_of_another_shop_are_its_own(shop: Shop, member: str) -> None:
    wish(shop, member)
    assert tell(a_club_with_pages()).json["wishers"] == 0


def test_who_cannot_be_written_to_keeps_nobody_else_from_being_told(shop: Shop) -> None:
    def take(message: Message) -> None:
        if message.to in broken:
            raise Refused("not_sent")
        OUTBOX.append(message)

    broken = {"m1@example.com"}
    for number in range(3):
        member = a_member(shop, email=f"m{number}@example.com")
        wish(shop, member)
        give(shop, member, "wishes")
    messages.use(take)
    told = {"wishers": 3, "news": 3, "told": 2, "failed": 1, "next": None}
    assert tell(shop).json == told
    assert tell(shop).json == {**told, "news": 1, "told": 0}
    broken.clear()
    assert tell(shop).json == {**told, "news": 1, "told": 1, "failed": 0}
    assert sorted(one.to for one in OUTBOX) == [f"m{number}@example.com" for number in range(3)]
