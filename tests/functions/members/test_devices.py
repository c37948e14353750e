"""Staying logged in: refresh tokens, the devices they belong to, and how it ends."""

from typing import Any

import pytest

from tests.builders import Clock, Shop, a_member, a_shop, everything_kept
from tests.login import Person
from tests.samples import JONAS


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop()


@pytest.fixture
def jonas(shop: Shop) -> Person:
    a_member(shop, "m1", profile=JONAS)
    return Person(shop, JONAS.email)


def devices(shop: Shop, member: str = "m1", **how: Any) -> list[dict[str, Any]]:
    answer = shop.call("GET", "/v1/members/me/devices", as_=member, **how)
    assert answer.status == 200, answer.text
    found: list[dict[str, Any]] = answer.json["devices"]
    return found


def test_a_session_goes_on_with_a_new_token_each_time(jonas: Person, time: Clock) -> None:
    jonas.logs_in()
    for _ in range(3):
        time.advance(minutes=15)
        before = jonas.refresh_token
        answer = jonas.refresh()
        assert (answer.status, answer.json["member"]) == (201, "m1")
        jonas.refresh_token = answer.json["refresh_token"]
        assert jonas.refresh_token != before
    bearer = {"authorization": f"Bearer {answer.json['token']}"}
    me = jonas.shop.call("GET", "/v1/members/me", as_="nobody", headers=bearer)
    assert me.json["first_name"] == "Jonas"


def test_the_same_token_again_at_once_gets_the_same_successor(jonas: Person, time: Clock) -> None:
    jonas.logs_in()
    first = jonas.refresh()
    time.advance(seconds=30)
    again = jonas.refresh()
    assert again.json["refresh_token"] == first.json["refresh_token"]
    assert jonas.refresh(again.json["refresh_token"]).status == 201


def test_an_old_token_ends_the_session_for_both(jonas: Person, time: Clock) -> None:
    stolen = jonas.logs_in().refresh_token
    jonas.refreshes()
    time.advance(seconds=31)
    assert jonas.refresh(stolen).code == "session_ended"
    assert jonas.refresh().code == "session_ended"
    assert devices(jonas.shop) == []


def test_an_old_token_is_not_excused_when_its_successor_was_used(jonas: Person) -> None:
    stolen = jonas.logs_in().refresh_token
    jonas.refreshes().refreshes()
    assert jonas.refresh(stolen).code == "session_ended"
    assert jonas.refresh().code == "session_ended"


def test_a_thief_ends_one_device_and_not_the_others(jonas: Person) -> None:
    stolen = jonas.logs_in().refresh_token
    jonas.refreshes().refreshes()
    other = Person(jonas.shop, JONAS.email).logs_in()
    jonas.refresh(stolen)
    other.refreshes()


@pytest.mark.parametrize(("remember", "hours"), [(True, 90 * 24), (False, 12)])
def test_how_long_a_device_is_remembered_is_counted_from_its_last_use(
    jonas: Person, time: Clock, remember: bool, hours: int
) -> None:
    jonas.logs_in(remember=remember)
    for _ in range(3):
        time.advance(hours=hours, seconds=-1)
        jonas.refreshes()
    time.advance(hours=hours)
    assert jonas.refresh().code == "session_ended"


@pytest.mark.parametrize("bent", ["{token}A", "A{token}", "{short}", "x", "..", "{upper}"])
def test_what_is_not_ours_is_refused_without_a_look(jonas: Person, bent: str) -> None:
    token = jonas.logs_in().refresh_token
    tried = bent.format(token=token, short=token[:-1], upper=token.upper())
    answer = jonas.refresh(tried)
    assert (answer.status, answer.code) == (401, "session_ended")
    assert not {asked for asked in answer.asked if asked.table == "profiles"}
    jonas.refreshes()


def test_a_token_is_no_good_in_another_shop(jonas: Person, time: Clock) -> None:
    jonas.logs_in()
    ours, jonas.shop = jonas.shop, a_shop()
    assert jonas.refresh().code == "session_ended"
    assert jonas.log_out().status == 204
    jonas.shop = ours
    jonas.refreshes()


def test_an_access_token_is_no_refresh_token(jonas: Person) -> None:
    access = jonas.asks().verify().json["session"]["token"]
    assert jonas.refresh(access).code == "session_ended"


def test_the_shops_server_may_refresh_as_well(jonas: Person) -> None:
    body = {"refresh_token": jonas.logs_in().refresh_token}
    assert jonas.shop.call("POST", "/v1/members/sessions/refreshes", body).status == 201


