"""What members say about what they bought: shown, counted, paid once, gone with the goods."""

from typing import Any

import pytest

from functions.operations import follow_up
from stamkund.local.invocation import Context
from stamkund.rules.account import Account, with_entries
from stamkund.rules.programme import AmbassadorLevel, Ambassadors, Merit
from stamkund.rules.referral_rules import Referrals
from stamkund.rules.review_rules import ReviewRules
from tests import dump
from tests.builders import Clock, Shop, a_shop
from tests.members import a_member, the_account
from tests.recorder import recorded
from tests.reliability.till import Till
from tests.reviewing import Bought, a_club, bought, path_of, read, reversal, settle
from tests.talking import opened


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=a_club())


def follow(shop: Shop, who: Bought) -> None:
    answer = follow_up.handler(reversal(shop, who), Context("stream"))  # type: ignore[arg-type]
    assert answer["batchItemFailures"] == []


def test_a_review_of_an_order_line_is_shown_and_counted(shop: Shop) -> None:
    who = bought(shop)
    answer = who.says(4, "Sitter bra.\nVarm.", name="Ellen")
    assert (answer.status, answer.json["state"]) == (201, "published")
    assert read(shop) == {
        "rating": {
            "count": 1,
            "average": 400,
            "stars": {"1": 0, "2": 0, "3": 0, "4": 1, "5": 0},
        },
        "reviews": [
            {
                "review": answer.json["thread"],
                "stars": 4,
                "text": "Sitter bra.\nVarm.",
                "name": "Ellen",
                "language": "sv",
                "published_at": "2026-03-10T12:00:00Z",
                "pictures": [],
            }
        ],
        "next": None,
    }


def test_the_average_is_rounded_half_up_and_nothing_has_none(shop: Shop) -> None:
    assert read(shop)["rating"]["average"] is None
    for stars in (5, 4, 4):
        bought(shop).says(stars)
    assert read(shop)["rating"] == {
        "count": 3,
        "average": 433,
        "stars": {"1": 0, "2": 0, "3": 0, "4": 2, "5": 1},
    }


def test_there_is_one_for_each_line_and_the_last_word_counts(shop: Shop) -> None:
    who = bought(shop, 10_000, 20_000)
    assert who.says(2, "Hm").status == 201
    assert who.says(2, "Hm").headers["idempotent-replayed"] == "true"
    changed = who.says(5, "Bättre än jag trodde")
    assert (changed.status, changed.json["state"]) == (200, "published")
    assert who.says(1, line="l1").status == 201
    found = read(shop)
    assert found["rating"]["stars"] == {"1": 1, "2": 0, "3": 0, "4": 0, "5": 1}
    assert sorted(one["text"] for one in found["reviews"]) == [
        "Bättre än jag trodde",
        "Sitter bra.",
    ]


@pytest.mark.parametrize(
    ("text", "language", "state"),
    [
        ("Vilken SKITsak", "sv", "waiting"),
        ("Ski\u200bt", "sv", "waiting"),
        ("Du är en idiot.", "sv", "waiting"),
        ("idiotsäker", "sv", "published"),
        ("Du är en idiot.", "en", "published"),
        ("What rubbish", "en", "waiting"),
        ("Se www.example.com/x", "sv", "waiting"),
        ("", "sv", "published"),
    ],
)
def test_words_of_the_list_of_its_language_and_links_wait_for_staff(
    shop: Shop, text: str, language: str, state: str
) -> None:
    assert bought(shop).says(text=text, language=language).json["state"] == state


def test_where_the_programme_says_so_each_waits(time: Clock) -> None:
    shop = a_shop(programme=a_club(reviews=ReviewRules()))
    who = bought(shop)
    assert who.says().json["state"] == "waiting"
    assert read(shop)["rating"]["count"] == 0
    assert who.talk().step("publish").status == 201
    assert who.seen()["state"] == "published"
    assert read(shop)["rating"]["count"] == 1


