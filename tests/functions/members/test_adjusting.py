from datetime import UTC, datetime

import pytest

from stamkund.rules.ledger import entry
from stamkund.rules.programme import Expiry, PointRules, Rate
from stamkund.rules.programme_file import Staff
from stamkund.tables import ledger, shops
from tests.builders import Answer, Clock, Shop, a_programme, a_shop
from tests.members import a_member, enter, the_account

LIMITS = Staff(alone=100, most=250)
POINTS = PointRules(earn=Rate(points=1, amount=100), expiry=Expiry(months=12))


def a_strict_shop() -> Shop:
    return a_shop(programme=a_programme(staff=LIMITS, points=POINTS))


def adjust(
    shop: Shop, member: str, points: object, reference: str = "a-1", as_: str = "staff"
) -> Answer:
    body = {"reference": reference, "points": points, "reason": "goodwill"}
    return shop.call("POST", f"/v1/members/{member}/adjustments", body, as_=as_)


def approve(shop: Shop, member: str, reference: str = "a-1", as_: str = "second") -> Answer:
    if as_ == "second" and "second" not in shop.keys:
        shop.keys["second"] = shops.add_key(shop.id, "staff")
    path = f"/v1/members/{member}/adjustments/{reference}/approval"
    return shop.call("POST", path, as_=as_)


def key_id(shop: Shop, kind: str) -> str:
    return shop.keys[kind].split(".")[1]


def test_given_points_can_be_spent_at_once_and_say_who_gave_them(time: Clock) -> None:
    shop = a_strict_shop()
    member = a_member(shop)
    answer = adjust(shop, member, 100)
    assert (answer.status, answer.json["status"]) == (201, "done")
    assert the_account(shop, member).lots == {"2026-03-10>2027-03": 100}
    [made] = ledger.everything(shop.id, member)
    assert (made.kind, made.reason, made.reference) == ("adjust", "goodwill", "a-1")
    assert made.by == key_id(shop, "staff") == answer.json["asked_by"]


def test_points_are_taken_from_what_ends_first(time: Clock) -> None:
    shop = a_strict_shop()
    member = a_member(shop, points={">2026-04": 30, ">2026-05": 40, "2026-05-01>never": 50})
    assert adjust(shop, member, -60).status == 201
    assert the_account(shop, member).lots == {">2026-05": 10, "2026-05-01>never": 50}


@pytest.mark.parametrize("points", [-71, -100, -120])
def test_nobody_can_take_more_than_can_be_spent(time: Clock, points: int) -> None:
    shop = a_strict_shop()
    member = a_member(shop, points={">2026-04": 30, ">2026-05": 40, "2026-05-01>never": 50})
    before = the_account(shop, member)
    answer = adjust(shop, member, points)
    assert (answer.status, answer.code) == (409, "points_not_enough")
    assert answer.json["params"] == {"most": 70, "pending": 50}
    assert the_account(shop, member) == before


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("sv", "Högst 0 poäng kan dras av. Poäng som inte kan användas ännu blir kvar."),
        ("nb", "Høyst 0 poeng kan trekkes. Poeng som ikke kan brukes ennå, blir stående."),
        ("da", "Højst 0 point kan trækkes. Point, der ikke kan bruges endnu, bliver stående."),
        (
            "fi",
            "Enintään 0 pistettä voidaan vähentää. Pisteet, joita ei voi vielä käyttää, säilyvät.",
        ),
        ("en", "At most 0 points can be taken. Points that cannot be spent yet stay."),
    ],
)
def test_what_cannot_be_taken_is_told_as_that_and_not_as_a_payment(
    time: Clock, language: str, said: str
) -> None:
    shop = a_strict_shop()
    member = a_member(shop, points={"2026-05-01>never": 1_050})
    body = {"reference": "a-1", "points": -100, "reason": "correction"}
    path, headers = f"/v1/members/{member}/adjustments", {"accept-language": language}
    answer = shop.call("POST", path, body, as_="staff", headers=headers)
    assert (answer.code, answer.json["detail"]) == ("points_not_enough", said)
    assert answer.json["params"] == {"most": 0, "pending": 1_050}


