"""The inbox: what waits, in whichever way one looks for it, and with who it is beside it."""

from typing import Any

import pytest

from tests.builders import Clock, Shop, a_programme, a_shop
from tests.members import a_member
from tests.recorder import recorded
from tests.talking import RULES, Talk, a_reference, opened


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=a_programme(feedback=RULES))


def inbox(shop: Shop, query: str = "") -> Any:
    answer = shop.call("GET", f"/v1/feedback/inbox{query}", as_="staff")
    assert answer.status == 200, answer.text
    return answer.json


def ids(shop: Shop, query: str = "") -> list[str]:
    return [one["thread"] for one in inbox(shop, query)["threads"]]


def test_what_is_due_first_comes_first(shop: Shop, time: Clock) -> None:
    idea = opened(shop, a_member(shop), kind="idea")
    time.advance(hours=1)
    complaint = opened(shop, a_member(shop), kind="complaint")
    answered = opened(shop, a_member(shop))
    answered.answers()
    assert ids(shop) == [complaint.id, idea.id]


def test_overdue_is_what_should_have_been_answered(shop: Shop, time: Clock) -> None:
    complaint = opened(shop, a_member(shop), kind="complaint")
    opened(shop, a_member(shop), kind="idea")
    assert ids(shop, "?overdue=true") == []
    time.advance(hours=24)
    assert ids(shop, "?overdue=true") == [complaint.id]
    assert [one["overdue"] for one in inbox(shop)["threads"]] == [True, False]


def test_each_way_of_looking_finds_its_own(shop: Shop) -> None:
    key = shop.keys["staff"].split(".")[1]
    torn = opened(shop, a_member(shop), kind="complaint", about={"article": "shoe-42"})
    good = opened(shop, a_member(shop), kind="idea", text="Open on Sundays")
    torn.step("label", tags=["box", "carrier"])
    torn.step("claim")
    good.answers()
    good.step("close")
    found = {
        "?state=received": [torn.id],
        "?state=closed": [good.id],
        "?kind=idea": [good.id],
        "?tag=box": [torn.id],
        "?tag=carrier": [torn.id],
        "?article=shoe-42": [torn.id],
        "?article=shoe-43": [],
        f"?owner={key}": [torn.id],  # what is closed is nobody's work
        "?state=closed&contains=SUNDAYS": [good.id],
        "?state=closed&contains=mondays": [],
        "?kind=complaint&contains=carrier": [torn.id],
    }
    assert {query: ids(shop, query) for query in found} == found


def test_a_tag_that_goes_is_not_found_by_any_more(shop: Shop) -> None:
    talk = opened(shop, a_member(shop))
    talk.step("label", tags=["box", "late"])
    talk.step("label", tags=["late"])
    assert (ids(shop, "?tag=box"), ids(shop, "?tag=late")) == ([], [talk.id])
    talk.answers()
    assert inbox(shop, "?tag=late")["threads"][0]["state"] == "answered"


def test_one_looks_in_one_way_at_a_time(shop: Shop) -> None:
    for query in ("?state=closed&kind=idea", "?overdue=true&tag=box"):
        answer = shop.call("GET", f"/v1/feedback/inbox{query}", as_="staff")
        assert (answer.status, answer.code) == (422, "invalid_field")


@pytest.mark.parametrize("query", ["?", "?kind=comment&", "?state=received&", "?overdue=true&"])
def test_pages_put_together_are_the_whole_list(shop: Shop, time: Clock, query: str) -> None:
    every = [opened(shop, a_member(shop)).id for _ in range(5)]
    time.advance(hours=49)
    found, cursor = [], ""
    for _ in range(3):
        page = inbox(shop, f"{query}limit=2&cursor={cursor}")
        found += [one["thread"] for one in page["threads"]]
        cursor = page["next"] or ""
    assert sorted(found) == sorted(every)
    assert not cursor
    assert ids(shop, f"{query}limit=100") == found


