"""The offer to somebody unknown, the events that follow it, and the report on both."""

import re
from typing import Any

import pytest
from msgspec.structs import replace

from stamkund.rules.programme import (
    FreeShipping,
    Match,
    MemberPrice,
    Offer,
    Pay,
    PercentOff,
    PointRules,
    PriceCut,
    Rate,
    Text,
    Tiers,
    TierStep,
    When,
)
from stamkund.rules.programme_file import LoginOffer, LoginVariant
from stamkund.tables import programmes
from stamkund.web.secrets import seal
from tests.builders import Answer, Clock, Shop, a_programme, a_shop, everything_kept
from tests.members import a_member

OFFERS = "/v1/members/login-offers"
NAME: Text = {"sv": "Namn", "en": "Name"}
CLUB = a_programme(
    points=PointRules(earn=Rate(1, 100), welcome=50, pay=Pay(value=Rate(points=1, amount=10))),
    prices=[MemberPrice("boots", NAME, Match(categories=["boots"]), {"*": PriceCut(percent=10)})],
    offers=[
        Offer("first", NAME, PercentOff(5), "order", when=When(first_order=True)),
        Offer("shipping", NAME, FreeShipping(), "shipping", min_amount=50_000),
    ],
    groups=["order", "shipping"],
)
HALF = LoginOffer(
    order="experiment",
    variants=[
        LoginVariant("worth"),
        LoginVariant("ladder-first", "fixed", ["ladder", "points"]),
    ],
    hold_out=50,
)


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=CLUB)


def a_basket(price: int = 100_000) -> dict[str, Any]:
    boot = {
        "id": "1", "article": "boot", "quantity": 1, "unit_price": price, "vat_rate": 2500,
        "category": "boots",
    }  # fmt: skip
    delivery = {
        "id": "2", "article": "delivery", "quantity": 1, "unit_price": 4_900, "vat_rate": 2500,
        "kind": "shipping",
    }  # fmt: skip
    return {"currency": "SEK", "lines": [boot, delivery]}


def visitor(number: int) -> str:
    return f"visitor-{number:012}"


def ask(shop: Shop, language: str = "en", **body: Any) -> Answer:
    said = {**a_basket(), **body}
    return shop.call("POST", OFFERS, said, as_="storefront", headers={"accept-language": language})


def offer(shop: Shop, **body: Any) -> Any:
    answer = ask(shop, **body)
    assert answer.status == 200, answer.text
    return answer.json


def tell(shop: Shop, ticket: str, event: str, as_: str = "shop") -> Answer:
    return shop.call("POST", f"{OFFERS}/events", {"ticket": ticket, "event": event}, as_=as_)


def report(shop: Shop, query: str = "") -> Any:
    answer = shop.call("GET", f"{OFFERS}/report{query}", as_="staff")
    assert answer.status == 200, answer.text
    return answer.json


def outcome(group: Any, name: str) -> Any:
    return next(one for one in group["outcomes"] if one["outcome"] == name)


# The offer


def test_arguments_come_by_what_they_are_worth(shop: Shop) -> None:
    told = offer(shop)
    assert [(one["code"], one["amount"], one["points"]) for one in told["arguments"]] == [
        ("member_prices", 10_000, None),
        ("points", 8_550, 855),
        ("free_shipping", 4_900, None),
        ("welcome_offer", 4_500, None),
        ("welcome_points", 500, 50),
        ("ladder", None, None),
        ("faster_checkout", None, None),
        ("self_service", None, None),
    ]
    assert (told["saved"], told["points"]) == (19_400, 855)
    assert told["headline"] == {"argument": "member_prices", "text": "Log in and save SEK\xa0100."}


@pytest.mark.parametrize("price", [1, 999, 40_000, 100_000, 300_000, 1_000_000])
def test_who_then_joins_and_logs_in_is_quoted_the_same(shop: Shop, price: int) -> None:
    told = offer(shop, **a_basket(price))
    member = a_member(shop)
    quote = shop.call("POST", "/v1/checkout/quotes", a_basket(price), as_=member).json
    assert told["saved"] == quote["total"]["saved"]
    assert told["points"] == quote["points"]["total"]
    ladder = next(one["params"] for one in told["arguments"] if one["code"] == "ladder")
    if quote["tier"]["after"] == "bas":
        assert (ladder["tier"], ladder["missing"]) == ("silver", quote["tier"]["missing"])
    else:
        assert ladder == {"tier": quote["tier"]["after"]}
    points = shop.call("GET", "/v1/members/me/points", as_=member).json
    welcome = next(one["points"] for one in told["arguments"] if one["code"] == "welcome_points")
    assert points["pending"] == welcome


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("sv", "Logga in och spara 100\xa0kr."),
        ("nb", "Logg inn og spar 100\xa0SEK."),
        ("da", "Log ind og spar 100\xa0SEK."),
        ("fi", "Kirjaudu sisään ja säästä 100\xa0SEK."),
        ("en", "Log in and save SEK\xa0100."),
    ],
)
def test_it_speaks_the_language_that_is_asked_for(shop: Shop, language: str, text: str) -> None:
    assert ask(shop, language).json["headline"]["text"] == text