def test_points_that_staff_leaves_pending_pay_for_the_return(time: Clock) -> None:
    """Why they stay: were they taken, the same return would leave a debt."""
    shop = a_shop()
    member = a_member(shop)
    line = {"id": "1", "article": "a", "quantity": 1, "unit_price": 10_000, "vat_rate": 2500}
    order = {"currency": "SEK", "member": member, "lines": [line], "order_id": "1"}
    assert shop.call("POST", "/v1/checkout/orders", order).status == 201
    shop.call("POST", "/v1/checkout/orders/web:1/confirmation")
    assert adjust(shop, member, -100).code == "points_not_enough"
    shop.call("POST", "/v1/checkout/orders/web:1/refunds", {"reference": "r"})
    after = the_account(shop, member)
    assert (sum(after.lots.values()), after.debt) == (0, 0)


def test_a_debt_is_not_there_to_be_taken(time: Clock) -> None:
    shop = a_strict_shop()
    member = a_member(shop, points={">never": 50})
    enter(shop, member, entry("reverse", {}, 20, reference="r", occurred_at=time.now))
    assert adjust(shop, member, -31).code == "points_not_enough"
    assert adjust(shop, member, -30).status == 201


def test_the_same_adjustment_again_is_the_same(time: Clock) -> None:
    shop = a_strict_shop()
    member = a_member(shop)
    first = adjust(shop, member, 100)
    time.advance(days=1)
    again = adjust(shop, member, 100)
    assert (again.status, again.json) == (200, first.json)
    assert again.headers["idempotent-replayed"] == "true"
    assert the_account(shop, member).lots == {"2026-03-10>2027-03": 100}


def test_a_reference_says_one_thing_only(time: Clock) -> None:
    shop = a_strict_shop()
    member = a_member(shop)
    adjust(shop, member, 100)
    answer = adjust(shop, member, 90)
    assert (answer.status, answer.code) == (409, "decision_mismatch")


def test_the_same_reference_for_two_members_is_two_adjustments(time: Clock) -> None:
    shop = a_strict_shop()
    assert {adjust(shop, a_member(shop), 10).status for _ in range(2)} == {201}


def test_more_than_one_may_alone_waits_for_a_second_person(time: Clock) -> None:
    shop = a_strict_shop()
    member = a_member(shop)
    waiting = adjust(shop, member, 101)
    assert (waiting.status, waiting.json["status"]) == (202, "waiting")
    assert the_account(shop, member).lots == {}
    assert adjust(shop, member, 101).json == waiting.json
    done = approve(shop, member)
    assert (done.status, done.json["status"]) == (200, "done")
    assert done.json["asked_by"] == key_id(shop, "staff")
    assert done.json["approved_by"] == key_id(shop, "second")
    assert the_account(shop, member).lots == {"2026-03-10>2027-03": 101}
    assert ledger.everything(shop.id, member)[0].by == key_id(shop, "second")


def test_nobody_is_their_own_second_person(time: Clock) -> None:
    shop = a_strict_shop()
    member = a_member(shop)
    adjust(shop, member, 101)
    answer = approve(shop, member, as_="staff")
    assert (answer.status, answer.code) == (403, "second_person_needed")
    assert the_account(shop, member).lots == {}


def test_approving_twice_is_approving_once(time: Clock) -> None:
    shop = a_strict_shop()
    member = a_member(shop)
    adjust(shop, member, 101)
    first, again = approve(shop, member), approve(shop, member)
    assert (again.status, again.json) == (200, first.json)
    assert again.headers["idempotent-replayed"] == "true"
    assert len(ledger.everything(shop.id, member)) == 1


def test_what_was_spent_meanwhile_cannot_be_taken_by_approval(time: Clock) -> None:
    shop = a_strict_shop()
    member = a_member(shop, points={">never": 150})
    assert adjust(shop, member, -150).status == 202
    adjust(shop, member, -10, "a-2")
    answer = approve(shop, member)
    assert (answer.status, answer.code) == (409, "points_not_enough")


def test_there_is_nothing_to_approve_where_nothing_waits(time: Clock) -> None:
    shop = a_strict_shop()
    member = a_member(shop)
    assert approve(shop, member).code == "decision_not_found"
    freeze = {"reference": "a-1", "from_month": "2026-03", "until_month": "2026-04"}
    path = f"/v1/members/{member}/freezes"
    shop.call("POST", path, {**freeze, "reason": "illness"}, as_="staff")
    assert approve(shop, member).code == "decision_not_found"


