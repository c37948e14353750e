"""What members are asked about what they bought: once, when it is due, and what becomes of it."""

from typing import Any

import pytest

from functions.feedback import ask_surveys
from stamkund.local.invocation import Context
from stamkund.rules.errors import Refused
from stamkund.rules.programme import SurveyChoice
from stamkund.rules.survey_rules import LaterSurvey, Surveys
from stamkund.web import messages
from stamkund.web.messages import Message
from tests.asking import asking, heard_of
from tests.builders import Answer, Clock, Shop, a_shop
from tests.members import a_member
from tests.recorder import recorded
from tests.reliability.till import basket
from tests.reviewing import Bought, bought

SENT: list[Message] = []


@pytest.fixture
def shop(time: Clock) -> Shop:
    SENT.clear()
    messages.use(SENT.append)
    return a_shop(programme=asking())


def buyer(shop: Shop, **line: Any) -> Bought:
    who = bought(shop, 10_000, member=a_member(shop, email="ellen@example.com"), **line)
    heard_of(shop, who)
    return who


def ask() -> dict[str, int]:
    return ask_surveys.handler({}, Context("timed"))


def answers(who: Bought, survey: str = "recommend", **given: Any) -> Answer:
    body = {"survey": survey, "order": who.till.order, **given}
    return who.shop.call("POST", "/v1/feedback/answers", body, as_=who.member)


def report(shop: Shop, survey: str = "recommend", query: str = "") -> Any:
    answer = shop.call("GET", f"/v1/feedback/surveys/{survey}/results{query}", as_="staff")
    assert answer.status == 200, answer.text
    return answer.json


def questions(who: Bought) -> list[str]:
    body = {"order": who.till.order}
    answer = who.shop.call("POST", "/v1/feedback/questions", body, as_=who.member)
    assert answer.status == 200, answer.text
    return [one["survey"] for one in answer.json["questions"]]


def test_the_receipt_asks_what_the_programme_asks_at_once(shop: Shop) -> None:
    who = bought(shop)
    receipt = shop.call("POST", f"/v1/checkout/orders/{who.till.order}/confirmation").json
    assert [one["survey"] for one in receipt["questions"]] == ["easy", "how", "words"]
    assert receipt["questions"][0] == {
        "survey": "easy", "kind": "scale", "question": "Lätt?", "low": 1, "high": 4, "choices": [],
    }  # fmt: skip
    assert receipt["questions"][1]["choices"][1] == {"id": "lost", "name": "Fel"}
    body = {"survey": "easy", "score": 4, "link": receipt["survey_link"]}
    said = shop.call("POST", "/v1/feedback/answers", body, as_="storefront")
    assert (said.status, said.json["order"]) == (201, who.till.order)
    asked = {"link": receipt["survey_link"]}
    left = shop.call("POST", "/v1/feedback/questions", asked, as_="storefront").json["questions"]
    assert [one["survey"] for one in left] == ["how", "words"]
    heard_of(shop, who)
    left = shop.call("POST", "/v1/feedback/questions", asked, as_="storefront").json["questions"]
    assert [one["survey"] for one in left] == ["how", "words", "recommend", "first-order"]


def test_a_guest_is_asked_nothing(shop: Shop) -> None:
    from tests.reliability.till import Till

    till = Till(shop)
    till.buy(basket(10_000))
    receipt = shop.call("POST", f"/v1/checkout/orders/{till.order}/confirmation").json
    assert (receipt["questions"], receipt["survey_link"]) == ([], None)


def test_somebody_is_asked_when_it_is_due_and_once(shop: Shop, time: Clock) -> None:
    who = buyer(shop)
    heard_of(shop, who)
    assert ask() == {"asked": 0, "left": 0, "failed": 0}
    time.advance(days=10)
    assert ask() == {"asked": 1, "left": 0, "failed": 0}
    time.advance(days=3)
    assert ask() == {"asked": 1, "left": 0, "failed": 0}
    assert ask()["asked"] == 0
    assert [one.to for one in SENT] == ["ellen@example.com"] * 2
    assert "Gick allt bra med din första beställning?" in SENT[0].text
    assert "Rekommendera?" in SENT[1].text
    link = SENT[1].text.rpartition("#survey=")[2]
    body = {"survey": "recommend", "score": 10, "link": link}
    assert shop.call("POST", "/v1/feedback/answers", body, as_="storefront").status == 201
    assert questions(who) == ["easy", "how", "words", "first-order"]


def test_only_the_first_order_is_asked_about_as_one(shop: Shop, time: Clock) -> None:
    who = buyer(shop)
    time.advance(hours=1)
    who.till.buy(basket(10_000))
    heard_of(shop, who)
    assert questions(who) == ["easy", "how", "words", "recommend"]


def test_a_first_question_of_the_programme_takes_the_place_of_ours(time: Clock) -> None:
    own = LaterSurvey("own", {"sv": "Eget?", "en": "Own?"}, kind="nps", first=True)
    shop = a_shop(programme=asking(surveys=Surveys(asked=[own]), checkout_questions=[]))
    assert questions(buyer(shop)) == ["own"]