def test_a_cursor_is_good_for_its_own_list_alone(shop: Shop) -> None:
    member = a_member(shop)
    for _ in range(2):
        opened(shop, member)
    cursor = inbox(shop, "?limit=1")["next"]
    answer = shop.call("GET", f"/v1/feedback/inbox?kind=idea&cursor={cursor}", as_="staff")
    assert answer.json["field"] == "cursor"
    mine = shop.call("GET", "/v1/feedback/threads?limit=1", as_=member).json["next"]
    other = shop.call("GET", f"/v1/feedback/threads?cursor={mine}", as_=a_member(shop))
    assert other.json["field"] == "cursor"


def test_a_page_is_one_query(shop: Shop) -> None:
    opened(shop, a_member(shop)).step("label", tags=["box"])
    inbox(shop)
    for query in ("", "?overdue=true", "?state=received", "?tag=box", "?kind=comment&contains=a"):
        with recorded() as calls:
            inbox(shop, query)
        assert calls.operations == ["Query"]


def test_opening_is_one_read_and_one_transaction(shop: Shop) -> None:
    member = a_member(shop)
    opened(shop, member)
    with recorded() as calls:
        opened(shop, member, about={"article": "shoe-42"})
    assert calls.operations == ["TransactGetItems", "TransactWriteItems"]


def test_who_it_is_stands_beside_it(shop: Shop, time: Clock) -> None:
    member = a_member(shop, spend={"2026-02": 300_000})
    line = {"id": "1", "article": "a", "quantity": 1, "unit_price": 10_000, "vat_rate": 2500}
    order = {"order_id": "77", "currency": "SEK", "paid": True, "member": member}
    time.advance(minutes=1)
    shop.call("POST", "/v1/checkout/orders", {**order, "lines": [{**line, "charged": 10_000}]})
    beside = opened(shop, member).staff_sees()["member"]
    assert (beside["member"], beside["tier"]["id"], beside["joined_on"]) == (
        member, "silver", "2026-03-10",
    )  # fmt: skip
    assert (beside["orders"], beside["spent"]) == (2, 310_000)
    assert beside["last_order"] == {
        "order": "web:77", "at": "2026-03-10T12:01:00Z", "amount": 10_000, "currency": "SEK",
    }  # fmt: skip
    listed = inbox(shop)["threads"][0]
    assert (listed["member"], listed["tier"], listed["orders"]) == (member, "silver", 2)


def test_the_same_is_done_to_many_and_one_that_cannot_holds_up_none(shop: Shop) -> None:
    talks = [opened(shop, a_member(shop)) for _ in range(3)]
    talks[1].says("And?")
    body = {
        "reference": a_reference(),
        "threads": [{"thread": talk.id, "version": 1} for talk in talks],
        "step": {"do": "answer", "template": "sorry"},
    }
    first, again = (shop.call("POST", "/v1/feedback/steps", body, as_="staff") for _ in range(2))
    assert [one["problem"] for one in first.json["outcomes"]] == [None, "thread_changed", None]
    assert first.json == again.json
    assert [talk.state for talk in talks] == ["answered", "received", "answered"]
    assert [len(talk.seen()["lines"]) for talk in talks] == [2, 2, 2]


def test_somebody_takes_care_of_it_hands_it_on_and_lets_go(shop: Shop) -> None:
    talk = opened(shop, a_member(shop))
    key = shop.keys["staff"].split(".")[1]
    assert talk.step("claim").json["owner"] == key
    assert talk.step("claim", owner="another").json["owner"] == "another"
    assert talk.step("claim", owner=None).json["owner"] is None
    assert talk.answers().json["owner"] == key  # whoever answers first


def test_a_guest_has_nobody_beside(shop: Shop) -> None:
    link = shop.call("POST", "/v1/feedback/guest-links", {"order": "web:1"}).json["link"]
    body = {"reference": "a", "kind": "question", "text": "When?", "link": link}
    thread = shop.call("POST", "/v1/feedback/threads", body, as_="storefront").json["thread"]
    seen = Talk(shop, "", thread).staff_sees()
    assert (seen["member"], seen["thread"]["member"]) == (None, None)
    assert seen["thread"]["about"]["order"] == "web:1"
