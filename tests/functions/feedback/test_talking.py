"""What is said between a member and the shop, and who sees what of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.builders import Clock, Shop, a_programme, a_shop, everything_kept
from tests.members import a_member
from tests.talking import RULES, Talk, a_reference, open_, opened


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=a_programme(feedback=RULES))


@pytest.fixture
def talk(shop: Shop) -> Talk:
    return opened(shop, a_member(shop, email="jonas@example.com"), text="The box was torn.")


def said(talk: Talk) -> list[tuple[str, str, str | None]]:
    return [(line["who"], line["what"], line["text"]) for line in talk.seen()["lines"]]


def test_a_member_says_something_is_answered_and_sees_both(talk: Talk) -> None:
    assert talk.answers("A new one is on its way.").status == 201
    assert said(talk) == [
        ("you", "opened", "The box was torn."),
        ("shop", "answered", "A new one is on its way."),
    ]
    assert talk.state == "answered"


def test_the_whole_way_of_a_complaint(talk: Talk) -> None:
    talk.answers("We ask the carrier.")
    talk.step("act", text="We have other boxes now.")
    talk.step("close")
    assert talk.state == "closed"
    talk.says("It is torn again.")
    assert talk.state == "reopened"
    assert [line["state"] for line in talk.seen()["lines"]] == [
        "received", "answered", "acted_on", "closed", "reopened",
    ]  # fmt: skip


def test_nobody_is_sent_away_unanswered(talk: Talk) -> None:
    answer = talk.step("close")
    assert (answer.status, answer.code) == (409, "not_possible_now")
    assert answer.json["params"] == {"step": "closed", "state": "received"}


def test_what_staff_notes_for_itself_no_member_sees(talk: Talk, time: Clock) -> None:
    time.advance(hours=1)
    talk.step("note", text="She is angry.")
    talk.step("claim")
    talk.step("label", tags=["packaging"], priority="low")
    before = talk.seen()
    assert "angry" not in str(before)
    assert [line["what"] for line in before["lines"]] == ["opened"]
    assert before["thread"]["changed_at"] == before["thread"]["opened_at"]
    listed = talk.shop.call("GET", "/v1/feedback/threads", as_=talk.member).json["threads"]
    page = talk.shop.call("GET", "/v1/members/me/page", as_=talk.member).json["modules"]["threads"]
    assert listed == page == [before["thread"]]
    assert [event["what"] for event in talk.staff_sees()["events"]] == [
        "opened", "noted", "claimed", "labelled",
    ]  # fmt: skip


def test_the_history_says_who_moved_it_and_when(talk: Talk, time: Clock) -> None:
    time.advance(hours=1)
    talk.answers("Yes.")
    event = talk.staff_sees()["events"][-1]
    key = talk.shop.keys["staff"].split(".")[1]
    assert (event["side"], event["by"], event["before"], event["after"]) == (
        "staff", key, "received", "answered",
    )  # fmt: skip
    assert event["at"] == "2026-03-10T13:00:00Z"


def test_a_thread_of_somebody_else_looks_like_one_that_is_not_there(talk: Talk) -> None:
    other = a_member(talk.shop)
    theirs = Talk(talk.shop, other, talk.id)
    absent = Talk(talk.shop, other, "t" + "0" * 20)
    for ask in ("seen", "says"):
        one, none = getattr(theirs, ask)(), getattr(absent, ask)()
        one, none = (a if isinstance(a, dict) else a.json for a in (one, none))
        assert {**one, "request_id": ""} == {**none, "request_id": ""}
        assert one["code"] == "thread_not_found"
    assert talk.shop.call("GET", "/v1/feedback/threads", as_=other).json["threads"] == []


def test_a_thread_of_another_shop_is_not_there_for_staff(talk: Talk) -> None:
    shop = a_shop(programme=a_programme(feedback=RULES))
    for path in (talk.inbox, "/v1/feedback/inbox/t" + "0" * 20):
        answer = shop.call("GET", path, as_="staff")
        assert (answer.status, answer.code) == (404, "thread_not_found")
    assert Talk(shop, "", talk.id).answers(version=1).code == "thread_not_found"


def test_the_same_again_is_the_same_thread(shop: Shop) -> None:
    member = a_member(shop)
    body: dict[str, Any] = {"reference": "once", "text": "Hello"}
    first, again = open_(shop, member, **body), open_(shop, member, **body)
    assert (first.status, again.status) == (201, 200)
    assert again.headers["idempotent-replayed"] == "true"
    assert first.json == again.json
    other = open_(shop, member, **body | {"text": "Good-bye"})
    assert (other.status, other.code) == (409, "thread_mismatch")


def test_the_same_message_again_is_said_once(talk: Talk) -> None:
    assert [talk.says("Hello?", "once").status for _ in range(2)] == [201, 200]
    assert talk.says("Hello!", "once").code == "reference_mismatch"
    assert [text for _, _, text in said(talk)] == ["The box was torn.", "Hello?"]


def test_the_same_answer_again_is_given_once(talk: Talk) -> None:
    assert [talk.answers("Yes.", version=1, reference="a").status for _ in range(2)] == [201, 200]
    assert talk.answers("No.", version=1, reference="a").code == "reference_mismatch"
    assert len(said(talk)) == 2


def test_of_two_who_answer_at_once_one_wins_and_the_other_sees_why(talk: Talk) -> None:
    version = talk.staff_sees()["thread"]["version"]
    assert talk.answers("First.", version=version).status == 201
    second = talk.answers("Second.", version=version)
    assert (second.status, second.code, second.json["field"]) == (409, "thread_changed", "version")
    key = talk.shop.keys["staff"].split(".")[1]
    params = second.json["params"]
    assert (params["last"], params["last_by"], params["state"]) == ("answered", key, "answered")
    assert [text for _, _, text in said(talk)][1:] == ["First."]


def test_who_writes_meanwhile_is_not_talked_past(talk: Talk) -> None:
    version = talk.staff_sees()["thread"]["version"]
    talk.says("It is solved, thanks!")
    assert talk.answers("Send us a picture.", version=version).json["params"]["last"] == "said"


def test_a_template_is_said_in_the_language_of_the_member(talk: Talk) -> None:
    talk.step("answer", template="sorry", text="Peter")
    assert said(talk)[-1][2] == "Vi beklagar.\n\nPeter"
    assert talk.step("answer", template="none").code == "template_not_found"
    assert talk.step("answer").json["field"] == "step.text"


def test_by_when_it_is_answered_goes_by_kind_and_tier(shop: Shop, time: Clock) -> None:
    usual = a_member(shop)
    gold = a_member(shop, spend={"2026-02": 900_000})

    def hours(member: str, kind: str) -> float:
        due = open_(shop, member, kind=kind).json["answer_by"]
        return (_moment(due) - time.now) / timedelta(hours=1)

    assert [hours(usual, "idea"), hours(usual, "complaint"), hours(gold, "complaint")] == [
        48,
        24,
        4,
    ]
    assert hours(gold, "idea") == 48


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_new_message_in_what_is_over_is_due_anew(talk: Talk, time: Clock) -> None:
    talk.answers()
    assert talk.seen()["thread"]["answer_by"] is None
    time.advance(days=5)
    due = talk.says("And?").json["answer_by"]
    assert _moment(due) == time.now + timedelta(hours=48)


def test_more_said_while_it_waits_does_not_make_it_wait_longer(talk: Talk, time: Clock) -> None:
    before = talk.seen()["thread"]["answer_by"]
    time.advance(hours=40)
    assert talk.says("Hello?").json["answer_by"] == before


# Orders


def an_order(shop: Shop, member: str | None, order_id: str) -> None:
    line = {"id": "7", "article": "shoe-42", "quantity": 1, "unit_price": 10_000, "vat_rate": 2500}
    body: dict[str, Any] = {
        "order_id": order_id,
        "currency": "SEK",
        "paid": True,
        "lines": [{**line, "charged": 10_000}],
    }
    if member:
        body["member"] = member
    assert shop.call("POST", "/v1/checkout/orders", body).status == 201


def test_a_thread_about_a_line_is_about_its_article(shop: Shop) -> None:
    member = a_member(shop)
    an_order(shop, member, "1")
    about = {"order": "web:1", "line": "7"}
    thread = open_(shop, member, about=about).json
    assert thread["about"] == {"article": "shoe-42", "order": "web:1", "line": "7"}
    assert open_(shop, member, about={**about, "line": "8"}).code == "line_not_found"
    assert open_(shop, member, about={"line": "7"}).json["field"] == "about.order"
    staff = shop.call("GET", "/v1/feedback/inbox?article=shoe-42", as_="staff").json["threads"]
    assert [one["thread"] for one in staff] == [thread["thread"]]


def test_an_order_of_somebody_else_looks_like_none(shop: Shop) -> None:
    member = a_member(shop)
    an_order(shop, a_member(shop), "1")
    for order in ("web:1", "web:none"):
        answer = open_(shop, member, about={"order": order})
        assert (answer.status, answer.code) == (404, "order_not_found")


def test_staff_opens_for_who_is_on_the_phone(shop: Shop) -> None:
    member = a_member(shop)
    answer = open_(shop, "staff", member=member, text="She says the box was torn.")
    assert answer.status == 201
    talk = Talk(shop, member, answer.json["thread"])
    assert said(talk) == [("you", "opened", "She says the box was torn.")]
    assert talk.staff_sees()["events"][0]["side"] == "staff"
    assert open_(shop, "staff").json["field"] == "member"
    assert open_(shop, member, member=member).json["field"] == "member"


# Guests


def a_link(shop: Shop, order: str = "web:9", **more: Any) -> str:
    answer = shop.call("POST", "/v1/feedback/guest-links", {"order": order, **more})
    assert answer.status == 200, answer.text
    link: str = answer.json["link"]
    return link


def test_a_guest_speaks_and_reads_by_the_link_of_the_order(shop: Shop) -> None:
    link = a_link(shop, email="karin@example.com", language="fi")
    thread = open_(shop, "storefront", link=link).json["thread"]
    talk = Talk(shop, "storefront", thread)
    talk.answers("Soon.")
    body = {"link": link, "reference": a_reference(), "text": "Thanks."}
    assert shop.call("POST", f"{talk.path}/messages", body, as_="storefront").status == 201
    read = shop.call("POST", "/v1/feedback/guest-threads", {"link": link}, as_="storefront").json
    (conversation,) = read["threads"]
    assert [line["text"] for line in conversation["lines"]] == [
        "The box was torn.", "Soon.", "Thanks.",
    ]  # fmt: skip


def test_a_link_opens_its_own_order_in_its_own_shop_and_for_its_time(
    shop: Shop, time: Clock
) -> None:
    link = a_link(shop)
    thread = open_(shop, "storefront", link=link).json["thread"]
    assert open_(shop, "storefront", link=link, about={"order": "web:8"}).code == "order_not_found"
    assert open_(a_shop(), "storefront", link=link).code == "guest_link_invalid"
    other = {"link": a_link(shop, "web:8"), "reference": "x", "text": "Mine?"}
    path = f"/v1/feedback/threads/{thread}/messages"
    assert shop.call("POST", path, other, as_="storefront").code == "thread_not_found"
    assert open_(shop, "storefront", link=link[:-1]).code == "guest_link_invalid"
    assert open_(shop, "storefront").json["field"] == "link"
    time.advance(days=90)
    assert open_(shop, "storefront", link=link).code == "guest_link_invalid"


def test_a_member_does_not_read_what_a_guest_has_said(shop: Shop) -> None:
    thread = open_(shop, "storefront", link=a_link(shop)).json["thread"]
    talk = Talk(shop, a_member(shop), thread)
    assert talk.seen()["code"] == "thread_not_found"
    assert talk.says().code == "thread_not_found"


# Texts


@pytest.mark.parametrize("mark", list("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
def test_marks_that_turn_the_writing_are_refused(shop: Shop, talk: Talk, mark: str) -> None:
    text = f"gpj.{mark}exe"
    assert open_(shop, talk.member, text=text).json["field"] == "text"
    assert talk.says(text).json["field"] == "text"
    assert talk.answers(text).json["field"] == "step.text"
    assert talk.step("note", text=text).json["field"] == "step.text"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "a" * 4_000,
        "{0} {text} %s",
        "é🙂",
    ],
)
def test_a_text_comes_out_as_it_went_in(shop: Shop, text: str) -> None:
    talk = opened(shop, a_member(shop), text=text)
    answer = shop.call("GET", talk.path, as_=talk.member)
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["lines"][0]["text"] == text


@pytest.mark.parametrize(
    "text", ["", " \n ", "\u200b \u2060", "a" * 4_001, "a\x00b", "a\rb", "a\tb", "a\x1b[2Jb"]
)
def test_a_text_that_is_none_or_hides_something_is_refused(shop: Shop, text: str) -> None:
    answer = open_(shop, a_member(shop), text=text)
    assert (answer.status, answer.json["field"]) == (422, "text")


@pytest.mark.parametrize("field", ["reference", "kind"])
def test_only_a_text_has_several_lines(shop: Shop, field: str) -> None:
    given = {"reference": "a\n", "kind": "idea\n"}[field]
    answer = open_(shop, a_member(shop), text="One\nTwo", **{field: given})
    assert (answer.status, answer.json["field"]) == (422, field)


def test_links_of_somebody_new_are_held_until_staff_approves(shop: Shop) -> None:
    text = "See https://evil.example/pay?x=1 and www.evil.example"
    talk = opened(shop, a_member(shop), text=text)
    (event,) = talk.staff_sees()["events"]
    assert event["held"]
    assert event["text"] == "See [link to evil example] and [link to www evil example]"
    assert "https" not in talk.staff_sees()["thread"]["excerpt"]
    assert talk.seen()["lines"][0]["text"] == text
    talk.step("approve", event=1)
    shown = talk.staff_sees()["events"][0]
    assert (shown["held"], shown["text"]) == (False, text)


def test_links_of_somebody_known_are_not_held(shop: Shop, time: Clock) -> None:
    member = a_member(shop)
    time.advance(days=15)
    talk = opened(shop, member, text="https://shop.example/1")
    assert not talk.staff_sees()["events"][0]["held"]


def test_who_leaves_takes_their_words_along_and_the_thread_stays_counted(talk: Talk) -> None:
    talk.says("I live in Umeå")
    talk.step("note", text="She lives in Umeå")
    talk.step("label", tags=["box"])
    talk.answers("To Umeå, then")
    left = talk.shop.call("POST", f"/v1/members/{talk.member}/leave", {})
    assert left.status == 204, left.text
    assert "Umeå" not in str(everything_kept()["threads"])
    seen = talk.staff_sees()
    assert [event["what"] for event in seen["events"]] == [
        "opened", "said", "noted", "labelled", "answered",
    ]  # fmt: skip
    assert {event["text"] for event in seen["events"]} == {None}
    listed = talk.shop.call("GET", "/v1/feedback/inbox?tag=box", as_="staff").json["threads"]
    assert [(one["thread"], one["excerpt"]) for one in listed] == [(talk.id, "")]


@pytest.mark.parametrize("word", ["a", "å", "🙂", "\u200b", "\u0301"])
def test_a_word_of_ten_thousand_characters_is_refused_and_one_of_four_thousand_is_not(
    shop: Shop, word: str
) -> None:
    member = a_member(shop)
    refused = open_(shop, member, text="x" + word * 9_999)
    assert (refused.status, refused.json["field"]) == (422, "text")
    talk = opened(shop, member, text="x" + word * 3_999)
    assert talk.says("x" + word * 9_999).status == 422
    assert talk.seen()["lines"][0]["text"] == "x" + word * 3_999
    assert len(talk.staff_sees()["thread"]["excerpt"]) <= 160


@pytest.mark.parametrize("mark", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_no_side_turns_the_writing_round(talk: Talk, mark: str) -> None:
    text = f"Pay {mark}gpj.elif"
    assert open_(talk.shop, talk.member, text=text).code == "invalid_field"
    for answer in (talk.says(text), talk.answers(text), talk.step("note", text=text)):
        assert (answer.status, answer.code) == (422, "invalid_field")
