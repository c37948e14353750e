"""My pages in one answer: everything there is, what matters first, and why."""

from typing import Any

import pytest
from msgspec.structs import replace

from stamkund.rules.programme import Offer, PercentOff
from stamkund.rules.programme_file import MyPages, Relevance
from stamkund.web import messages
from tests.builders import OUTBOX, Clock, Shop, a_member, a_programme, a_shop, a_voucher
from tests.members import has_bought
from tests.my_pages import NAME, PAGES, a_club_with_pages, give, order_of, page, tell, wish
from tests.talking import opened

SWITCH = Offer("run", NAME, PercentOff(20), switch_on=True)


@pytest.fixture
def shop(time: Clock) -> Shop:
    messages.use(OUTBOX.append)
    return a_club_with_pages(offers=[SWITCH])


@pytest.fixture
def member(shop: Shop) -> str:
    return a_member(shop, lots={">never": 120})


def why(shown: Any, module: str) -> Any:
    return next(one["why"] for one in shown["order"] if one["module"] == module)


def test_a_page_shows_what_there_is_and_only_that(shop: Shop, member: str) -> None:
    shown = page(shop, member)
    assert order_of(shown) == [
        "card", "points", "ladder", "offers", "newsletter", "faq", "details", "consents",
        "leave", "wish_list",
    ]  # fmt: skip
    assert shown["modules"].keys() == set(order_of(shown))
    assert shown["left_out"] == []
    assert why(shown, "card") == {
        "situation": None, "params": {}, "text": "Här brukar den vara."
    }  # fmt: skip


def test_each_module_says_what_its_own_endpoint_says(shop: Shop, member: str) -> None:
    has_bought(shop, member, lots={"2026-04-01>2027-04": 50}, month="2026-03", spend=50_000)
    wish(shop, member)
    give(shop, member, "wishes")
    shown = page(shop, member)["modules"]
    answers = {
        name: shop.call("GET", f"/v1/members/me/{name}", as_=member).json
        for name in ("card", "points", "ladder", "details", "consents", "wishes")
    }
    for name in ("card", "points", "ladder", "details"):
        assert shown[name] == answers[name]
    assert shown["consents"] == answers["consents"]["consents"]
    assert shown["wish_list"] == answers["wishes"]["wishes"]


def test_what_is_urgent_comes_first_with_its_reason(shop: Shop, member: str, time: Clock) -> None:
    a_voucher(shop, member, expires_at="2026-03-20T22:59:59+00:00")
    wish(shop, member)
    tell(shop)
    shown = page(shop, member, headers={"accept-language": "en"})
    assert order_of(shown)[:3] == ["vouchers", "wish_list", "card"]
    assert why(shown, "vouchers") == {
        "situation": "voucher_expiring",
        "params": {"amount": 10_000, "currency": "SEK", "day": "2026-03-20"},
        "text": "Your voucher of SEK\u00a0100 runs out on 20 March 2026.",
    }
    assert why(shown, "wish_list")["text"] == "1 article on your wish list costs less now."


def test_a_tier_about_to_be_lost_brings_the_ladder_up(shop: Shop) -> None:
    member = a_member(shop, tier="silver", spend={"2025-04": 300_000}, joined_on="2025-01-01")
    shown = page(shop, member)
    assert order_of(shown)[0] == "ladder"
    assert why(shown, "ladder")["params"] == {"tier": "Silver", "day": "2026-04-30"}


def test_a_subscriber_is_not_asked_to_subscribe(shop: Shop, member: str) -> None:
    assert "newsletter" in order_of(page(shop, member))
    give(shop, member)
    shown = page(shop, member)
    assert "newsletter" not in order_of(shown)
    assert "newsletter" not in shown["modules"]
    assert "consents" in order_of(shown)