@pytest.mark.parametrize("language", ["sv", "nb", "da", "fi", "en"])
@pytest.mark.parametrize("price", [100, 40_000, 100_000, 300_000])
def test_no_text_leaves_anything_open(shop: Shop, language: str, price: int) -> None:
    told = ask(shop, language, **a_basket(price)).json
    for text in [told["headline"]["text"], *(one["text"] for one in told["arguments"])]:
        assert not re.search(r"[{}|]|None|silver|guld", text), text


@pytest.mark.parametrize(
    ("price", "text"),
    [
        (40_000, "This is 36% of the way to Silver, with 640 points to go."),
        (150_000, "This alone makes you Silver."),
    ],
)
def test_a_ladder_of_points_is_climbed_by_points(time: Clock, price: int, text: str) -> None:
    steps = [TierStep("bas", NAME, 0), TierStep("silver", {"sv": "S", "en": "Silver"}, 1_000)]
    points, tiers = PointRules(earn=Rate(9, 1_000)), Tiers(steps, "points")
    shop = a_shop(programme=a_programme(points=points, tiers=tiers))
    told = offer(shop, **a_basket(price))
    assert next(one["text"] for one in told["arguments"] if one["code"] == "ladder") == text


def test_delivery_that_would_be_free_for_a_little_more_is_told_of(shop: Shop) -> None:
    told = offer(shop, **a_basket(50_000))
    free = next(one for one in told["arguments"] if one["code"] == "free_shipping")
    assert (free["amount"], free["params"]) == (None, {"missing": 7_250})
    assert free["text"] == "Spend SEK\xa072.50 more and delivery is free for members."


def test_a_page_of_many_says_what_is_most_of_all_gained(shop: Shop) -> None:
    articles = [
        {"article": f"a{n}", "price": 10_000 * n, "vat_rate": 2500, "category": category}
        for n, category in enumerate(["boots", "boots", "socks"], start=1)
    ]
    told = offer(shop, lines=[], articles=articles)
    assert [(one["code"], one["amount"], one["points"]) for one in told["arguments"][:3]] == [
        ("points", 3_000, 300),
        ("member_prices", 2_000, None),
        ("welcome_points", 500, 50),
    ]
    assert told["arguments"][1]["params"] == {"units": 2}
    assert (told["saved"], told["points"]) == (None, None)


def test_a_page_without_goods_has_its_reasons_too(shop: Shop) -> None:
    codes = [one["code"] for one in offer(shop, lines=[])["arguments"]]
    assert codes == ["welcome_points", "faster_checkout", "self_service"]


def test_a_basket_and_a_page_at_once_are_refused(shop: Shop) -> None:
    article = {"article": "a", "price": 100, "vat_rate": 0}
    answer = ask(shop, articles=[article])
    assert (answer.code, answer.json["field"]) == ("invalid_field", "articles")


def test_no_member_is_read_and_nothing_is_written(shop: Shop) -> None:
    before = everything_kept()
    answer = ask(shop, visitor=visitor(1))
    assert {(one.table, one.action) for one in answer.asked} <= {("programmes", "GetItem")}
    assert everything_kept() == before


# For whom


def parts(shop: Shop, count: int = 60) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for number in range(count):
        told = offer(shop, visitor=visitor(number))
        found.setdefault(told["variant"], []).append(told)
    return found


def test_a_visitor_has_the_same_part_every_time_and_others_have_others(shop: Shop) -> None:
    shop.publish(replace(CLUB, login_offer=HALF))
    assert parts(shop) == parts(shop)
    found = parts(shop)
    assert set(found) == {"hold_out", "worth", "ladder-first"}
    assert {told["headline"]["argument"] for told in found["worth"]} == {"member_prices"}
    assert {told["headline"]["argument"] for told in found["ladder-first"]} == {"ladder"}
    assert [len(told["arguments"]) for told in found["ladder-first"][:1]] == [2]


