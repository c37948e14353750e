"""By code and link: how often, for how long, and that nobody learns from it who is a member."""

import json
import logging
from typing import Any

import pytest

from stamkund.rules.login import Login, Sms
from stamkund.web import sessions
from tests.builders import (
    OUTBOX,
    Answer,
    Clock,
    Shop,
    a_programme,
    a_shop,
    everything_kept,
    http_event,
    send,
)
from tests.login import Person, another, code_in, last_sent
from tests.members import a_member
from tests.recorder import recorded

EMAIL, NOBODY = "jonas@example.com", "agnes@example.com"
PAGE = "https://fjallsport.example/klubben"
WITH_ALL = Login(link=PAGE, sms=Sms(countries=["SWE", "NOR"], a_day=50))


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=a_programme(login=WITH_ALL))


@pytest.fixture
def jonas(shop: Shop) -> Person:
    a_member(shop, customer_id="1001", email=EMAIL, first_name="Jonas")
    return Person(shop, EMAIL)


def told(answer: Answer) -> Any:
    """Without what is another each time."""
    return {name: value for name, value in answer.json.items() if name != "request_id"}


# A code


def test_a_member_logs_in_by_the_code_that_was_sent(jonas: Person) -> None:
    answer = jonas.asks().verify()
    session = answer.json["session"]
    assert (answer.status, answer.json["place"], answer.json["proof"]) == (200, "basket", None)
    assert answer.headers["cache-control"] == "no-store"
    bearer = {"authorization": f"Bearer {session['token']}"}
    me = jonas.shop.call("GET", "/v1/members/me", as_="nobody", headers=bearer)
    assert (me.json["first_name"], me.json["member"]) == ("Jonas", session["member"])


def test_the_address_may_be_typed_in_another_way(jonas: Person) -> None:
    typed = Person(jonas.shop, " JONAS@Example.COM ")
    answer = typed.ask()
    body = {"reference": "r", "login": answer.json["login"], "code": code_in(last_sent(EMAIL))}
    assert typed.post("login-codes/verifications", body).json["session"]


def test_who_is_no_member_gets_a_proof_and_no_session(shop: Shop) -> None:
    answer = Person(shop, NOBODY).asks().verify()
    assert (answer.status, answer.json["session"]) == (200, None)
    assert answer.json["proof"]["expires_at"] == "2026-03-10T12:40:00Z"


def test_a_link_does_the_same_once(jonas: Person) -> None:
    assert jonas.asks().follow().json["session"]
    assert jonas.follow().code == "login_code_invalid"
    assert jonas.verify().code == "login_code_invalid"


def test_a_link_is_no_login_and_a_login_no_link(jonas: Person) -> None:
    jonas.asks()
    jonas.login, jonas.link = jonas.link, jonas.login
    assert jonas.verify().code == "login_code_invalid"
    assert jonas.follow().code == "login_code_invalid"


@pytest.mark.parametrize("language", ["sv", "nb", "da", "fi", "en"])
def test_the_message_is_in_the_language_that_was_asked_for(jonas: Person, language: str) -> None:
    jonas.asks(language=language)
    sent = last_sent(EMAIL)
    assert sent.subject.startswith(jonas.code)
    assert all(part in sent.text for part in (jonas.code, "10 min", PAGE, "Kundklubben"))
    assert {"sv": "gäller", "nb": "gjelder", "da": "gælder", "fi": "voimassa", "en": "holds"}[
        language
    ] in sent.text


def test_without_a_page_there_is_no_link(time: Clock) -> None:
    Person(a_shop(), EMAIL).asks()
    assert "http" not in last_sent(EMAIL).text


def test_ten_minutes_and_no_second_more(jonas: Person, time: Clock) -> None:
    jonas.asks()
    time.advance(minutes=9, seconds=59)
    assert jonas.verify(another(jonas.code)).code == "login_code_invalid"
    time.advance(seconds=1)
    assert jonas.verify().code == "login_code_invalid"


