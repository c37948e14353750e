"""What members say of themselves, and how they come by another e-mail."""

from typing import Any

import pytest
from msgspec.structs import replace

from functions.members import tell_replaced_contacts
from stamkund.rules.errors import Refused
from stamkund.rules.login import Login, Sms
from stamkund.web import messages
from stamkund.web.messages import Message
from tests import dump
from tests.builders import OUTBOX, Answer, Clock, Shop, a_programme, everything_kept
from tests.login import Person
from tests.members import a_member
from tests.my_pages import PAGES, a_club_with_pages

DETAILS = "/v1/members/me/details"


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_club_with_pages()


@pytest.fixture
def member(shop: Shop) -> str:
    return a_member(shop, email="karin@example.com", first_name="Karin")


def change(shop: Shop, member: str, **said: Any) -> Answer:
    return shop.call("PATCH", DETAILS, said, as_=member)


def test_what_is_sent_changes_and_all_else_stays(shop: Shop, member: str) -> None:
    address = {"street": "Storgatan 1", "postal_code": "111 22", "city": "Umeå", "country": "SE"}
    change(shop, member, birthday="1984-02-29", address=address, answers={"shoe-size": "43"})
    answer = change(shop, member, last_name=" Berg ", answers={"sport": "Skidor"}, language="en")
    assert answer.json == shop.call("GET", DETAILS, as_=member).json | {
        "answers": answer.json["answers"]
    }
    said = answer.json
    assert (said["first_name"], said["last_name"]) == ("Karin", "Berg")
    assert (said["birthday"], said["language"], said["address"]) == ("1984-02-29", "en", address)
    assert [(one["id"], one["value"]) for one in said["answers"]] == [
        ("shoe-size", "43"),
        ("sport", "Skidor"),
    ]
    assert said["missing"] == []


def test_null_takes_away(shop: Shop, member: str) -> None:
    change(shop, member, birthday="1984-02-29", answers={"sport": "Skidor"})
    said = change(
        shop, member, birthday=None, first_name=None, address=None, answers={"sport": None}
    ).json
    assert (said["birthday"], said["first_name"]) == (None, None)
    assert said["missing"] == ["first_name", "last_name", "answers.shoe-size", "answers.sport"]


def test_the_same_again_writes_nothing(shop: Shop, member: str) -> None:
    change(shop, member, birthday="1984-02-29")
    before = everything_kept()
    assert change(shop, member, birthday="1984-02-29").status == 200
    assert change(shop, member).status == 200
    assert everything_kept() == before


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"birthday": "2026-03-11"}, "invalid_field", "birthday"),
        ({"birthday": "1899-12-31"}, "invalid_field", "birthday"),
        ({"birthday": "2023-02-29"}, "invalid_field", "birthday"),
        ({"answers": {"shoe-size": "99"}}, "invalid_field", "answers.shoe-size"),
        ({"answers": {"colour": "red"}}, "unknown_field", "answers.colour"),
        ({"answers": {"sport": "  "}}, "invalid_field", "answers.sport"),
        ({"first_name": "  "}, "invalid_field", "first_name"),
        ({"first_name": "A\u202elrak"}, "invalid_field", "first_name"),
        ({"language": None}, "invalid_field", "language"),
        ({"email": "other@example.com"}, "unknown_field", "email"),
        ({"address": {"country": "sweden"}}, "invalid_field", "address.country"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    shop: Shop, member: str, said: Any, code: str, field: str
) -> None:
    before = everything_kept()
    answer = change(shop, member, **said)
    assert (answer.status, answer.code, answer.json["field"]) == (422, code, field)
    assert everything_kept() == before


def test_an_answer_to_what_is_asked_no_more_is_kept_and_not_shown(shop: Shop, member: str) -> None:
    change(shop, member, answers={"sport": "Skidor"})
    shop.publish(a_programme(my_pages=replace(PAGES, details=PAGES.details[:1])))
    assert [one["id"] for one in change(shop, member).json["answers"]] == ["shoe-size"]
    shop.publish(a_programme(my_pages=PAGES))
    assert change(shop, member).json["answers"][1]["value"] == "Skidor"


