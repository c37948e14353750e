"""My pages in one answer: everything there is, what matters first, and why."""

from typing import Any

import pytest
from msgspec.structs import replace

from functions.feedback import ask_surveys
from stamkund.local.invocation import Context
from stamkund.rules.programme import Offer, PercentOff
from stamkund.rules.programme_file import MyPages, Relevance
from stamkund.rules.survey_rules import LaterSurvey, Surveys
from stamkund.tables import cache, faq, keys
from stamkund.web import messages
from tests.announcing import a_queue, published
from tests.asking import RECOMMEND, asking, heard_of
from tests.builders import OUTBOX, Answer, Clock, Shop, a_member, a_programme, a_shop, a_voucher
from tests.members import has_bought
from tests.my_pages import FAQ, NAME, PAGES, a_club_with_pages, give, order_of, page, tell, wish
from tests.reviewing import Bought, bought
from tests.talking import opened

LATER = LaterSurvey("later", {"sv": "Och sedan?", "en": "And later?"}, kind="nps", days=10)
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


def test_a_voucher_that_ends_at_midnight_ends_the_day_before(shop: Shop, member: str) -> None:
    a_voucher(shop, member, expires_at="2026-03-20T23:00:00+00:00")
    assert why(page(shop, member), "vouchers")["params"]["day"] == "2026-03-20"


def test_a_voucher_that_is_no_money_off_says_what_it_is(shop: Shop, member: str) -> None:
    ends = "2026-03-20T22:59:59+00:00"
    a_voucher(shop, member, amount=0, gives=PercentOff(15), expires_at=ends)
    shown = page(shop, member, headers={"accept-language": "en"})
    [voucher] = shown["modules"]["vouchers"]
    assert (voucher["amount"], voucher["gives"]["kind"], voucher["gives"]["percent"]) == (
        0, "percent", 15,
    )  # fmt: skip
    assert why(shown, "vouchers") == {
        "situation": "voucher_expiring",
        "params": {"name": "Voucher", "day": "2026-03-20"},
        "text": "Voucher runs out on 20 March 2026.",
    }


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


def test_what_is_asked_some_days_after_delivery_is_on_the_page_until_it_is_answered(
    time: Clock,
) -> None:
    shop = a_shop(programme=asking(surveys=Surveys(asked=[RECOMMEND, LATER])))
    who = bought(shop)
    heard_of(shop, who)
    talks = [opened(shop, who.member) for _ in range(2)]
    time.advance(days=12)
    ask()
    assert page(shop, who.member)["modules"]["survey"]["questions"][0]["survey"] == "first-order"
    time.advance(days=1)
    ask()
    shown = page(shop, who.member)
    survey = shown["modules"]["survey"]
    assert [one["survey"] for one in survey["questions"]] == ["recommend", "later"]
    assert (survey["order"], survey["until"]) == (who.till.order, "2026-04-22T12:00:00Z")
    assert why(shown, "survey")["text"] == "Vi undrar något om din beställning: 2 frågor."
    assert len(shown["modules"]["threads"]) == len(talks)
    listed = shop.call("GET", "/v1/feedback/threads", as_=who.member).json["threads"]
    assert sorted(one["thread"] for one in listed) == sorted(talk.id for talk in talks)
    for left in (["later"], []):
        assert answers(who, "later" if not left else "recommend").status == 201
        still = page(shop, who.member)["modules"].get("survey", {"questions": []})
        assert [one["survey"] for one in still["questions"]] == left


def test_a_question_goes_along_to_another_membership_and_ends_by_itself(time: Clock) -> None:
    shop = a_shop(programme=asking())
    who, other = bought(shop), a_member(shop)
    heard_of(shop, who)
    time.advance(days=20)
    ask()
    body = {"member": other, "merge": who.member}
    assert shop.call("POST", "/v1/members/merge", body, as_="staff").status == 201
    assert page(shop, other)["modules"]["survey"]["order"] == who.till.order
    time.advance(days=30)
    assert "survey" not in page(shop, other)["modules"]


