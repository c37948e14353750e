"""Joining by a proven contact; and one membership for one person, by whatever they are known."""

import pytest

from stamkund.rules.programme import PointRules, Rate
from stamkund.tables import ledger
from tests.builders import Clock, Shop, a_programme, a_shop, everything_kept
from tests.login import Person
from tests.members import a_member

EMAIL, PHONE = "karin@example.com", "+46701740611"


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=a_programme(points=PointRules(earn=Rate(1, 100), welcome=50)))


@pytest.fixture
def karin(shop: Shop) -> Person:
    return Person(shop, EMAIL)


def test_who_has_proven_a_contact_joins_and_is_logged_in(karin: Person, shop: Shop) -> None:
    answer = karin.join(karin.proof(), first_name=" Karin ", language="fi", channel="web")
    assert (answer.status, answer.json["new"]) == (201, True)
    bearer = {"authorization": f"Bearer {answer.json['session']['token']}"}
    me = shop.call("GET", "/v1/members/me", as_="nobody", headers=bearer).json
    assert (me["first_name"], me["email"], me["phone"]) == ("Karin", EMAIL, None)
    assert (me["language"], me["member"]) == ("fi", answer.json["member"])
    entries = ledger.everything(shop.id, answer.json["member"])
    assert [(e.kind, e.points) for e in entries] == [("bonus", 50)]
    assert karin.refresh(answer.json["session"]["refresh_token"]).status == 201


def test_from_then_on_the_contact_logs_in(karin: Person) -> None:
    member = karin.join(karin.proof()).json["member"]
    assert karin.asks().verify().json["session"]["member"] == member


def test_the_same_joining_again_is_the_same_member_and_device(karin: Person, shop: Shop) -> None:
    proof = karin.proof()
    first, again = (karin.join(proof, first_name="Karin") for _ in range(2))
    assert (again.status, again.json) == (200, {**first.json, "new": False})
    assert again.headers["idempotent-replayed"] == "true"
    listed = shop.call("GET", "/v1/members/me/devices", as_=first.json["member"])
    assert len(listed.json["devices"]) == 1


def test_a_verified_contact_finds_the_membership_that_is_there(karin: Person, shop: Shop) -> None:
    member = a_member(shop, customer_id="1001", email=EMAIL, first_name="Karin")
    answer = karin.join(karin.proof(), first_name="Somebody")
    assert (answer.status, answer.json["member"], answer.json["new"]) == (200, member, False)
    assert shop.call("GET", f"/v1/members/{member}").json["first_name"] == "Karin"


def test_a_phone_joins_as_well(time: Clock) -> None:
    from stamkund.rules.login import Login, Sms

    login = Login(sms=Sms(countries=["SWE"]))
    person = Person(a_shop(programme=a_programme(login=login)), PHONE)
    member = person.join(person.proof()).json["member"]
    assert person.shop.call("GET", f"/v1/members/{member}").json["phone"] == PHONE


def test_a_proof_holds_for_half_an_hour_after_the_code(karin: Person, time: Clock) -> None:
    proof = karin.proof()
    time.advance(minutes=39, seconds=59)
    assert karin.join(proof).status == 201
    time.advance(seconds=1)
    answer = karin.join(proof)
    assert (answer.status, answer.code) == (403, "contact_not_verified")


@pytest.mark.parametrize("bent", ["{proof}A", "A{proof}", "{login}", "{link}", "x"])
def test_what_is_no_proof_joins_nobody(karin: Person, bent: str) -> None:
    proof = karin.proof()
    tried = bent.format(proof=proof, login=karin.login, link=karin.link or "x")
    before = everything_kept()
    assert karin.join(tried).code == "contact_not_verified"
    assert everything_kept() == before


def test_a_proof_of_another_shop_joins_nobody(karin: Person, time: Clock) -> None:
    proof = karin.proof()
    karin.shop = a_shop()
    assert karin.join(proof).code == "contact_not_verified"


def test_a_proof_lets_nobody_in_again_once_its_session_has_gone_on(karin: Person) -> None:
    proof = karin.proof()
    karin.refresh_token = karin.join(proof).json["session"]["refresh_token"]
    karin.refreshes()
    assert karin.join(proof).code == "reference_used"


# One person, one membership


def link(shop: Shop, member: str, as_: str = "shop", **body: str) -> tuple[int, str]:
    answer = shop.call("POST", f"/v1/members/{member}/links", body, as_=as_)
    return answer.status, answer.json.get("code", "")


def test_a_customer_of_the_shop_proves_an_email_and_is_one_member(
    karin: Person, shop: Shop
) -> None:
    member = a_member(shop, customer_id="1001")
    proof = karin.proof()
    assert link(shop, "me", member, verified_contact=proof) == (200, "")
    assert link(shop, "me", member, verified_contact=proof) == (200, "")
    assert karin.asks().verify().json["session"]["member"] == member
    assert shop.call("GET", f"/v1/members/{member}").json["email"] == EMAIL


