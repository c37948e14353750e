from xml.etree import ElementTree as ET

import pytest

from stamkund.rules.programme import Tiers, TierStep
from stamkund.tables import clock
from tests.builders import Clock, Shop, a_programme, a_shop
from tests.members import a_member, the_account


def shown_by(shop: Shop, member: str) -> str:
    payload: str = shop.call("GET", "/v1/members/me/card", as_=member).json["qr"]["payload"]
    return payload


def test_a_card_shows_number_tier_and_points(time: Clock) -> None:
    shop = a_shop()
    points = {">2027-03": 120, "2026-04-01>2027-03": 30}
    member = a_member(shop, points=points, spend={"2026-02": 300_000})
    card = shop.call("GET", "/v1/members/me/card", as_=member).json
    assert card["number"] == the_account(shop, member).card
    assert (card["tier"], card["points"]) == ({"id": "silver", "name": "Silver"}, 120)
    assert card["qr"]["payload"].startswith(f"SK1.{shop.id}.{card['number']}.")
    assert card["qr"]["expires_at"] == "2026-03-10T12:02:00Z"
    assert shop.call("GET", f"/v1/members/{member}/card").json == card


def test_both_pictures_are_pictures(time: Clock) -> None:
    shop = a_shop()
    card = shop.call("GET", "/v1/members/me/card", as_=a_member(shop)).json
    for picture in (card["svg"], card["qr"]["svg"]):
        assert ET.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"


def test_names_are_written_on_the_card_and_never_into_it(time: Clock) -> None:
    evil = '"><script>alert(1)</script>&'
    steps = [TierStep(id="bas", name={"sv": evil, "en": evil}, threshold=0)]
    shop = a_shop(programme=a_programme(name=evil, tiers=Tiers(steps=steps)))
    svg = shop.call("GET", "/v1/members/me/card", as_=a_member(shop)).json["svg"]
    assert "<script" not in svg
    assert evil[:10] in "".join(ET.fromstring(svg).itertext())


@pytest.mark.parametrize(("without", "seen"), [("points", "poäng"), ("tiers", "Bas")])
def test_what_the_programme_does_not_have_is_not_on_the_card(
    time: Clock, without: str, seen: str
) -> None:
    shop = a_shop(programme=a_programme(**{without: None}))
    card = shop.call("GET", "/v1/members/me/card", as_=a_member(shop)).json
    assert seen not in "".join(ET.fromstring(card["svg"]).itertext())


def test_a_scanned_card_finds_the_member_who_may_spend(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop, points={">never": 70}, customer_id="1", first_name="Sara")
    found = shop.call("POST", "/v1/members/lookups", {"qr": shown_by(shop, member)}).json
    assert found.pop("identification")
    assert found == {
        "member": member,
        "first_name": "Sara",
        "tier": {"id": "bas", "name": "Bas"},
        "points": 70,
        "vouchers": [],
        "offers": [],
        "proof": "qr",
        "may_spend": True,
        "identified_until": "2026-03-10T12:10:00Z",
    }


def test_a_typed_number_may_earn_and_not_spend(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop)
    card = the_account(shop, member).card
    found = shop.call("POST", "/v1/members/lookups", {"number": f"{card[:4]} {card[4:]}"}).json
    assert (found["member"], found["proof"], found["may_spend"]) == (member, "number", False)


def test_a_code_is_another_every_minute_and_good_for_two(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop)
    first = shown_by(shop, member)
    time.advance(seconds=59)
    assert shown_by(shop, member) == first
    time.advance(seconds=1)
    assert shown_by(shop, member) != first
    assert shop.call("POST", "/v1/members/lookups", {"qr": first}).status == 200
    time.advance(seconds=60)
    late = shop.call("POST", "/v1/members/lookups", {"qr": first})
    assert (late.status, late.code) == (409, "code_expired")


def test_a_code_keeps_real_time_in_a_sandbox_too(time: Clock) -> None:
    shop = a_shop(sandbox=True)
    payload = shown_by(shop, a_member(shop))
    shop.call("PUT", "/v1/programme/clock", {"time": "2027-01-01T00:00:00Z"})
    assert shop.call("POST", "/v1/members/lookups", {"qr": payload}).status == 200
    assert clock.real_time().year == 2026


def test_a_code_of_one_shop_says_nothing_in_another(time: Clock) -> None:
    shop = a_shop()
    payload = shown_by(shop, a_member(shop))
    answer = a_shop().call("POST", "/v1/members/lookups", {"qr": payload})
    assert (answer.status, answer.code) == (422, "code_invalid")


@pytest.mark.parametrize("place", range(5))
def test_a_code_with_any_part_changed_is_not_ours(time: Clock, place: int) -> None:
    shop = a_shop()
    parts = shown_by(shop, a_member(shop)).split(".")
    parts[place] = parts[place][:-1] + ("0" if parts[place][-1] != "0" else "1")
    answer = shop.call("POST", "/v1/members/lookups", {"qr": ".".join(parts)})
    assert (answer.status, answer.code) == (422, "code_invalid")


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({}, "missing_field", "qr"),
        ({"qr": "SK1.a.b.c.d", "number": "1"}, "invalid_field", "number"),
        ({"number": "1", "phone": "070"}, "invalid_field", "phone"),
        ({"phone": "070"}, "invalid_field", "phone"),
        ({"qr": "x" * 301}, "invalid_field", "qr"),
        ({"number": "1234 567 890 124"}, "invalid_field", "number"),
        ({"qr": "hello"}, "code_invalid", "qr"),
        ({"qr": "å.ä.ö"}, "code_invalid", "qr"),
        ({"qr": "SK1.shop.1.abc.\u202e"}, "code_invalid", "qr"),
    ],
)
def test_what_cannot_be_a_card_is_refused(
    time: Clock, body: dict[str, str], code: str, field: str
) -> None:
    answer = a_shop().call("POST", "/v1/members/lookups", body)
    assert (answer.status, answer.code, answer.json["field"]) == (422, code, field)


def test_a_number_that_nobody_has_finds_nobody(time: Clock) -> None:
    answer = a_shop().call("POST", "/v1/members/lookups", {"number": "0" * 13})
    assert (answer.status, answer.code) == (404, "member_not_found")


@pytest.mark.parametrize("as_", ["staff", "storefront", "m234567"])
def test_only_the_shop_looks_up(time: Clock, as_: str) -> None:
    assert a_shop().call("POST", "/v1/members/lookups", {"number": "0"}, as_=as_).status == 403