def test_nobody_is_asked_what_they_have_answered_before(time: Clock) -> None:
    shop = a_shop(programme=asking(surveys=Surveys(asked=[RECOMMEND])))
    who = bought(shop)
    heard_of(shop, who)
    for id in ("recommend", "first-order"):
        assert answers(who, id).status == 201
    time.advance(days=20)
    ask()
    assert "survey" not in page(shop, who.member)["modules"]


def ask() -> None:
    assert ask_surveys.handler({}, Context("timed"))["failed"] == 0


def answers(who: Bought, survey: str) -> Answer:
    body = {"survey": survey, "order": who.till.order, "score": 9 if survey != "first-order" else 4}
    return who.shop.call("POST", "/v1/feedback/answers", body, as_=who.member)


def test_what_was_done_because_the_member_said_so_comes_first_for_a_month(
    shop: Shop, member: str, time: Clock
) -> None:
    a_queue()
    assert "news" not in order_of(page(shop, member))
    talk = opened(shop, member, kind="idea")
    published(shop)
    time.advance(minutes=2)
    shown = page(shop, member)
    assert why(shown, "news")["situation"] is None
    assert [one["mine"] for one in shown["modules"]["news"]] == [False]
    queues = a_queue()
    id = published(shop, threads=[talk.id])
    queues.drain()
    time.advance(minutes=2)
    shown = page(shop, member, headers={"accept-language": "en"})
    assert order_of(shown)[0] == "news"
    assert why(shown, "news") == {
        "situation": "asked_for",
        "params": {"title": "A new box"},
        "text": "You asked for it, and we did it: A new box.",
    }
    first = shown["modules"]["news"][0]
    english = {"accept-language": "en"}
    listed = shop.call("GET", "/v1/feedback/news", as_=member, headers=english).json["news"][0]
    assert (first["announcement"], first["mine"]) == (id, True)
    assert first == {name: listed[name] for name in first}
    time.advance(days=31)
    assert why(page(shop, member), "news")["situation"] is None


def test_of_many_announcements_the_newest_are_there(shop: Shop, member: str, time: Clock) -> None:
    a_queue()
    ids = []
    for _ in range(4):
        ids.append(published(shop))
        time.advance(minutes=2)
    told = page(shop, member)["modules"]["news"]
    assert [one["announcement"] for one in told] == ids[:0:-1]


def test_questions_are_in_the_order_of_what_is_asked_as_who_asked_last_has_found_it(
    shop: Shop, member: str, time: Clock
) -> None:
    def first() -> str:
        time.advance(minutes=2)
        return str(page(shop, member)["modules"]["faq"]["entries"][0]["entry"])

    assert first() == "returns"
    solve(shop, "sizes")
    time.advance(minutes=2)
    solve(shop, "points")
    assert first() == "sizes"
    # A new document keeps the order of what it keeps.
    kept = {**FAQ, "entries": FAQ["entries"][:2]}
    assert shop.call("PUT", "/v1/members/faq", kept, as_="staff").status == 200
    assert first() == "returns"


def solve(shop: Shop, entry: str) -> None:
    body = {"event": "solved", "visitor": "visitor-9f86d081884c"}
    path = f"/v1/members/faq/{entry}/events"
    assert shop.call("POST", path, body, as_="storefront").status == 201


def test_a_module_of_the_shop_that_cannot_be_made_is_left_out_and_the_rest_comes(
    shop: Shop, member: str
) -> None:
    broken = faq.FaqItem(keys.of(shop.id, "FAQ"), faq.DOCUMENT, content=b"?", digest=b"?")
    broken.published_at = broken.published_by = ""
    broken.save()
    cache.forget()
    shown = page(shop, member)
    assert shown["left_out"] == ["faq"]
    assert order_of(shown)[:2] == ["card", "points"]


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
