"""A club behind CloudFront answers nobody who has not come that way."""

from collections.abc import Iterator

import pytest

from stamkund.web.settings import settings
from tests.builders import Answer, Clock, Shop, a_shop
from tests.secret_store import Store

PROGRAMME = "/v1/programme"


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


def test_where_there_is_no_cloudfront_nothing_has_to_be_shown(time: Clock) -> None:
    assert a_shop().call("GET", PROGRAMME).status != 403