def test_who_is_refused_reads_why_and_nothing_is_shown(shop: Shop) -> None:
    who = bought(shop)
    who.says()
    assert who.talk().step("refuse").code == "missing_field"
    assert who.talk().step("refuse", text="Det handlar om en annan vara.").status == 201
    assert (who.seen()["state"], read(shop)["rating"]["count"]) == ("refused", 0)
    assert who.talk().seen()["lines"][-1] == {
        "at": "2026-03-10T12:00:00Z",
        "who": "shop",
        "what": "refused",
        "state": "answered",
        "text": "Det handlar om en annan vara.",
        "announcement": None,
        "pictures": [],
    }
    assert who.says().json["state"] == "refused"
    assert who.says(text="Om rätt vara.").json["state"] == "published"


def test_staff_sees_how_many_stars_and_why_it_waits(shop: Shop) -> None:
    who = bought(shop)
    who.says(1, "skit")
    assert [event["detail"] for event in who.talk().staff_sees()["events"]] == ["stars:1 skit"]
    assert who.talk().staff_sees()["thread"]["kind"] == "review"


def test_what_waits_to_be_decided_cannot_be_answered_away(time: Clock) -> None:
    shop = a_shop(programme=a_club(reviews=ReviewRules()))
    who = bought(shop)
    who.says()
    talk = who.talk()
    assert talk.answers("Tack!").code == "not_possible_now"
    assert talk.step("act", text="Tack!").code == "not_possible_now"
    assert talk.step("note", text="Hm").status == 201
    assert talk.step("publish").status == 201
    assert talk.answers("Tack!").status == 201


def test_only_reviews_are_let_through(shop: Shop) -> None:
    talk = opened(shop, a_member(shop))
    assert talk.step("publish").code == "not_possible_now"
    assert talk.step("refuse", text="No").code == "not_possible_now"
    assert talk.state == "received"


def test_what_somebody_else_bought_or_nobody_is_not_there(shop: Shop) -> None:
    who, other = bought(shop), a_member(shop)
    body = {"stars": 1}
    for path in (path_of(who.till.order), path_of("web:none")):
        assert shop.call("PUT", path, body, as_=other).code == "order_not_found"
        assert shop.call("GET", path, as_=other).code == "review_not_found"
    assert who.says(line="l9").code == "line_not_found"


def test_who_says_the_same_about_anothers_order_learns_nothing(shop: Shop) -> None:
    who = bought(shop)
    assert who.says(4, "Bra", language="sv").status == 201
    body = {"stars": 4, "text": "Bra", "language": "sv"}
    other = shop.call("PUT", path_of(who.till.order), body, as_=a_member(shop))
    assert (other.status, other.code) == (404, "order_not_found")


def test_only_what_was_delivered_is_reviewed_and_not_for_ever(shop: Shop, time: Clock) -> None:
    who = bought(shop)
    who.till.commit({**_goods()})
    assert who.says().code == "order_not_confirmed"
    old = bought(shop)
    time.advance(days=366)
    assert old.says().code == "review_too_late"


def _goods() -> dict[str, object]:
    from tests.reliability.till import basket

    return basket(10_000)


def test_shipping_is_no_article(shop: Shop) -> None:
    assert bought(shop, kind="shipping").says().code == "line_not_found"


def test_points_come_once_and_never_depend_on_the_stars(shop: Shop) -> None:
    who = bought(shop)
    assert who.says(1).json["points"] is None
    assert settle()["failed"] == 0
    assert (who.bonus, who.seen()["points"]) == (25, 25)
    who.says(5)
    settle()
    settle()
    assert who.bonus == 25


def test_a_review_that_waits_has_no_points_yet(shop: Shop) -> None:
    who = bought(shop)
    who.says(5, "skit")
    settle()
    assert who.bonus == 0
    who.talk().step("publish")
    settle()
    assert who.bonus == 25


def test_a_line_that_comes_back_takes_its_review_and_points_along(shop: Shop) -> None:
    who = bought(shop)
    who.says()
    settle()
    who.till.refund("r")
    follow(shop, who)
    follow(shop, who)
    settle()
    assert (who.bonus, who.seen()["state"], who.seen()["points"]) == (0, "withdrawn", 0)
    assert read(shop)["rating"]["count"] == 0
    assert who.says(5).code == "line_returned"
    assert who.talk().seen()["thread"]["state"] == "closed"