def test_a_sandbox_that_stands_still_makes_no_code_last_longer(time: Clock) -> None:
    shop = a_shop(sandbox=True)
    person = Person(shop, NOBODY).asks()
    time.advance(minutes=11)
    shop.call("PUT", "/v1/programme/clock", {"now": "2026-03-10T12:00:00Z"})
    assert person.verify().code == "login_code_invalid"


def test_the_sixth_try_is_refused_even_if_it_is_right(jonas: Person) -> None:
    jonas.asks()
    refusals = [told(jonas.verify(another(jonas.code, by))) for by in range(1, 6)]
    assert jonas.verify().code == "login_code_invalid"
    assert jonas.follow().code == "login_code_invalid"
    assert all(refusal == refusals[0] for refusal in refusals)


def test_the_fifth_try_still_counts(jonas: Person) -> None:
    jonas.asks()
    for by in range(1, 5):
        jonas.verify(another(jonas.code, by))
    assert jonas.verify().json["session"]


def test_a_code_is_good_only_with_the_login_that_it_was_sent_for(jonas: Person) -> None:
    first = jonas.asks().code
    second = Person(jonas.shop, EMAIL).asks()
    assert second.verify(first).code == "login_code_invalid" or first == second.code
    assert second.verify().status == jonas.verify().status == 200


def test_a_login_is_no_good_in_another_shop(jonas: Person, time: Clock) -> None:
    jonas.asks()
    jonas.shop = a_shop(programme=a_programme(login=WITH_ALL))
    assert jonas.verify().code == jonas.follow().code == "login_code_invalid"


def test_the_same_verification_again_is_answered_the_same_way(jonas: Person) -> None:
    jonas.asks()
    first, again = (jonas.verify(reference="once") for _ in range(2))
    assert (again.status, told(again)) == (200, told(first))
    assert again.headers["idempotent-replayed"] == "true"
    assert jonas.verify(reference="other").code == "login_code_invalid"


def test_once_the_session_was_refreshed_a_code_does_not_let_in_again(jonas: Person) -> None:
    jonas.logs_in(reference="once").refreshes()
    assert jonas.verify(reference="once").code == "login_code_invalid"


def test_a_device_that_was_logged_out_does_not_come_back_by_its_code(jonas: Person) -> None:
    jonas.logs_in(reference="once").log_out()
    assert jonas.verify(reference="once").code == "login_code_invalid"


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"place": "basket"}, "missing_field", "email"),
        ({"place": "basket", "email": "jonas"}, "invalid_field", "email"),
        ({"place": "basket", "email": EMAIL, "phone": "+46701740611"}, "invalid_field", "phone"),
        ({"place": "cellar", "email": EMAIL}, "invalid_field", "place"),
        ({"email": EMAIL}, "missing_field", "place"),
        ({"place": "basket", "email": EMAIL, "redirect": "https://x"}, "unknown_field", "redirect"),
    ],
)
def test_a_bad_request_names_its_field(shop: Shop, body: Any, code: str, field: str) -> None:
    answer = Person(shop, EMAIL).post("login-codes", body)
    assert (answer.status, answer.code, answer.json["field"]) == (422, code, field)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "login"),
        ({"login": "x"}, "code"),
        ({"code": "123456"}, "login"),
        ({"link": "x", "code": "123456"}, "link"),
        ({"link": "x", "login": "x"}, "link"),
        ({"login": "x", "code": "12345"}, "code"),
        ({"login": "x", "code": "١٢٣٤٥٦"}, "code"),
    ],
)
def test_a_bad_verification_names_its_field(shop: Shop, body: Any, field: str) -> None:
    answer = Person(shop, EMAIL).post("login-codes/verifications", {"reference": "r", **body})
    assert (answer.status, answer.json["field"]) == (422, field)


# How often


def test_a_contact_gets_five_codes_in_a_quarter_of_an_hour(jonas: Person, time: Clock) -> None:
    for _ in range(5):
        jonas.asks()
    refused, sent = jonas.ask(), len(OUTBOX)
    assert (refused.status, refused.code) == (429, "too_many_attempts")
    assert 0 < int(refused.headers["retry-after"]) <= 900
    assert len(OUTBOX) == sent
    time.advance(seconds=int(refused.headers["retry-after"]))
    jonas.asks()