# Contacts


def prove(shop: Shop, contact: str) -> str:
    return str(Person(shop, contact).proof())


def change_contact(shop: Shop, member: str, proof: str) -> Answer:
    return shop.call("PUT", "/v1/members/me/contact", {"verified_contact": proof}, as_=member)


def test_a_new_address_is_proven_and_then_it_alone_lets_in(shop: Shop, member: str) -> None:
    proof = prove(shop, "new@example.com")
    for _ in range(2):
        answer = change_contact(shop, member, proof)
        assert (answer.status, answer.json["email"]) == (200, "new@example.com")
    session = Person(shop, "new@example.com").asks().verify().json["session"]
    assert session["member"] == member
    assert Person(shop, "karin@example.com").asks().verify().json["session"] is None
    assert shop.call("GET", DETAILS, as_=member).json["email"] == "new@example.com"


def test_an_old_address_may_be_somebody_elses_afterwards(shop: Shop, member: str) -> None:
    change_contact(shop, member, prove(shop, "new@example.com"))
    other = a_member(shop, email="karin@example.com")
    assert other != member


def test_a_phone_is_added_beside_the_address(shop: Shop, member: str) -> None:
    shop.publish(a_programme(login=Login(sms=Sms(["SWE"]))))
    answer = change_contact(shop, member, prove(shop, "+46701740605"))
    assert (answer.json["phone"], answer.json["email"]) == ("+46701740605", "karin@example.com")


def test_what_is_somebody_elses_is_refused_and_changes_nothing(shop: Shop, member: str) -> None:
    a_member(shop, email="taken@example.com")
    proof = prove(shop, "taken@example.com")
    before = everything_kept()
    assert change_contact(shop, member, proof).code == "member_exists"
    assert everything_kept() == before


@pytest.mark.parametrize("bent", ["x", "{proof}A"])
def test_without_a_proof_nothing_changes(shop: Shop, member: str, bent: str) -> None:
    bad = bent.format(proof=prove(shop, "new@example.com"))
    assert change_contact(shop, member, bad).code == "contact_not_verified"


def test_a_proof_of_another_shop_is_none(shop: Shop, member: str) -> None:
    proof = prove(a_club_with_pages(), "new@example.com")
    assert change_contact(shop, member, proof).code == "contact_not_verified"


def test_a_proof_runs_out(shop: Shop, member: str, time: Clock) -> None:
    proof = prove(shop, "new@example.com")
    time.advance(minutes=41)
    assert change_contact(shop, member, proof).code == "contact_not_verified"


# Who was replaced is told


def notices(shop: Shop) -> list[Message]:
    """What was sent that is no code."""
    return [one for one in OUTBOX if "nytt mobilnummer" in one.text]


@pytest.fixture
def outbox() -> list[Message]:
    OUTBOX.clear()
    messages.use(OUTBOX.append)
    return OUTBOX


def untold() -> list[Any]:
    kept = everything_kept()["profiles"]
    return [item for item in kept if item["sk"]["S"].startswith("CHANGED#")]


def test_the_old_address_is_told_once_and_learns_neither_the_new_one_nor_a_code(
    shop: Shop, member: str, outbox: list[Message]
) -> None:
    proof = prove(shop, "new@example.com")
    for _ in range(3):
        assert change_contact(shop, member, proof).status == 200
    [notice] = notices(shop)
    assert (notice.channel, notice.to) == ("email", "karin@example.com")
    assert "10 mars 2026" in notice.text
    assert "new@example.com" not in notice.text + notice.subject
    assert not any(character.isdigit() for character in notice.text.replace("10 mars 2026", ""))
    assert untold() == []
    assert tell_replaced_contacts.handler({}, None) == {"told": 0, "failed": 0}


