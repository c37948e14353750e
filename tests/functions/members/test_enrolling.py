import pytest

from stamkund.rules.cards import card_number
from stamkund.rules.programme import Expiry, PointRules, Rate
from stamkund.tables import ledger
from tests.builders import Clock, a_programme, a_shop
from tests.members import a_member, the_account

JONAS = {
    "customer_id": "1001",
    "first_name": "Jonas",
    "last_name": "Holm",
    "email": "Jonas.Holm@example.com",
    "phone": "070-174 06 11",
    "language": "sv",
}
WELCOME = PointRules(earn=Rate(points=1, amount=100), welcome=50, expiry=Expiry(months=12))


def test_a_newcomer_gets_a_card_the_lowest_tier_and_welcome_points(time: Clock) -> None:
    shop = a_shop(programme=a_programme(points=WELCOME))
    answer = shop.call("POST", "/v1/members", JONAS)
    assert answer.status == 201
    assert card_number(answer.json["card_number"]) == answer.json["card_number"]
    account = the_account(shop, answer.json["member"])
    assert (account.tier, account.joined_on) == ("bas", "2026-03-10")
    assert account.lots == {"2026-04-09>2027-03": 50}
    assert account.review_on == "2027-04-03"
    entries = ledger.everything(shop.id, account.member)
    assert [(e.kind, e.reason, e.points) for e in entries] == [("bonus", "welcome", 50)]


def test_without_welcome_points_nothing_is_entered(time: Clock) -> None:
    shop = a_shop()
    assert ledger.everything(shop.id, a_member(shop)) == []


def test_the_day_of_joining_is_the_shops_own(time: Clock) -> None:
    shop = a_shop()
    time.advance(hours=11, minutes=30)
    answer = shop.call("POST", "/v1/members", JONAS)
    assert answer.json["joined_on"] == "2026-03-11"


def test_the_same_request_again_is_the_same_member(time: Clock) -> None:
    shop = a_shop(programme=a_programme(points=WELCOME))
    first = shop.call("POST", "/v1/members", JONAS)
    time.advance(days=40)
    again = shop.call("POST", "/v1/members", {**JONAS, "phone": "+46 70 174 06 11"})
    assert (again.status, again.json) == (200, first.json)
    assert again.headers["idempotent-replayed"] == "true"
    assert len(ledger.everything(shop.id, first.json["member"])) == 1


def test_a_repeat_may_come_from_a_browser_in_another_language(time: Clock) -> None:
    shop = a_shop()
    only_email = {"email": "sara@example.com"}
    first = shop.call("POST", "/v1/members", only_email, headers={"Accept-Language": "fi"})
    again = shop.call("POST", "/v1/members", only_email, headers={"Accept-Language": "da"})
    assert (again.status, again.json) == (200, first.json)


@pytest.mark.parametrize(
    "other",
    [
        {"email": "jonas.holm@EXAMPLE.com"},
        {"phone": "0046701740611"},
        {"customer_id": "1001"},
        {**JONAS, "first_name": "Johan"},
        {**JONAS, "customer_id": "1002"},
        {**JONAS, "email": "other@example.com"},
    ],
)
def test_somebody_else_with_the_same_contact_is_refused_without_a_hint(
    time: Clock, other: dict[str, str]
) -> None:
    shop = a_shop()
    shop.call("POST", "/v1/members", JONAS)
    answer = shop.call("POST", "/v1/members", other)
    assert (answer.status, answer.code) == (409, "member_exists")
    assert "field" not in answer.json
    assert "params" not in answer.json


def test_contacts_that_belong_to_two_members_make_no_third(time: Clock) -> None:
    shop = a_shop()
    a_member(shop, email="one@example.com")
    a_member(shop, phone="+46701740612")
    both = {"email": "one@example.com", "phone": "+46701740612"}
    assert shop.call("POST", "/v1/members", both).code == "member_exists"


def test_a_refused_enrolment_leaves_nothing_behind(time: Clock) -> None:
    shop = a_shop()
    a_member(shop, email="one@example.com")
    refused = {"email": "one@example.com", "phone": "+46701740612"}
    assert shop.call("POST", "/v1/members", refused).status == 409
    assert shop.call("POST", "/v1/members", {"phone": "+46701740612"}).status == 201


def test_two_shops_do_not_know_each_others_members(time: Clock) -> None:
    one, other = a_shop(), a_shop()
    first, second = (shop.call("POST", "/v1/members", JONAS) for shop in (one, other))
    assert (first.status, second.status) == (201, 201)
    assert other.call("GET", f"/v1/members/{first.json['member']}").status == 404


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "missing_field", "email"),
        ({"first_name": "Jonas"}, "missing_field", "email"),
        ({"email": "jonas"}, "invalid_field", "email"),
        ({"phone": "12"}, "invalid_field", "phone"),
        ({"customer_id": "10#01"}, "invalid_field", "customer_id"),
        ({"customer_id": "../1001"}, "invalid_field", "customer_id"),
        ({"customer_id": 1001}, "invalid_field", "customer_id"),
        ({"email": "a@example.com", "language": "de"}, "invalid_field", "language"),
        ({"email": "a@example.com", "first_name": " "}, "invalid_field", "first_name"),
        ({"email": "a@example.com", "first_name": "J\u0000"}, "invalid_field", "first_name"),
        ({"email": "a@example.com", "points": 500}, "unknown_field", "points"),
    ],
)
def test_a_bad_enrolment_names_its_field(
    time: Clock, body: dict[str, object], code: str, field: str
) -> None:
    answer = a_shop().call("POST", "/v1/members", body)
    assert (answer.status, answer.code, answer.json["field"]) == (422, code, field)


@pytest.mark.parametrize("name", ["مريم", "👩‍🚀 Åsa", "O'Brien-Nuñez", "<b>Bo</b>"])
def test_any_persons_name_is_kept_as_it_is(time: Clock, name: str) -> None:
    shop = a_shop()
    member = a_member(shop, email="a@example.com", first_name=name)
    assert shop.call("GET", f"/v1/members/{member}").json["first_name"] == name


@pytest.mark.parametrize("as_", ["staff", "storefront", "m234567"])
def test_only_the_shops_server_enrols(time: Clock, as_: str) -> None:
    answer = a_shop().call("POST", "/v1/members", JONAS, as_=as_)
    assert (answer.status, answer.code) == (403, "forbidden")


def test_a_shop_without_a_programme_has_no_members(time: Clock) -> None:
    answer = a_shop(published=False).call("POST", "/v1/members", JONAS)
    assert (answer.status, answer.code) == (409, "no_programme")