def test_a_return_that_the_stream_did_not_tell_of_is_found_when_nothing_comes_back_any_more(
    shop: Shop, time: Clock
) -> None:
    who = bought(shop)
    who.says()
    settle()
    who.till.refund("r")
    assert settle() == {"settled": 0, "left": 0, "failed": 0}
    time.advance(days=46)
    settle()
    assert (who.bonus, who.seen()["state"], read(shop)["rating"]["count"]) == (0, "withdrawn", 0)
    time.advance(days=400)
    assert settle() == {"settled": 0, "left": 0, "failed": 0}


def test_a_part_of_a_line_that_comes_back_takes_nothing(shop: Shop) -> None:
    who = bought(shop, quantity=2)
    who.says()
    settle()
    who.till.refund("r", l0=1)
    follow(shop, who)
    assert (who.bonus, who.seen()["state"]) == (25, "published")


def test_a_refund_that_is_seen_before_the_approval_is_seen_by_it(shop: Shop) -> None:
    who = bought(shop)
    who.says(3, "skit")
    who.till.refund("r")
    who.talk().step("publish")
    settle()
    assert (who.bonus, who.seen()["state"]) == (0, "withdrawn")
    follow(shop, who)
    assert who.talk().step("publish").code == "review_withdrawn"
    assert read(shop)["rating"]["count"] == 0


def test_points_that_are_spent_are_owed(time: Clock) -> None:
    from stamkund.rules.ledger import entry
    from stamkund.tables import clock
    from tests.members import enter

    shop = a_shop(programme=a_club())
    who = bought(shop, 100)
    who.says()
    settle()
    lots = {lot: -points for lot, points in who.till.account.lots.items()}
    gone = entry("spend", lots, reference="x", occurred_at=clock.real_time())
    enter(shop, who.member, gone)
    who.till.refund("r")
    follow(shop, who)
    assert who.till.points()["debt"] == 26


def test_a_page_ends_where_the_next_begins(shop: Shop, time: Clock) -> None:
    for n in range(5):
        bought(shop).says(text=f"{n}")
        time.advance(minutes=1)
    first = read(shop, query="?limit=2")
    second = read(shop, query=f"?limit=2&cursor={first['next']}")
    third = read(shop, query=f"?limit=2&cursor={second['next']}")
    pages = [[one["text"] for one in page["reviews"]] for page in (first, second, third)]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]
    assert (second["rating"], third["next"]) == (None, None)


def test_what_is_no_text_is_refused(shop: Shop) -> None:
    who = bought(shop)
    assert who.says(text="x" * 10_000).status == 422
    assert who.says(text="\u202etxt.exe").code == "invalid_field"
    assert who.says(name="\u202eabc").code == "invalid_field"
    assert who.says(6).status == 422
    said = who.says(text="<script>alert(1)</script>")
    assert said.json["text"] == "<script>alert(1)</script>"


def test_links_lead_nowhere_where_everybody_reads_them(shop: Shop) -> None:
    who = bought(shop)
    who.says(text="Se https://example.com/a?b")
    who.talk().step("publish")
    assert read(shop)["reviews"][0]["text"] == "Se [link to example com]"


def test_of_who_has_left_stars_stay_and_words_go(shop: Shop) -> None:
    who = bought(shop)
    who.says(4, "Zebrafink sitter bra", name="Notskrika")
    other = bought(shop)
    other.says(5, "skit Talgoxe")
    settle()
    for member in (who.member, other.member):
        assert shop.call("POST", f"/v1/members/{member}/leave", {}).status == 204
    settle()
    assert dump.found_in(dump.said(), {"Zebrafink", "Notskrika", "Talgoxe"}) == set()
    found = read(shop)
    assert found["rating"]["stars"]["4"] == 1
    assert [(one["stars"], one["text"], one["name"]) for one in found["reviews"]] == [(4, "", "")]


