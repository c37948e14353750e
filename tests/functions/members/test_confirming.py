"""A till asks, the member answers on the phone: once, in time, and nobody else."""

import pytest

from stamkund.rules.programme import Pay, PointRules, Rate
from stamkund.tables import shops
from tests.at_the_till import Till, answers
from tests.builders import Answer, Clock, Shop, a_programme, a_shop, a_voucher
from tests.members import a_member

PAYING = PointRules(earn=Rate(1, 100), pay=Pay(value=Rate(10, 100)))


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=a_programme(points=PAYING))


@pytest.fixture
def till(shop: Shop) -> Till:
    return Till(shop)


@pytest.fixture
def jonas(shop: Shop) -> str:
    return a_member(shop, points={">never": 500})


def waiting(shop: Shop, member: str) -> Answer:
    return shop.call(
        "GET", "/v1/members/me/spendings", as_=member, headers={"accept-language": "en"}
    )


def test_the_member_sees_who_asks_for_what_and_what_it_is_worth(till: Till, jonas: str) -> None:
    a_voucher(till.shop, jonas)
    asked = till.ask(jonas, "17", points=200, vouchers=["v1"])
    assert (asked.status, asked.json["status"]) == (201, "pending")
    assert asked.json["identification"] is None
    (shown,) = waiting(till.shop, jonas).json["spendings"]
    assert shown == {
        "spending": asked.json["spending"],
        "store": till.store,
        "order_id": "17",
        "points": 200,
        "worth": 2_000,
        "currency": "SEK",
        "vouchers": ["v1"],
        "expires_at": "2026-03-10T12:10:00Z",
        "text": "Kundklubben asks you to pay with 200 points at the till. "
        "Kundklubben asks you to use 1 voucher at the till.",
    }


def test_confirmed_it_comes_with_a_proof_and_waits_no_more(till: Till, jonas: str) -> None:
    asked = till.ask(jonas, points=200)
    assert answers(till.shop, asked, "confirmed").json["answer"] == "confirmed"
    heard = till.hear(asked).json
    assert heard["status"] == "confirmed"
    assert heard["identification"]
    assert waiting(till.shop, jonas).json == {"spendings": []}


def test_refused_it_stays_refused(till: Till, jonas: str) -> None:
    asked = till.ask(jonas, points=200)
    answers(till.shop, asked, "refused")
    late = answers(till.shop, asked, "confirmed")
    assert (late.status, late.code) == (409, "spending_closed")
    assert late.json["params"] == {"status": "refused"}
    heard = till.hear(asked).json
    assert (heard["status"], heard["identification"]) == ("refused", None)


def test_the_same_answer_again_is_no_harm(till: Till, jonas: str) -> None:
    asked = till.ask(jonas, points=200)
    assert [answers(till.shop, asked, "confirmed").status for _ in range(3)] == [200] * 3


def test_after_ten_minutes_nobody_can_answer(till: Till, jonas: str, time: Clock) -> None:
    asked, confirmed = till.ask(jonas, points=200), till.ask(jonas, points=100)
    answers(till.shop, confirmed, "confirmed")
    time.advance(minutes=10)
    late = answers(till.shop, asked, "confirmed")
    assert (late.code, late.json["params"]) == ("spending_closed", {"status": "expired"})
    for one in (asked, confirmed):
        heard = till.hear(one).json
        assert (heard["status"], heard["identification"]) == ("expired", None)
    assert waiting(till.shop, jonas).json == {"spendings": []}


def test_the_same_reference_is_the_same_question(till: Till, jonas: str) -> None:
    first = till.ask(jonas, "1", reference="a", points=200)
    answers(till.shop, first, "confirmed")
    again = till.ask(jonas, "1", reference="a", points=200)
    assert (again.status, again.json["status"]) == (200, "confirmed")
    assert again.headers["idempotent-replayed"] == "true"
    for other in (till.ask(jonas, "1", reference="a", points=300),
                  till.ask(jonas, "2", reference="a", points=200)):  # fmt: skip
        assert (other.status, other.code) == (409, "spending_mismatch")


def test_two_stores_may_count_their_references_alike(till: Till, jonas: str) -> None:
    till.shop.keys["lund"] = shops.add_key(till.shop.id, "till", store="lund")
    lund = Till(till.shop, "lund", "lund")
    ours, theirs = (
        till.ask(jonas, reference="a", points=1),
        lund.ask(jonas, reference="a", points=2),
    )
    assert (ours.status, theirs.status) == (201, 201)
    assert lund.hear(ours).code == "spending_not_found"
    assert lund.hear(theirs).status == 200


def test_only_the_member_can_answer(till: Till, jonas: str) -> None:
    asked = till.ask(jonas, points=200)
    path = f"/v1/members/me/spendings/{asked.json['spending']}/answer"
    said = {"answer": "confirmed"}
    other = till.shop.call("PUT", path, said, as_=a_member(till.shop))
    assert (other.status, other.code) == (404, "spending_not_found")
    for as_ in ("till", "shop", "staff", "storefront"):
        there = path.replace("/me/", f"/{jonas}/")
        assert till.shop.call("PUT", there, said, as_=as_).code == "forbidden"
    assert till.hear(asked).json["status"] == "pending"


def test_nobody_is_asked_for_what_they_do_not_have(till: Till, jonas: str) -> None:
    more = till.ask(jonas, points=501)
    assert (more.status, more.code) == (409, "points_not_enough")
    assert more.json["params"]["most"] == 500
    assert till.ask(jonas, vouchers=["v9"]).code == "voucher_not_open"
    assert till.ask(jonas).code == "missing_field"
    assert till.ask("m234567", points=1).code == "member_not_found"
    assert waiting(till.shop, jonas).json == {"spendings": []}


def test_nobody_is_asked_more_than_ten_times_in_ten_minutes(
    till: Till, jonas: str, time: Clock
) -> None:
    for _ in range(10):
        assert till.ask(jonas, points=1).status == 201
    refused = till.ask(jonas, points=1)
    assert (refused.status, refused.code) == (429, "too_many_attempts")
    assert till.ask(a_member(till.shop, points={">never": 5}), points=1).status == 201
    time.advance(minutes=10)
    assert till.ask(jonas, points=1).status == 201


def test_the_last_asked_comes_first(till: Till, jonas: str, time: Clock) -> None:
    for points in (1, 2, 3):
        till.ask(jonas, points=points)
        time.advance(seconds=1)
    assert [one["points"] for one in waiting(till.shop, jonas).json["spendings"]] == [3, 2, 1]