def test_a_contact_gets_twenty_codes_in_a_day(jonas: Person, time: Clock) -> None:
    for _ in range(4):
        for _ in range(5):
            jonas.asks()
        time.advance(minutes=15)
    assert jonas.ask().code == "too_many_attempts"
    time.advance(hours=12)
    jonas.asks()


def test_what_is_refused_is_not_counted(jonas: Person) -> None:
    for _ in range(5):
        jonas.asks()
    before = everything_kept()
    jonas.ask()
    assert everything_kept() == before


def from_address(shop: Shop, email: str, address: str) -> int:
    event = http_event("POST", "/v1/members/login-codes", {"email": email, "place": "header"}, {})
    event["headers"] |= shop.credential("storefront")
    event["requestContext"]["http"]["sourceIp"] = address
    from functions.members.app import app

    status: int = app(event, None)["statusCode"]
    return status


def test_an_address_asks_for_sixty_codes_in_an_hour(shop: Shop) -> None:
    asked = [from_address(shop, f"p{n}@example.com", "192.0.2.77") for n in range(61)]
    assert asked == [202] * 60 + [429]
    assert from_address(shop, "p99@example.com", "192.0.2.78") == 202


def test_addresses_of_one_household_count_as_one(shop: Shop) -> None:
    asked = [from_address(shop, f"h{n}@example.com", f"2001:db8:1:2::{n:x}") for n in range(61)]
    assert asked == [202] * 60 + [429]
    assert from_address(shop, "h99@example.com", "2001:db8:1:3::1") == 202


def test_a_shop_sends_no_more_codes_in_an_hour_than_it_says(time: Clock) -> None:
    shop = a_shop(programme=a_programme(login=Login(codes_an_hour=16)))
    asked = [from_address(shop, f"s{n}@example.com", f"192.0.2.{n}") for n in range(60)]
    assert 8 <= asked.count(202) <= 16
    assert set(asked) == {202, 429}


# By SMS


@pytest.mark.parametrize("phone", ["+46701740611", "+4791234567", "070-174 06 11"])
def test_a_mobile_number_of_the_shops_countries_gets_an_sms(shop: Shop, phone: str) -> None:
    assert Person(shop, phone).ask().json["channel"] == "sms"
    sent = OUTBOX[-1]
    assert (sent.channel, sent.subject) == ("sms", "")
    assert sent.text.endswith(f"\n\n@fjallsport.example #{code_in(sent)}")
    assert "http" not in sent.text
    assert len(sent.text) <= 160


@pytest.mark.parametrize(
    "phone", ["+4520123456", "+358401234567", "+4687654321", "+46900123456", "+22501234567"]
)
def test_other_numbers_get_none(shop: Shop, phone: str) -> None:
    before = len(OUTBOX)
    answer = Person(shop, phone).ask()
    assert (answer.status, answer.code, answer.json["field"]) == (422, "sms_not_available", "phone")
    assert len(OUTBOX) == before
    assert {asked.table for asked in answer.asked} <= {"programmes"}


def test_a_shop_that_says_nothing_of_sms_sends_none(time: Clock) -> None:
    assert Person(a_shop(), "+46701740611").ask().code == "sms_not_available"


def test_a_number_gets_five_sms_a_day(shop: Shop, time: Clock) -> None:
    person = Person(shop, "+46701740611")
    for _ in range(5):
        person.asks()
        time.advance(minutes=15)
    assert person.ask().code == "too_many_attempts"


def test_an_address_asks_for_fifteen_sms_a_day(shop: Shop) -> None:
    asked = [Person(shop, f"+4670174{n:04}").ask().status for n in range(16)]
    assert asked == [202] * 15 + [429]
    Person(shop, EMAIL).asks()


def test_a_shop_sends_no_more_sms_a_day_than_it_says(time: Clock) -> None:
    few = Login(sms=Sms(countries=["SWE"], a_day=3))
    shop = a_shop(programme=a_programme(login=few))
    asked = [Person(shop, f"+4670174{n:04}").ask().status for n in range(4)]
    assert asked == [202, 202, 202, 429]