def test_what_is_let_through_of_who_has_left_gives_nobody_points(time: Clock) -> None:
    shop = a_shop(programme=a_club(reviews=ReviewRules()))
    who = bought(shop)
    who.says()
    talk = who.talk()
    assert shop.call("POST", f"/v1/members/{who.member}/leave", {}).status == 204
    talk.step("publish", version=1)
    assert settle()["failed"] == 0
    assert (who.bonus, read(shop)["rating"]["count"]) == (0, 1)


HELPFUL = Ambassadors([AmbassadorLevel("helpful", {"sv": "Hjälpsam"}, 3)], Merit(review=3))


def merit(shop: Shop, who: Bought) -> tuple[int, list[str]]:
    """Of the account, and in the list for the shop."""
    listed = shop.call("GET", "/v1/referrals/ambassadors").json["ambassadors"]
    return the_account(shop, who.member).used.get("merit", 0), [one["member"] for one in listed]


@pytest.mark.parametrize("points", [True, False])
def test_a_review_that_is_let_through_is_merit_once_and_goes_with_its_line(
    time: Clock, points: bool
) -> None:
    more: dict[str, Any] = {} if points else {"actions": []}
    shop = a_shop(programme=a_club(referrals=Referrals(ambassadors=HELPFUL), **more))
    who = bought(shop)
    who.says(text="skit")
    settle()
    assert merit(shop, who) == (0, [])
    who.talk().step("publish")
    assert (settle()["failed"], settle()["settled"]) == (0, 0)
    assert merit(shop, who) == (3, [who.member])
    who.says(5, "Sitter bra")
    settle()
    assert merit(shop, who) == (3, [who.member])
    who.till.refund("r", l0=1)
    follow(shop, who)
    follow(shop, who)
    assert merit(shop, who) == (0, [])
    assert who.bonus == 0
    assert the_account(shop, who.member).used == with_entries(
        Account(shop="", member="", card=""), who.till.entries
    ).used  # fmt: skip


def test_what_a_member_has_written_is_in_what_they_take_along(shop: Shop) -> None:
    who = bought(shop)
    who.says(4, "Sitter bra.", name="Ellen")
    settle()
    records = shop.call("GET", f"/v1/members/{who.member}/export").json["records"]
    (data,) = [one["data"] for one in records if one["kind"] == "thread"]
    assert data["review"] == {
        "stars": 4, "text": "Sitter bra.", "name": "Ellen", "language": "sv", "pictures": [],
    }  # fmt: skip
    assert data["points"][0]["points"] == 25


def test_of_two_memberships_that_become_one_a_line_still_has_one_review(shop: Shop) -> None:
    who, survivor = bought(shop), a_member(shop)
    who.says(2)
    body = {"member": survivor, "merge": who.member}
    merged = shop.call("POST", "/v1/members/merge", body, as_="staff")
    assert merged.status == 201, merged.text
    now = Bought(shop, Till(shop, survivor))
    now.till.order = who.till.order
    assert now.seen()["stars"] == 2
    assert now.says(5).status == 200
    assert read(shop)["rating"]["stars"] == {"1": 0, "2": 0, "3": 0, "4": 0, "5": 1}
    settle()
    assert now.bonus == 25


def test_a_rating_is_one_read_however_many_there_are(shop: Shop) -> None:
    for text in "abcde":
        bought(shop).says(text=text)
    read(shop)  # the key is remembered from here on
    with recorded() as calls:
        read(shop, query="?limit=3")
    assert calls.operations == ["Query"]


def test_a_review_is_one_read_and_one_transaction(shop: Shop) -> None:
    who = bought(shop)
    with recorded() as calls:
        assert who.says().status == 201
    assert calls.operations == ["TransactGetItems", "TransactWriteItems"]
    assert calls.write_units == 20
    with recorded() as calls:
        assert who.says(5).status == 200
    assert calls.operations == ["TransactGetItems", "TransactWriteItems"]
    assert calls.write_units == 16