def test_there_and_back_again_both_are_told(shop: Shop, member: str, outbox: list[Message]) -> None:
    change_contact(shop, member, prove(shop, "new@example.com"))
    change_contact(shop, member, prove(shop, "karin@example.com"))
    assert [one.to for one in notices(shop)] == ["karin@example.com", "new@example.com"]


def test_of_a_phone_that_is_added_the_address_is_told_and_of_the_next_one_the_phone(
    shop: Shop, member: str, outbox: list[Message]
) -> None:
    shop.publish(a_programme(login=Login(sms=Sms(["SWE"]))))
    for phone in ("+46701740605", "+46701740606"):
        change_contact(shop, member, prove(shop, phone))
    found = [(one.channel, one.to) for one in notices(shop)]
    assert found == [("email", "karin@example.com"), ("sms", "+46701740605")]


def test_of_a_contact_that_is_linked_the_other_is_told_once(
    shop: Shop, member: str, outbox: list[Message]
) -> None:
    shop.publish(a_programme(login=Login(sms=Sms(["SWE"]))))
    body = {"verified_contact": prove(shop, "+46701740607")}
    for _ in range(3):
        assert shop.call("POST", "/v1/members/me/links", body, as_=member).status == 200
    assert [(one.channel, one.to) for one in notices(shop)] == [("email", "karin@example.com")]
    # The shop's own number of a customer is no way to log in.
    link = {"customer_id": "k-1"}
    assert shop.call("POST", f"/v1/members/{member}/links", link).status == 200
    assert len(notices(shop)) == 1


def test_who_had_no_contact_before_is_told_nowhere(shop: Shop, outbox: list[Message]) -> None:
    member = a_member(shop)
    change_contact(shop, member, prove(shop, "new@example.com"))
    assert notices(shop) == []
    assert untold() == []


def test_what_is_refused_tells_nobody(shop: Shop, member: str, outbox: list[Message]) -> None:
    a_member(shop, email="taken@example.com")
    change_contact(shop, member, prove(shop, "taken@example.com"))
    assert notices(shop) == []


def test_who_could_not_be_told_at_once_is_told_later_and_for_a_day_at_most(
    shop: Shop, member: str, outbox: list[Message], time: Clock
) -> None:
    proofs = [prove(shop, f"new{n}@example.com") for n in (1, 2)]

    def down(_: Message) -> None:
        raise Refused("not_sent")

    messages.use(down)
    assert change_contact(shop, member, proofs[0]).status == 200
    time.advance(minutes=6)
    assert tell_replaced_contacts.handler({}, None) == {"told": 0, "failed": 1}
    messages.use(OUTBOX.append)
    assert [tell_replaced_contacts.handler({}, None)["told"] for _ in range(2)] == [1, 0]
    assert [one.to for one in notices(shop)] == ["karin@example.com"]
    assert untold() == []
    messages.use(down)
    assert change_contact(shop, member, proofs[1]).status == 200
    messages.use(OUTBOX.append)
    time.advance(days=2)
    assert tell_replaced_contacts.handler({}, None) == {"told": 0, "failed": 0}
    assert len(notices(shop)) == 1


def nobody_can_be_written_to(_: Message) -> None:
    raise Refused("not_sent")


@pytest.mark.parametrize("ends", ["leave", "merge"])
def test_of_a_membership_that_ends_nothing_waits_to_be_told(
    ends: str, shop: Shop, outbox: list[Message]
) -> None:
    old, proof = f"old-{ends}@example.com", prove(shop, f"new-{ends}@example.com")
    member, heir = a_member(shop, email=old), a_member(shop)
    messages.use(nobody_can_be_written_to)
    assert change_contact(shop, member, proof).status == 200
    assert dump.found_in(dump.said(), {old})
    if ends == "leave":
        assert shop.call("POST", f"/v1/members/{member}/leave", {}).status == 204
    else:
        both = {"member": heir, "merge": member}
        assert shop.call("POST", "/v1/members/merge", both, as_="staff").status == 201
    assert not dump.found_in(dump.said(), {old})