def test_what_the_shop_has_not_answered_comes_first_of_all(shop: Shop, member: str) -> None:
    a_voucher(shop, member, expires_at="2026-03-20T22:59:59+00:00")
    talks = [opened(shop, member, kind=kind) for kind in ("question", "complaint", "idea")]
    talks[2].answers()
    shown = page(shop, member, headers={"accept-language": "en"})
    assert order_of(shown)[:2] == ["threads", "vouchers"]
    assert why(shown, "threads") == {
        "situation": "question_unanswered",
        "params": {"units": 2},
        "text": "2 messages of yours we have not answered yet.",
    }
    listed = shop.call("GET", "/v1/feedback/threads", as_=member).json["threads"]
    told = shown["modules"]["threads"]
    assert sorted(one["thread"] for one in told) == sorted(one["thread"] for one in listed)
    assert all(one in listed for one in told)
    assert told[-1]["thread"] == talks[2].id  # which waits for nothing
    for talk in talks[:2]:
        talk.answers()
    shown = page(shop, member)
    assert why(shown, "threads")["situation"] is None
    assert order_of(shown).index("threads") == order_of(shown).index("newsletter") - 1


def test_the_way_out_says_what_would_end_and_how_to_take_all_along(shop: Shop, member: str) -> None:
    found = page(shop, member)["modules"]["leave"]
    assert found["points"] == 120
    for path in (found["export"], found["export_page"]):
        assert shop.call("GET", path, as_=member).status == 200
    assert shop.call("POST", found["leave"], {}, as_=member).status == 204


def test_the_last_orders_are_there_with_what_came_back(shop: Shop, member: str) -> None:
    line = {"id": "1", "article": "a", "quantity": 1, "unit_price": 10_000, "vat_rate": 2500}
    for order in ("1", "2"):
        body = {
            "order_id": order, "currency": "SEK", "member": member, "paid": True,
            "lines": [{**line, "charged": 10_000}],
        }  # fmt: skip
        assert shop.call("POST", "/v1/checkout/orders", body).status == 201
    shop.call("POST", "/v1/checkout/orders/web:1/refunds", {"reference": "r"})
    orders = {one["order"]: one for one in page(shop, member)["modules"]["orders"]}
    assert [orders[id]["returned"] for id in ("web:1", "web:2")] == [True, False]
    assert (orders["web:2"]["amount"], orders["web:2"]["points"]) == (10_000, 100)
    assert shop.call("GET", orders["web:2"]["receipt"], as_=member).status == 200


def test_a_shop_decides_which_modules_there_are_and_what_moves_them(time: Clock) -> None:
    rules = [Relevance("details", "details_missing"), Relevance("card", "offer_open", "last")]
    pages = replace(PAGES, modules=["card", "threads", "details", "faq"], rules=rules)
    shop = a_club_with_pages(my_pages=pages, offers=[SWITCH])
    shown = page(shop, a_member(shop))
    assert order_of(shown) == ["details", "card", "threads", "faq"]
    # What is not shown says nothing either.
    assert why(shown, "card")["situation"] is None


def test_a_club_without_anything_of_it_still_has_a_page(time: Clock) -> None:
    shop = a_shop(programme=a_programme(points=None, tiers=None, my_pages=MyPages()))
    shown = page(shop, a_member(shop, tier=""))
    assert order_of(shown) == ["card", "details", "leave", "wish_list"]
    assert shown["left_out"] == []


def test_a_page_is_kept_nowhere_and_is_only_ones_own(shop: Shop, member: str) -> None:
    answer = shop.call("GET", "/v1/members/me/page", as_=member)
    assert answer.headers["cache-control"] == "no-store"
    other = a_member(shop)
    assert shop.call("GET", f"/v1/members/{member}/page", as_=other).code == "not_found"
    assert shop.call("GET", f"/v1/members/{member}/page").code == "forbidden"


@pytest.mark.parametrize("status", ["merged", "closed"])
def test_who_is_no_member_any_more_has_no_pages(shop: Shop, status: Any) -> None:
    member = a_member(shop, status=status)
    answer = shop.call("GET", "/v1/members/me/page", as_=member)
    assert answer.code == {"merged": "member_merged", "closed": "member_not_active"}[status]