def test_who_joined_by_email_becomes_a_customer_of_the_shop(karin: Person, shop: Shop) -> None:
    member = karin.join(karin.proof()).json["member"]
    assert link(shop, member, customer_id="1001") == (200, "")
    session = shop.call("POST", "/v1/members/sessions", {"customer_id": "1001"})
    assert session.json["member"] == member


def test_a_member_does_not_say_which_customer_they_are(shop: Shop) -> None:
    member = a_member(shop, email="a@example.com")
    a_member(shop, customer_id="1001")
    assert link(shop, "me", member, customer_id="1002") == (403, "forbidden")


def test_what_belongs_to_another_member_is_refused(karin: Person, shop: Shop) -> None:
    a_member(shop, customer_id="1001", email=EMAIL)
    other = a_member(shop, phone=PHONE)
    proof = karin.proof()
    before = everything_kept()
    assert link(shop, "me", other, verified_contact=proof) == (409, "member_exists")
    assert link(shop, other, customer_id="1001") == (409, "member_exists")
    assert everything_kept() == before


def test_what_is_there_already_is_not_replaced(karin: Person, shop: Shop) -> None:
    member = a_member(shop, customer_id="1001", email="old@example.com")
    proof = karin.proof()
    before = everything_kept()
    assert link(shop, "me", member, verified_contact=proof) == (409, "already_linked")
    assert link(shop, member, customer_id="1002") == (409, "already_linked")
    assert everything_kept() == before


def test_nobody_is_linked_to_a_member_who_is_not_there(shop: Shop) -> None:
    assert link(shop, "m0000000000000zz", customer_id="1009") == (404, "member_not_found")
    assert a_member(shop, customer_id="1009")


# The shop enrols a customer whose contact is proven


def enrol(shop: Shop, **body: str) -> tuple[int, str]:
    answer = shop.call("POST", "/v1/members", body)
    return answer.status, answer.json.get("member", answer.json.get("code", ""))


def found_by(shop: Shop, customer: str) -> str:
    session = shop.call("POST", "/v1/members/sessions", {"customer_id": customer})
    return str(session.json["member"])


def test_a_customer_who_joined_by_email_before_is_that_member(karin: Person, shop: Shop) -> None:
    member = karin.join(karin.proof()).json["member"]
    assert enrol(shop, customer_id="1001", email=EMAIL) == (409, "member_exists")
    proof = karin.proof()
    for _ in range(2):
        assert enrol(shop, customer_id="1001", verified_contact=proof) == (200, member)
    assert found_by(shop, "1001") == member


def test_a_customer_who_was_one_before_is_found_by_the_email_too(karin: Person, shop: Shop) -> None:
    member = a_member(shop, customer_id="1001", phone=PHONE)
    assert enrol(shop, customer_id="1001", verified_contact=karin.proof()) == (200, member)
    assert karin.asks().verify().json["session"]["member"] == member
    assert shop.call("GET", f"/v1/members/{member}").json["phone"] == PHONE


def test_a_customer_whom_nobody_knew_is_a_member_by_both(karin: Person, shop: Shop) -> None:
    body = {"customer_id": "1001", "verified_contact": karin.proof()}
    status, member = enrol(shop, **body)
    assert (status, enrol(shop, **body)) == (201, (200, member))
    assert karin.join(karin.proof()).json["member"] == found_by(shop, "1001") == member


def test_two_that_are_there_already_are_not_linked_but_merged(karin: Person, shop: Shop) -> None:
    one = a_member(shop, customer_id="1001", email="old@example.com")
    other = a_member(shop, email=EMAIL)
    body = {"customer_id": "1001", "verified_contact": karin.proof()}
    before = everything_kept()
    assert enrol(shop, **body) == (409, "member_exists")
    assert everything_kept() == before
    merged = {"member": one, "merge": other}
    assert shop.call("POST", "/v1/members/merge", merged, as_="staff").status == 201
    # The profile keeps its own address, and both lead to it.
    assert enrol(shop, **body) == (200, one)


def test_who_has_another_email_keeps_it(karin: Person, shop: Shop) -> None:
    a_member(shop, customer_id="1001", email="old@example.com")
    proof = karin.proof()
    before = everything_kept()
    body = {"customer_id": "1001", "verified_contact": proof}
    assert enrol(shop, **body) == (409, "already_linked")
    assert enrol(shop, **body, email=EMAIL) == (422, "invalid_field")
    assert enrol(shop, verified_contact="x") == (403, "contact_not_verified")
    assert everything_kept() == before
