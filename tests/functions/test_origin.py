"""A club behind CloudFront answers nobody who has not come that way."""

from collections.abc import Iterator
from itertools import count

import pytest

from functions.members.app import app
from stamkund.web.origin import address_of
from stamkund.web.settings import settings
from tests.builders import Answer, Clock, Shop, a_shop, http_event
from tests.secret_store import Store

PROGRAMME = "/v1/programme"
MAILBOXES = count()


@pytest.fixture
def store(time: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    made = Store()
    made.rotate()
    monkeypatch.setenv("STAMKUND_SECRETS", made.name)
    monkeypatch.setenv("STAMKUND_BEHIND_EDGE", "true")
    settings.cache_clear()
    yield made
    monkeypatch.undo()
    settings.cache_clear()


def ask(shop: Shop, shown: str) -> Answer:
    return shop.call("GET", PROGRAMME, headers={"X-Origin-Verify": shown})


def test_what_cloudfront_shows_opens(store: Store) -> None:
    assert ask(a_shop(), "o").status != 403


@pytest.mark.parametrize("shown", ["", "other", "O", "o o", ",", "ö"])
def test_anything_else_is_refused_before_anybody_asks_who_it_is(store: Store, shown: str) -> None:
    shop = a_shop()
    for answer in (ask(shop, shown), shop.call("GET", PROGRAMME, as_="nobody")):
        assert (answer.status, answer.code) == (403, "wrong_entrance")


def test_while_it_is_exchanged_old_and_new_open_and_cloudfront_may_show_both(
    store: Store,
) -> None:
    store.make_current(origin="new,o")
    shop = a_shop()
    for shown in ("o", "new", "new,o"):
        assert ask(shop, shown).status != 403
    assert ask(shop, "older").code == "wrong_entrance"


def test_without_a_value_to_compare_with_nobody_is_let_in(store: Store) -> None:
    store.make_current(origin="")
    assert ask(a_shop(), "").code == "wrong_entrance"


CLOUDFRONT, VIEWER = "130.176.0.1", "203.0.113.9"


def asked_from(shop: Shop, connected: str, forwarded: str, shown: str = "o") -> int:
    """For a code, to a mailbox of its own."""
    body = {"email": f"p{next(MAILBOXES)}@example.com", "place": "header"}
    sent = {"X-Forwarded-For": forwarded, "X-Origin-Verify": shown, **shop.credential("storefront")}
    event = http_event("POST", "/v1/members/login-codes", body, sent)
    event["requestContext"]["http"]["sourceIp"] = connected
    status: int = app(event, None)["statusCode"]
    return status


@pytest.mark.parametrize("by_the_api", ["", f", {CLOUDFRONT}"], ids=["as it came", "and added to"])
def test_behind_cloudfront_codes_are_counted_by_who_asked_it_whatever_they_claim(
    store: Store, by_the_api: str
) -> None:
    shop = a_shop()
    claims = ("", "198.51.100.{n}, ", "198.51.100.{n}, 10.0.0.1, ", f"{CLOUDFRONT}, ")
    forwarded = [f"{claims[n % 4].format(n=n)}{VIEWER}{by_the_api}" for n in range(61)]
    assert [asked_from(shop, CLOUDFRONT, one) for one in forwarded] == [202] * 60 + [429]
    others = [f"{VIEWER}, 203.0.113.{n}{by_the_api}" for n in range(100, 110)]
    assert [asked_from(shop, CLOUDFRONT, one) for one in others] == [202] * 10


def test_who_has_not_come_by_cloudfront_is_counted_as_nobody(store: Store) -> None:
    shop = a_shop()
    assert asked_from(shop, VIEWER, "198.51.100.7", shown="guessed") == 403
    assert [asked_from(shop, CLOUDFRONT, "198.51.100.7") for _ in range(60)] == [202] * 60


def test_without_cloudfront_it_is_the_connection_that_counts(time: Clock) -> None:
    shop = a_shop()
    asked = [asked_from(shop, VIEWER, f"198.51.100.{n}") for n in range(61)]
    assert asked == [202] * 60 + [429]
    assert asked_from(shop, "203.0.113.10", VIEWER) == 202


@pytest.mark.parametrize("forwarded", ["", " ", CLOUDFRONT, f",{CLOUDFRONT}"])
def test_cloudfront_that_says_nothing_of_its_viewer_is_the_viewer(
    store: Store, forwarded: str
) -> None:
    headers = {"x-origin-verify": "o", "x-forwarded-for": forwarded}
    assert address_of(headers, CLOUDFRONT) == CLOUDFRONT


def test_where_there_is_no_cloudfront_nothing_has_to_be_shown(time: Clock) -> None:
    assert a_shop().call("GET", PROGRAMME).status != 403
