from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from stamkund.rules.errors import Refused
from stamkund.rules.login import (
    CODE_LIFETIME,
    DAY,
    DIGITS,
    MOBILE,
    TRIES,
    Contact,
    Limit,
    Login,
    Sms,
    limits,
    neighbourhood,
    refuse_unreachable,
    window,
)

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
EVERYWHERE = frozenset(MOBILE)


@pytest.mark.parametrize(
    "page",
    [
        "https://fjallsport.example",
        "https://fjallsport.example/klubben?from=mail",
        "http://127.0.0.1:8080/shop",
        "http://localhost",
    ],
)
def test_a_page_that_a_link_may_lead_to(page: str) -> None:
    assert msgspec.convert({"link": page}, Login).link == page


@pytest.mark.parametrize(
    "page",
    [
        "http://fjallsport.example",
        "https://fjallsport.example/#top",
        "https://user@fjallsport.example",
        "https://fjallsport.example.evil.example@x",
        "javascript:alert(1)",
        "https://a b",
        "http://localhost.evil.example",
        "",
    ],
)
def test_a_page_that_it_may_not(page: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"link": page}, Login)


def test_guessing_is_hopeless_however_patient_somebody_is() -> None:
    """By all that may be tried against one contact in a year of days, one in thirty at the most."""
    a_day = min(limit.most for limit in limits(Login(), "email") if limit[:2] == ("contact", DAY))
    assert a_day * TRIES * 365 / 10**DIGITS < 1 / 25


def test_sms_have_limits_of_their_own_on_top() -> None:
    login = Login(sms=Sms(countries=["SWE"], a_day=7))
    known = {(one.by, one.window): one.most for one in limits(login, "sms")}
    assert known["shop", DAY] == 7
    assert {by for by, length in known if length == DAY} == {"contact", "address", "shop"}
    assert set(limits(login, "email")) == set(limits(Login(), "email"))


def test_a_window_ends_when_the_next_begins() -> None:
    limit = Limit("contact", timedelta(minutes=15), 5)
    number, ends_at = window(limit, NOON + timedelta(minutes=7))
    assert ends_at == NOON + timedelta(minutes=15)
    assert window(limit, ends_at - timedelta(seconds=1))[0] == number
    assert window(limit, ends_at)[0] == number + 1


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", ""),
        ("nonsense", "nonsense"),
    ],
)
def test_what_counts_as_one_address(address: str, counted_as: str) -> None:
    assert neighbourhood(address) == counted_as


@pytest.mark.parametrize("phone", ["+46701234567", "+4741234567", "+4521234567", "+358501234567"])
def test_a_mobile_number_is_reached(phone: str) -> None:
    login = Login(sms=Sms(countries=["SWE", "NOR", "DNK", "FIN"]))
    refuse_unreachable(login, Contact("phone", phone), EVERYWHERE)


@pytest.mark.parametrize(
    ("phone", "countries", "allowed"),
    [
        ("+46701234567", ["NOR"], EVERYWHERE),
        ("+46701234567", ["SWE"], frozenset()),
        ("+46701234567", None, EVERYWHERE),
        ("+4681234567", ["SWE"], EVERYWHERE),
        ("+4590123456", ["DNK"], EVERYWHERE),
        ("+4580123456", ["DNK"], EVERYWHERE),
        ("+35860012345", ["FIN"], EVERYWHERE),
        ("+4782012345", ["NOR"], EVERYWHERE),
    ],
)
def test_nobody_pays_for_another_number(
    phone: str, countries: list[str] | None, allowed: frozenset[str]
) -> None:
    sms = {"sms": {"countries": countries}} if countries else {}
    login = msgspec.convert(sms, Login)
    with pytest.raises(Refused, match="sms_not_available"):
        refuse_unreachable(login, Contact("phone", phone), allowed)


def test_an_email_is_always_reached() -> None:
    refuse_unreachable(Login(), Contact("email", "a@example.com"), frozenset())


def test_a_code_lives_for_ten_minutes() -> None:
    assert timedelta(minutes=10) == CODE_LIFETIME