def test_who_is_held_out_is_shown_nothing_and_has_a_ticket(shop: Shop) -> None:
    shop.publish(replace(CLUB, login_offer=HALF))
    for told in parts(shop)["hold_out"]:
        assert (told["headline"], told["arguments"], told["saved"]) == (None, [], None)
        assert told["ticket"]


def test_the_same_visitor_has_another_part_in_another_shop(shop: Shop, time: Clock) -> None:
    other = a_shop(programme=replace(CLUB, login_offer=HALF))
    shop.publish(replace(CLUB, login_offer=HALF))
    ours, theirs = (
        [offer(each, visitor=visitor(n))["variant"] for n in range(40)] for each in (shop, other)
    )
    assert ours != theirs


def test_without_a_visitor_there_is_nothing_to_count(shop: Shop) -> None:
    told = offer(shop)
    assert (told["variant"], told["ticket"]) == (None, None)


def test_where_there_is_nothing_to_show_there_is_no_ticket(shop: Shop) -> None:
    shop.publish(replace(CLUB, login_offer=LoginOffer(arguments=["ladder"])))
    told = offer(shop, lines=[], visitor=visitor(1))
    assert (told["arguments"], told["headline"], told["ticket"]) == ([], None, None)


# What came of it


def a_ticket(shop: Shop, number: int = 1, **body: Any) -> str:
    ticket: str = offer(shop, visitor=visitor(number), **body)["ticket"]
    return ticket


def test_each_event_of_a_visitor_counts_once_a_day(shop: Shop, time: Clock) -> None:
    ticket = a_ticket(shop)
    for event in ("shown", "clicked", "logged_in", "joined", "bought"):
        assert [tell(shop, ticket, event).status for _ in range(3)] == [201, 200, 200]
    assert tell(shop, a_ticket(shop), "shown").status == 200
    time.advance(days=1)
    assert tell(shop, a_ticket(shop), "shown").status == 201
    [group] = report(shop)["variants"]
    assert (group["shown"], outcome(group, "bought")["count"]) == (2, 1)


def test_a_repeat_is_answered_as_the_first(shop: Shop) -> None:
    ticket = a_ticket(shop)
    first, again = tell(shop, ticket, "shown"), tell(shop, ticket, "shown")
    assert first.json == again.json == {
        "event": "shown", "variant": "worth", "argument": "member_prices",
    }  # fmt: skip
    assert again.headers["idempotent-replayed"] == "true"


def test_whoever_did_something_has_seen_it(shop: Shop) -> None:
    ticket = a_ticket(shop)
    assert tell(shop, ticket, "bought").status == 201
    assert tell(shop, ticket, "shown").status == 200
    [group] = report(shop)["variants"]
    assert (group["shown"], outcome(group, "bought")["rate"]) == (1, 1.0)


def test_a_visit_counts_under_the_argument_that_led_first(shop: Shop) -> None:
    """Or more could do it than have seen it, once the basket and with it the headline changes."""
    first, later = a_ticket(shop), a_ticket(shop, lines=[])
    tell(shop, first, "shown")
    assert tell(shop, later, "logged_in").json["argument"] == "member_prices"
    assert tell(shop, later, "logged_in").json["argument"] == "member_prices"
    [group] = report(shop)["arguments"]
    assert (group["id"], group["shown"]) == ("member_prices", 1)
    assert outcome(group, "logged_in")["count"] == 1


@pytest.mark.parametrize(
    ("as_", "events"),
    [
        ("storefront", ["shown", "clicked"]),
        ("member", ["shown", "clicked", "logged_in", "joined"]),
        ("shop", ["shown", "clicked", "logged_in", "joined", "bought"]),
    ],
)
def test_each_may_say_what_they_can_know(shop: Shop, as_: str, events: list[str]) -> None:
    holder, ticket = a_member(shop) if as_ == "member" else as_, a_ticket(shop)
    for event in ("shown", "clicked", "logged_in", "joined", "bought"):
        answer = tell(shop, ticket, event, holder)
        assert (answer.status == 201) == (event in events), event
        assert answer.status == 201 or (answer.code, answer.json["field"]) == ("forbidden", "event")


@pytest.mark.parametrize("ticket", ["", "x", "x.y", "é" * 10])
def test_a_ticket_that_is_none_counts_for_nothing(shop: Shop, ticket: str) -> None:
    before = everything_kept()
    assert tell(shop, ticket, "shown").code == "ticket_invalid"
    other = a_shop(programme=CLUB)
    assert tell(other, a_ticket(shop), "shown").code == "ticket_invalid"
    assert {name: kept for name, kept in everything_kept().items() if name != "programmes"} == {
        name: kept for name, kept in before.items() if name != "programmes"
    }