def test_a_session_goes_on_in_the_members_language(jonas: Person) -> None:
    member = a_member(jonas.shop, "m2", profile=JONAS.__class__(
        language="fi", joined_as=b"", email="aino@example.com"
    ))  # fmt: skip
    token = Person(jonas.shop, "aino@example.com").logs_in().refresh().json["token"]
    headers = {"authorization": f"Bearer {token}"}
    answer = jonas.shop.call("GET", "/v1/members/nobody", as_="nobody", headers=headers)
    assert (answer.status, member) == (404, "m2")
    from stamkund.web import sessions

    owner = sessions.verify(token)
    assert owner
    assert owner.language == "fi"


# Devices


def test_devices_are_listed_with_the_last_seen_first(jonas: Person, time: Clock) -> None:
    jonas.logs_in(device_name="Telefon", remember=True)
    time.advance(minutes=1)
    second = Person(jonas.shop, JONAS.email).asks().verify(device_name=" Dator ").json["session"]
    headers = {"authorization": f"Bearer {second['token']}"}
    answer = jonas.shop.call("GET", "/v1/members/me/devices", as_="nobody", headers=headers)
    listed = answer.json["devices"]
    assert [(one["name"], one["remembered"], one["current"]) for one in listed] == [
        ("Dator", False, True),
        ("Telefon", True, False),
    ]
    time.advance(minutes=1)
    jonas.refreshes()
    assert [one["name"] for one in devices(jonas.shop)] == ["Telefon", "Dator"]


def test_a_device_that_has_run_out_is_not_listed(jonas: Person, time: Clock) -> None:
    jonas.logs_in()
    time.advance(hours=12)
    assert devices(jonas.shop) == []


def test_a_device_is_named_and_logged_out_from_another(jonas: Person) -> None:
    jonas.logs_in()
    (device,) = devices(jonas.shop)
    path = f"/v1/members/me/devices/{device['device']}"
    named = jonas.shop.call("PUT", path, {"name": "Telefonen"}, as_="m1")
    assert named.json["name"] == devices(jonas.shop)[0]["name"] == "Telefonen"
    assert [jonas.shop.call("DELETE", path, as_="m1").status for _ in range(2)] == [204, 204]
    assert jonas.refresh().code == "session_ended"
    assert jonas.shop.call("PUT", path, {"name": "x"}, as_="m1").code == "device_not_found"


def test_nobody_names_or_logs_out_the_device_of_another(jonas: Person) -> None:
    jonas.logs_in()
    other = a_member(jonas.shop)
    (device,) = devices(jonas.shop)
    path = f"/v1/members/me/devices/{device['device']}"
    assert jonas.shop.call("PUT", path, {"name": "x"}, as_=other).code == "device_not_found"
    assert jonas.shop.call("DELETE", path, as_=other).status == 204
    jonas.refreshes()


def test_customer_service_logs_a_lost_phone_out(jonas: Person) -> None:
    jonas.logs_in()
    (device,) = jonas.shop.call("GET", "/v1/members/m1/devices", as_="staff").json["devices"]
    path = f"/v1/members/m1/devices/{device['device']}"
    assert jonas.shop.call("DELETE", path, as_="staff").status == 204
    assert jonas.refresh().code == "session_ended"


def test_logging_out_works_with_any_token_of_the_device_and_is_no_news_twice(
    jonas: Person,
) -> None:
    first = jonas.logs_in().refresh_token
    jonas.refreshes()
    assert jonas.log_out(first).status == 204
    assert jonas.refresh().code == "session_ended"
    before = everything_kept()
    assert jonas.log_out(first).status == jonas.log_out("nonsense").status == 204
    assert everything_kept() == before


# A shop's own login


def open_session(shop: Shop, **more: Any) -> Any:
    return shop.call("POST", "/v1/members/sessions", {"customer_id": JONAS.customer_id, **more})


def test_a_shops_own_login_may_ask_for_a_session_that_goes_on(jonas: Person) -> None:
    first = open_session(jonas.shop, reference="login-1", remember=True, device_name="Dator")
    again = open_session(jonas.shop, reference="login-1", remember=True, device_name="Dator")
    assert first.json == again.json
    assert [(one["name"], one["place"]) for one in devices(jonas.shop)] == [("Dator", "shop")]
    assert jonas.refresh(first.json["refresh_token"]).status == 201
    assert open_session(jonas.shop, reference="login-1").code == "reference_used"
    assert open_session(jonas.shop).json["refresh_token"] is None