def test_nobody_at_all_may_adjust_by_more_than_the_most(time: Clock) -> None:
    shop = a_strict_shop()
    answer = adjust(shop, a_member(shop), 251)
    assert (answer.status, answer.code) == (422, "adjustment_too_large")
    assert (answer.json["field"], answer.json["params"]) == ("points", {"most": 250})


def test_many_small_adjustments_are_no_way_round_the_most(time: Clock) -> None:
    shop = a_strict_shop()
    members = [a_member(shop) for _ in range(4)]
    answers = [adjust(shop, member, 100) for member in members[:3]]
    assert [answer.status for answer in answers] == [201, 201, 409]
    assert (answers[2].code, answers[2].json["params"]) == ("staff_limit_reached", {"most": 50})
    assert adjust(shop, members[3], 50).status == 201
    time.set(datetime(2026, 3, 10, 23, 0, tzinfo=UTC))  # the next day in Stockholm
    assert adjust(shop, members[2], 100).status == 201


def test_what_one_key_moves_for_one_member_in_a_day_counts_together(time: Clock) -> None:
    shop = a_strict_shop()
    member = a_member(shop)
    moved = [60, -30, 10, 1]
    answers = [adjust(shop, member, points, f"a-{n}") for n, points in enumerate(moved)]
    assert [answer.status for answer in answers] == [201, 201, 201, 202]
    assert approve(shop, member, "a-3").json["status"] == "done"
    assert adjust(shop, member, 60, "a-0").json["status"] == "done"  # a repeat does not count
    assert adjust(shop, a_member(shop), 100).status == 201
    time.set(datetime(2026, 3, 10, 23, 0, tzinfo=UTC))  # the next day in Stockholm
    assert adjust(shop, member, 100, "a-5").status == 201


def test_what_somebody_else_approved_was_not_moved_alone(time: Clock) -> None:
    shop = a_strict_shop()
    member = a_member(shop)
    adjust(shop, member, 250)
    approve(shop, member)
    assert adjust(shop, member, 100, "a-2", as_="second").status == 201
    assert adjust(shop, member, 100, "a-3").status == 201


@pytest.mark.parametrize("points", [0, "10", 1.5, True, 10**18, None])
def test_points_are_a_whole_number_and_not_nothing(time: Clock, points: object) -> None:
    shop = a_strict_shop()
    answer = adjust(shop, a_member(shop), points)
    assert (answer.status, answer.code, answer.json["field"]) == (422, "invalid_field", "points")


def test_a_programme_without_points_has_none_to_give(time: Clock) -> None:
    shop = a_shop(programme=a_programme(points=None))
    assert adjust(shop, a_member(shop), 10).code == "no_points"


def test_given_points_lift_no_tier(time: Clock) -> None:
    shop = a_strict_shop()
    member = a_member(shop)
    adjust(shop, member, 100)
    assert the_account(shop, member).qualifying == {}


@pytest.mark.parametrize("as_", ["shop", "storefront", "member"])
def test_only_staff_adjusts(time: Clock, as_: str) -> None:
    shop = a_strict_shop()
    member = a_member(shop)
    asking = member if as_ == "member" else as_
    assert adjust(shop, "me" if as_ == "member" else member, 1, as_=asking).code == "forbidden"


def test_a_member_that_is_not_there_gets_nothing(time: Clock) -> None:
    answer = adjust(a_strict_shop(), "m234567", 1)
    assert (answer.status, answer.code) == (404, "member_not_found")


def test_what_is_given_to_somebody_who_has_not_bought_for_long_can_be_spent(time: Clock) -> None:
    """And brings nothing back that had ended before."""
    idle = PointRules(earn=Rate(points=1, amount=100), expiry=Expiry(inactive_months=2))
    shop = a_shop(programme=a_programme(staff=LIMITS, points=idle))
    member = a_member(shop, points={">idle2": 70})
    long_ago = entry("earn", {}, reference="web:0", occurred_at=time.now, active_on="2025-06-01")
    enter(shop, member, long_ago)
    assert adjust(shop, member, 50).status == 201
    made = [(one.kind, one.points) for one in ledger.everything(shop.id, member)]
    assert ("lapse", -70) in made
    assert ("adjust", 50) in made
    assert shop.call("GET", f"/v1/members/{member}/points").json["available"] == 50
