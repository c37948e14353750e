from datetime import UTC, datetime

import pytest

from stamkund.tables import shops
from tests.builders import Clock, a_shop

CLOCK = "/v1/programme/clock"
NEW_YEAR = {"time": "2027-01-01T00:00:00+01:00"}


def test_the_clock_of_a_sandbox_goes_on_from_where_it_is_set(time: Clock) -> None:
    shop = a_shop(sandbox=True)
    assert shop.call("PUT", CLOCK, NEW_YEAR).json["time"] == "2026-12-31T23:00:00Z"
    time.advance(hours=2)
    assert shop.call("GET", CLOCK).json == {"time": "2027-01-01T01:00:00Z", "sandbox": True}


def test_a_sandbox_begins_in_real_time(time: Clock) -> None:
    assert a_shop(sandbox=True).call("GET", CLOCK).json["time"] == "2026-03-10T12:00:00Z"


def test_a_clock_may_be_turned_back(time: Clock) -> None:
    shop = a_shop(sandbox=True)
    assert shop.call("PUT", CLOCK, {"time": "2024-02-29T10:00:00Z"}).status == 200
    assert shop.call("GET", CLOCK).json["time"] == "2024-02-29T10:00:00Z"


def test_a_programme_is_published_at_the_sandboxs_own_time(time: Clock) -> None:
    shop = a_shop(sandbox=True)
    shop.call("PUT", CLOCK, NEW_YEAR)
    later = {**shop.call("GET", "/v1/programme").json["programme"], "name": "Later"}
    receipt = shop.call("POST", "/v1/programme/versions", later).json
    assert receipt["published_at"] == "2026-12-31T23:00:00Z"


def test_a_real_shop_keeps_real_time(time: Clock) -> None:
    shop = a_shop()
    answer = shop.call("PUT", CLOCK, NEW_YEAR)
    assert (answer.status, answer.code) == (403, "not_a_sandbox")
    assert shop.call("GET", CLOCK).json == {"time": "2026-03-10T12:00:00Z", "sandbox": False}


@pytest.mark.parametrize("as_", ["staff", "storefront", "m234567"])
def test_only_the_shops_key_moves_the_clock(time: Clock, as_: str) -> None:
    answer = a_shop(sandbox=True).call("PUT", CLOCK, NEW_YEAR, as_=as_)
    assert (answer.status, answer.code) == (403, "forbidden")


@pytest.mark.parametrize(
    "moment", ["2027-01-01T00:00:00", "1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "soon", 5]
)
def test_a_time_needs_an_offset_and_a_year_of_this_century(time: Clock, moment: object) -> None:
    answer = a_shop(sandbox=True).call("PUT", CLOCK, {"time": moment})
    assert (answer.status, answer.code, answer.json["field"]) == (422, "invalid_field", "time")


def test_a_session_holds_by_real_time_whatever_the_sandbox_says(time: Clock) -> None:
    shop = a_shop(sandbox=True)
    session = shop.credential("m234567")
    shop.call("PUT", CLOCK, {"time": "2030-01-01T00:00:00Z"})
    assert shop.call("GET", CLOCK, as_="nobody", headers=session).code == "forbidden"
    time.set(datetime(2026, 3, 10, 12, 15, tzinfo=UTC))
    assert shop.call("GET", CLOCK, as_="nobody", headers=session).code == "unauthenticated"


def test_who_has_come_back_from_the_future_is_not_held_against_the_past(time: Clock) -> None:
    """What matured by then has matured: at this hour no account is what it was."""
    shop = a_shop(sandbox=True)
    assert not shops.has_seen_the_future(shop.id, time.now)
    shop.call("PUT", CLOCK, NEW_YEAR)
    shop.call("PUT", CLOCK, {"time": "2026-03-10T12:00:00Z"})
    assert shops.has_seen_the_future(shop.id, time.now)
    shop.call("PUT", CLOCK, {"time": "2027-01-02T12:00:00Z"})
    assert not shops.has_seen_the_future(shop.id, shops.now_for(shop.id, sandbox=True))