def test_a_ticket_from_before_a_release_that_writes_others_is_refused(shop: Shop) -> None:
    old = seal(b"\x93\xa1a\xa1b\xa1c", "login-offer", shop.id)
    assert tell(shop, old, "shown").code == "ticket_invalid"


def test_a_ticket_is_good_for_a_week(shop: Shop, time: Clock) -> None:
    ticket = a_ticket(shop)
    time.advance(days=7)
    assert tell(shop, ticket, "shown").status == 201
    time.advance(days=1)
    assert tell(shop, ticket, "logged_in").code == "ticket_expired"


def marks(shop: Shop) -> list[Any]:
    kept = everything_kept()["identities"]
    return [item for item in kept if item["pk"]["S"].startswith(f"{shop.id}#visit#")]


def test_nothing_is_kept_of_who_it_was(shop: Shop) -> None:
    tell(shop, a_ticket(shop, 4711), "shown")
    assert visitor(4711) not in str(everything_kept())
    [mark] = marks(shop)
    assert mark.keys() == {"pk", "counted", "lead", "expires_at"}


def test_a_mark_outlives_its_ticket_and_is_then_gone(shop: Shop, time: Clock) -> None:
    tell(shop, a_ticket(shop), "shown")
    [mark] = marks(shop)
    days = (int(mark["expires_at"]["N"]) - time.now.timestamp()) / 86_400
    assert 8 < days < 10


# The report


def test_the_report_tells_variants_arguments_and_the_hold_out_apart(shop: Shop) -> None:
    shop.publish(replace(CLUB, login_offer=HALF))
    found = parts(shop)
    for variant, every in found.items():
        for number, told in enumerate(every):
            tell(shop, told["ticket"], "shown")
            if variant != "hold_out" and number % 2:
                tell(shop, told["ticket"], "logged_in")
    told = report(shop)
    held = len(found["hold_out"])
    assert told["hold_out"]["shown"] == held
    for group in told["variants"]:
        shown = len(found[group["id"]])
        assert (group["shown"], group["held_out"]) == (shown, held)
        assert outcome(group, "logged_in")["count"] == shown // 2
        assert outcome(group, "logged_in")["verdict"] == "too_little_data"
    assert {group["id"] for group in told["arguments"]} == {"member_prices", "ladder"}
    assert sum(group["held_out"] for group in told["arguments"]) == held
    assert told["verdicts"]["too_little_data"].startswith("Det finns för lite data")


def test_the_report_is_of_the_days_that_are_asked_for(shop: Shop, time: Clock) -> None:
    for _ in range(3):
        tell(shop, a_ticket(shop), "shown")
        time.advance(days=1)
    assert report(shop)["variants"][0]["shown"] == 3
    assert report(shop, "?since=2026-03-11&until=2026-03-11")["variants"][0]["shown"] == 1
    assert report(shop, "?since=2026-03-13")["variants"] == []
    asked = report(shop, "?until=2026-03-11")
    assert (asked["since"], asked["until"]) == ("2026-02-12", "2026-03-11")


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("since=2026-03-11", "invalid_field", "since"),
        ("since=2025-01-01", "invalid_field", "since"),
        ("since=x", "invalid_field", "since"),
        ("until=0001-01-02", "invalid_field", "until"),
        ("version=0", "invalid_field", "version"),
        ("version=2", "not_found", "version"),
    ],
)
def test_days_and_versions_that_are_none_are_refused(
    shop: Shop, query: str, code: str, field: str
) -> None:
    answer = shop.call("GET", f"{OFFERS}/report?{query}", as_="staff")
    assert (answer.code, answer.json["field"]) == (code, field)


def test_another_way_of_arguing_begins_a_new_count_and_the_old_is_kept(shop: Shop) -> None:
    tell(shop, a_ticket(shop), "shown")
    before = report(shop)
    shop.publish(replace(CLUB, login_offer=LoginOffer(order="fixed")))
    assert report(shop)["variants"] == []
    assert report(shop, "?version=1") == before


def test_of_many_visitors_every_one_is_counted_in_whichever_shard(shop: Shop) -> None:
    for number in range(30):
        tell(shop, a_ticket(shop, number), "shown")
    assert report(shop)["variants"][0]["shown"] == 30
    kept = everything_kept()["programmes"]
    shards = {item["pk"]["S"] for item in kept if "#LOGIN#" in item["pk"]["S"]
              and item["pk"]["S"].startswith(f"{shop.id}#")}  # fmt: skip
    assert len(shards) > 1
    assert programmes.current(shop.id, Clock().now).version == 1