def test_the_link_comes_by_sms_where_the_shop_pays_for_it(time: Clock) -> None:
    dear = Login(link=PAGE, sms=Sms(countries=["SWE"], link=True))
    person = Person(a_shop(programme=a_programme(login=dear)), "+46701740611").asks()
    assert person.follow().json["proof"]


# Who is a member, nobody learns


def test_asking_is_answered_in_the_same_bytes_member_or_not(jonas: Person) -> None:
    answers = [person.ask() for person in (jonas, Person(jonas.shop, NOBODY))]
    shapes = [
        {**told(answer), "login": len(answer.json["login"])} for answer in answers
    ]  # the addresses are of the same length
    assert shapes[0] == shapes[1]
    assert answers[0].status == answers[1].status
    assert answers[0].headers.keys() == answers[1].headers.keys()
    first, second = OUTBOX[-2:]
    assert len(first.text) == len(second.text)


def test_guessing_is_answered_in_the_same_bytes_member_or_not(jonas: Person) -> None:
    people = [jonas.asks(), Person(jonas.shop, NOBODY).asks()]
    answers = [told(person.verify(another(person.code))) for person in people]
    assert answers[0] == answers[1]


def test_asking_and_guessing_make_the_same_calls_member_or_not(clock: Clock) -> None:
    """On DynamoDB Local; the calls are what takes time that anybody could measure."""
    shop = a_shop(programme=a_programme(login=WITH_ALL))
    a_member(shop, email=EMAIL)
    Person(shop, "first@example.com").asks()  # from here on keys and programme are remembered
    made = []
    for email in (EMAIL, NOBODY):
        person = Person(shop, email)
        with recorded() as asking:
            person.asks()
        with recorded() as guessing:
            person.verify(another(person.code))
        made.append([(c.operation, c.written, c.read_units) for c in [*asking, *guessing]])
    assert made[0] == made[1]
    assert [operation for operation, *_ in made[0]] == ["TransactWriteItems", "UpdateItem"]


# What is kept and said


def test_neither_contact_nor_code_nor_token_is_kept_or_logged(
    shop: Shop, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the profile says of a member is there on purpose; of who is none, nothing is kept."""
    with caplog.at_level(logging.DEBUG):
        person = Person(shop, NOBODY).asks()
        person.verify(another(person.code))
        verified = person.verify()
        phone = Person(shop, "+46701740699").asks()
    kept = json.dumps(everything_kept(), default=str)
    logged = capsys.readouterr()
    where = [kept, logged.out, logged.err, *(one.message for one in caplog.records if ours(one))]
    proof = verified.json["proof"]["verified_contact"]
    secret = [NOBODY, phone.contact, person.login, person.link, proof, "192.0.2.1"]
    assert not [text for text in secret if any(text in place for place in where)]
    assert f'"{person.code}"' not in kept


def ours(record: logging.LogRecord) -> bool:
    # botocore at this level tells every request of a test to moto, which no one writes down.
    return not record.name.startswith(("botocore", "urllib3", "pynamodb"))


def test_what_is_kept_of_a_code_goes_by_itself(shop: Shop) -> None:
    Person(shop, NOBODY).asks()
    items = [item for item in everything_kept()["identities"] if "member" not in item]
    mine = [item for item in items if item["pk"]["S"].startswith(f"{shop.id}#")]
    assert mine
    assert all(int(item["expires_at"]["N"]) > 0 for item in mine)


def test_a_session_of_a_code_says_on_which_device_it_is(jonas: Person) -> None:
    token = jonas.asks().verify().json["session"]["token"]
    owner = sessions.verify(token)
    assert owner
    assert owner.device
    assert owner.language == "sv"


def test_only_the_storefront_asks_for_codes(shop: Shop) -> None:
    headers = shop.credential("staff")
    answer = send("POST", "/v1/members/login-codes", {"email": EMAIL, "place": "header"}, headers)
    assert answer.code == "forbidden"
