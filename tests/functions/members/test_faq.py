"""Frequent questions: published, found, and put in the order of what is asked and solved."""

from typing import Any

import pytest

from tests.builders import Answer, Clock, Shop, a_shop, everything_kept
from tests.members import a_member
from tests.my_pages import FAQ, a_club_with_pages

PATH = "/v1/members/faq"


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_club_with_pages()


def read(shop: Shop, query: str = "", as_: str = "storefront", **how: Any) -> Any:
    answer = shop.call("GET", PATH + query, as_=as_, **how)
    assert answer.status == 200, answer.text
    return answer.json


def ids(shown: Any) -> list[str]:
    return [one["entry"] for one in shown["entries"]]


def say(shop: Shop, entry: str, event: str, visitor: int = 1, **how: Any) -> Answer:
    body = {"event": event, "visitor": f"visitor-{visitor:016}"}
    return shop.call("POST", f"{PATH}/{entry}/events", body, **{"as_": "storefront", **how})


def test_questions_are_read_in_the_asked_language_with_a_way_on_to_a_person(shop: Shop) -> None:
    shown = read(shop, headers={"accept-language": "en"})
    assert ids(shown) == ["returns", "points", "sizes"]
    assert shown["entries"][0]["question"] == "Question about returns?"
    assert shown["person"] == {"email": "help@shop.example", "phone": None, "url": None}


def test_a_search_shows_what_was_found_and_how_much_there_is(shop: Shop) -> None:
    assert ids(read(shop, "?q=POINTS")) == ["points"]
    some = read(shop, "?q=fraga&limit=2")
    assert (ids(some), some["found"]) == (["returns", "points"], 3)
    assert read(shop, "?q=nothing")["entries"] == []


def test_what_is_asked_and_solved_comes_first_within_a_minute(shop: Shop, time: Clock) -> None:
    for visitor in range(3):
        say(shop, "sizes", "solved", visitor)
        say(shop, "points", "not_solved", visitor)
    time.advance(seconds=61)
    shown = read(shop, as_="staff")
    assert ids(shown) == ["sizes", "points", "returns"]
    asked = [one["asked"] for one in shown["entries"]]
    assert asked[0] == {"opened": 3, "solved": 3, "not_solved": 0}
    assert asked[1] == {"opened": 3, "solved": 0, "not_solved": 3}
    assert {one["asked"] for one in read(shop)["entries"]} == {None}


def test_a_visitor_counts_once_a_day_and_has_one_opinion(shop: Shop, time: Clock) -> None:
    assert say(shop, "sizes", "opened").status == 201
    assert say(shop, "sizes", "solved").status == 201
    before = everything_kept()
    for event in ("opened", "solved", "not_solved"):
        again = say(shop, "sizes", event)
        assert (again.status, again.headers["idempotent-replayed"]) == (200, "true")
    assert everything_kept() == before
    time.advance(days=1)
    assert say(shop, "sizes", "not_solved").status == 201
    time.advance(seconds=61)
    assert read(shop, as_="staff")["entries"][0]["asked"] == {
        "opened": 2,
        "solved": 1,
        "not_solved": 1,
    }


def test_a_member_needs_no_visitor_and_counts_once(shop: Shop) -> None:
    member = a_member(shop)
    statuses = [say(shop, "sizes", "solved", n, as_=member).status for n in range(3)]
    assert statuses == [201, 200, 200]
    body = {"event": "opened"}
    unknown = shop.call("POST", f"{PATH}/sizes/events", body, as_="storefront")
    assert (unknown.code, unknown.json["field"]) == ("missing_field", "visitor")


def test_nothing_that_is_counted_says_who_it_was(shop: Shop) -> None:
    member = a_member(shop)
    before = everything_kept()
    say(shop, "sizes", "solved", 7)
    say(shop, "sizes", "solved", as_=member)
    after = everything_kept()
    new = [item for table in after for item in after[table] if item not in before[table]]
    assert new
    assert not [one for one in new if member in str(one) or "visitor-" in str(one)]


def test_what_was_asked_long_ago_counts_no_more(shop: Shop, time: Clock) -> None:
    say(shop, "sizes", "solved")
    time.advance(days=62)  # the eleventh of May
    assert read(shop, as_="staff")["entries"][0]["entry"] == "sizes"
    time.advance(days=21)
    assert ids(read(shop)) == ["returns", "points", "sizes"]


def test_what_is_published_takes_the_place_of_what_was_and_keeps_its_counts(
    shop: Shop, time: Clock
) -> None:
    say(shop, "sizes", "solved")
    less = {**FAQ, "entries": FAQ["entries"][1:]}
    assert shop.call("PUT", PATH, less, as_="staff").json == {"entries": 2}
    assert ids(read(shop)) == ["sizes", "points"]
    again = shop.call("PUT", PATH, less, as_="staff")
    assert again.headers["idempotent-replayed"] == "true"
    assert say(shop, "returns", "opened").code == "not_found"


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"contact": {}}, "contact", "one_of"),
        ({"entries": FAQ["entries"][:1] * 2}, "entries[1].id", "repeated_id"),
    ],
)
def test_mistakes_are_named_and_nothing_is_published(
    shop: Shop, change: Any, field: str, code: str
) -> None:
    before = everything_kept()
    answer = shop.call("PUT", PATH, {**FAQ, **change}, as_="staff")
    assert (answer.status, answer.code, answer.json["field"]) == (422, "faq_invalid", field)
    assert answer.json["mistakes"][0]["code"] == code
    assert everything_kept() == before


def test_a_shop_without_questions_has_none(time: Clock) -> None:
    shop = a_shop()
    assert shop.call("GET", PATH, as_="storefront").code == "no_faq"
    assert say(shop, "sizes", "opened").code == "no_faq"