@pytest.mark.parametrize("bad", [True, False])
def test_how_somebody_found_the_shop_says_nothing_of_whether_all_went_well(
    time: Clock, bad: bool
) -> None:
    answer = SurveyChoice("none", {"sv": "Inte alls", "en": "I did not"}, bad=bad)
    other = SurveyChoice("ad", {"sv": "Reklam", "en": "An advertisement"})
    own = LaterSurvey(
        "found", {"sv": "Hur?", "en": "How?"}, kind="choice", choices=[answer, other], first=True
    )
    shop = a_shop(programme=asking(surveys=Surveys(asked=[own]), checkout_questions=[]))
    assert questions(buyer(shop)) == (["found"] if bad else ["found", "first-order"])


def test_in_a_store_it_is_delivered_at_once(shop: Shop, time: Clock) -> None:
    from stamkund.rules.surveys import due
    from stamkund.tables import orders

    order = orders.find(shop.id, bought(shop).till.order).order
    from msgspec.structs import replace

    assert (due(order, "010", Surveys()) - order.occurred_at).days == 13
    assert (due(replace(order, store="s"), "010", Surveys()) - order.occurred_at).days == 10


def test_nobody_is_asked_about_what_came_back_or_who_has_left(shop: Shop, time: Clock) -> None:
    who, gone = buyer(shop), bought(shop, member=a_member(shop, email="karin@example.com"))
    heard_of(shop, gone)
    who.till.refund("r")
    assert shop.call("POST", f"/v1/members/{gone.member}/leave", {}).status == 204
    time.advance(days=20)
    ask()
    assert SENT == []
    assert report(shop)["total"]["asked"] == 0


def test_what_cannot_be_sent_is_tried_again_and_not_counted_before(shop: Shop, time: Clock) -> None:
    def refuse(_: Message) -> None:
        raise Refused("not_sent")

    buyer(shop)
    time.advance(days=20)
    messages.use(refuse)
    assert ask()["failed"] == 2
    assert report(shop)["total"]["asked"] == 0
    messages.use(SENT.append)
    assert ask()["asked"] == 2
    assert (len(SENT), report(shop)["total"]["asked"]) == (2, 1)


def test_an_order_of_long_ago_is_not_asked_about(shop: Shop, time: Clock) -> None:
    who = bought(shop, member=a_member(shop, email="ellen@example.com"))
    time.advance(days=60)
    heard_of(shop, who)
    assert ask()["asked"] == 0
    assert SENT == []


def test_a_bad_answer_is_a_complaint_with_an_owner(shop: Shop) -> None:
    who = buyer(shop)
    said = answers(who, score=3, text="Kom för sent.")
    assert said.status == 201
    inbox = shop.call("GET", "/v1/feedback/inbox?owner=service", as_="staff").json["threads"]
    assert [(one["thread"], one["kind"], one["state"]) for one in inbox] == [
        (said.json["thread"], "complaint", "received")
    ]
    assert inbox[0]["priority"] == "high"
    assert inbox[0]["due_at"] == "2026-03-11T12:00:00Z"
    assert inbox[0]["excerpt"] == "Rekommendera? 3 Kom för sent."


@pytest.mark.parametrize(
    ("survey", "given", "kind"),
    [
        ("recommend", {"score": 6}, "complaint"),
        ("recommend", {"score": 7}, None),
        ("recommend", {"score": 9, "text": "Bra!"}, "survey_answer"),
        ("first-order", {"score": 2}, "complaint"),
        ("first-order", {"score": 3}, None),
        ("easy", {"score": 1}, "complaint"),
        ("easy", {"score": 2}, None),
        ("how", {"choice": "lost"}, "complaint"),
        ("how", {"choice": "friend"}, None),
        ("words", {"text": "Fint."}, "survey_answer"),
    ],
)
def test_what_is_bad_or_says_something_is_read_by_somebody(
    shop: Shop, survey: str, given: dict[str, Any], kind: str | None
) -> None:
    said = answers(buyer(shop), survey, **given)
    assert said.status == 201, said.text
    threads = shop.call("GET", "/v1/feedback/inbox", as_="staff").json["threads"]
    assert [one["kind"] for one in threads] == ([kind] if kind else [])
    assert bool(said.json["thread"]) == bool(kind)


@pytest.mark.parametrize(
    ("survey", "given", "field"),
    [
        ("recommend", {"score": 11}, "score"),
        ("recommend", {}, "score"),
        ("recommend", {"choice": "friend"}, "choice"),
        ("easy", {"score": 0}, "score"),
        ("easy", {"score": 5}, "score"),
        ("how", {"choice": "other"}, "choice"),
        ("how", {"score": 1}, "score"),
        ("words", {}, "text"),
        ("words", {"text": "a", "score": 1}, "score"),
        ("words", {"text": "\u202eabc"}, "text"),
        ("words", {"text": "a" * 10_000}, "text"),
    ],
)
def test_what_is_no_answer_is_refused_and_changes_nothing(
    shop: Shop, survey: str, given: dict[str, Any], field: str
) -> None:
    refused = answers(buyer(shop), survey, **given)
    assert (refused.status, refused.json["field"]) == (422, field)
    assert report(shop, survey)["total"]["answered"] == 0


def test_each_is_answered_once_and_paid_once(shop: Shop) -> None:
    who = buyer(shop)
    assert answers(who, score=9).status == 201
    again = answers(who, score=9)
    assert (again.status, again.headers["idempotent-replayed"]) == (200, "true")
    assert answers(who, score=3).code == "answered_already"
    assert who.bonus == 10
    assert report(shop)["total"]["answers"] == {"9": 1}


def test_what_is_not_theirs_or_not_asked_is_not_there(shop: Shop, time: Clock) -> None:
    who, other = buyer(shop), a_member(shop)
    body = {"survey": "recommend", "order": who.till.order, "score": 1}
    assert shop.call("POST", "/v1/feedback/answers", body, as_=other).code == "order_not_found"
    asked = {"order": who.till.order}
    assert shop.call("POST", "/v1/feedback/questions", asked, as_=other).code == "order_not_found"
    assert answers(who, "none", score=1).code == "survey_not_found"
    link = {"survey": "recommend", "score": 1, "link": "x.y"}
    seen = shop.call("POST", "/v1/feedback/answers", link, as_="storefront")
    assert seen.code == "survey_link_invalid"


def test_results_are_by_month_tier_and_category_with_intervals(shop: Shop, time: Clock) -> None:
    for score, category in ((10, "shoes/running"), (9, "shoes"), (8, "socks"), (2, "socks")):
        answers(buyer(shop, category=category), score=score)
    time.advance(days=31)
    buyer(shop, category="socks")
    time.advance(days=20)
    ask()
    whole = report(shop)["total"]
    assert (whole["asked"], whole["answered"], whole["response"]) == (5, 4, 80)
    assert (whole["score"], whole["answers"]) == (25, {"2": 1, "8": 1, "9": 1, "10": 1})
    assert whole["score_low"] < 25 < whole["score_high"]
    parts = {one["name"]: one["result"] for one in report(shop, query="?by=category")["parts"]}
    assert {name: one["score"] for name, one in parts.items()} == {"shoes": 100, "socks": -50}
    months = {one["name"]: one["result"] for one in report(shop)["parts"]}
    assert {name: one["answered"] for name, one in months.items()} == {"2026-03": 4, "2026-04": 0}
    assert [one["name"] for one in report(shop, query="?by=tier")["parts"]] == ["bas"]
    assert report(shop, query="?since=2026-04&until=2026-04")["total"]["answered"] == 0


def test_an_order_belongs_to_the_category_on_which_most_was_spent(shop: Shop) -> None:
    who = buyer(shop)
    shoes = basket(30_000, category="shoes/running")["lines"]
    socks = basket(10_000, 20_000, 20_000, category="socks")["lines"]
    lines = [{**line, "id": str(n)} for n, line in enumerate([*shoes, *socks])]
    who.till.buy({"currency": "SEK", "lines": lines})
    answers(who, score=9)
    (part,) = report(shop, query="?by=category")["parts"]
    assert (part["name"], part["result"]["answered"]) == ("socks", 1)


def test_satisfaction_is_the_share_of_fours_and_fives(shop: Shop) -> None:
    for score in (5, 4, 3, 1):
        answers(buyer(shop), "first-order", score=score)
    total = report(shop, "first-order")["total"]
    assert (total["score"], total["score_low"], total["score_high"]) == (50, 15, 85)


def test_words_go_with_the_member_and_numbers_stay(shop: Shop) -> None:
    from tests.dump import found_in, said

    who = buyer(shop)
    answers(who, score=2, text="Zebrafink kom aldrig.")
    answers(who, "words", text="Zebrafink igen.")
    export = shop.call("GET", f"/v1/members/{who.member}/export").json["records"]
    given = [one["data"]["given"] for one in export if one["kind"] == "answer"]
    assert sorted(one["text"] for one in given) == ["Zebrafink igen.", "Zebrafink kom aldrig."]
    assert shop.call("POST", f"/v1/members/{who.member}/leave", {}).status == 204
    assert found_in(said(), {"Zebrafink"}) == set()
    assert report(shop)["total"]["answers"] == {"2": 1}


def test_what_is_asked_at_once_costs_a_purchase_no_call(shop: Shop) -> None:
    who = bought(shop)
    with recorded() as calls:
        assert who.till.commit(basket(10_000)).json["questions"]
    assert calls.operations.count("TransactWriteItems") == 1
    with recorded() as calls:
        assert who.till.confirm().json["questions"]
    assert calls.operations == ["GetItem", "UpdateItem"]


def test_what_is_asked_later_is_planned_in_one_transaction(shop: Shop) -> None:
    who = bought(shop)
    with recorded() as calls:
        heard_of(shop, who)
    # The first asks whether whoever bought is somebody's friend.
    assert calls.operations == ["GetItem", "Query", "GetItem", "TransactWriteItems"]
