import pytest

from stamkund.tables import shops
from stamkund.web import sessions
from stamkund.web.settings import settings
from tests.builders import Clock, Shop, a_shop

CLOCK = "/v1/programme/clock"


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop()


def status_with(shop: Shop, credential: str, **headers: str) -> tuple[int, str]:
    bearer = {"authorization": credential, **headers}
    answer = shop.call("GET", CLOCK, as_="nobody", headers=bearer)
    return answer.status, answer.json.get("code", "")


def test_a_shop_key_opens_its_own_shop(shop: Shop) -> None:
    assert status_with(shop, f"Bearer {shop.keys['shop']}") == (200, "")


def test_the_scheme_is_read_in_any_case(shop: Shop) -> None:
    assert status_with(shop, f"bearer {shop.keys['shop']}") == (200, "")


WRONG = {
    "nothing": "",
    "another scheme": "Basic {key}",
    "no scheme": "{key}",
    "another secret": "Bearer {key}A",
    "an unknown key": "Bearer sk_{shop}.abc.def",
    "an unknown shop": "Bearer sk_elsewhere.{rest}",
    "a key as another kind": "Bearer st_{shop}.{rest}",
    "separators": "Bearer sk_{shop}#x.{rest}",
    "nothing inside": "Bearer sk_..",
    "letters outside ASCII": "Bearer sk_bücher.{rest}",
    "no token": "Bearer abc",
    "an unsigned token": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJtMSJ9.",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_whatever_is_not_a_credential_is_unauthenticated(shop: Shop, wrong: str) -> None:
    key = shop.keys["shop"]
    credential = wrong.format(key=key, shop=shop.id, rest=key.partition(".")[2])
    assert status_with(shop, credential) == (401, "unauthenticated")


def test_a_key_opens_no_other_shop(shop: Shop) -> None:
    other = a_shop().keys["shop"].partition(".")[2]
    assert status_with(shop, f"Bearer sk_{shop.id}.{other}") == (401, "unauthenticated")


def test_unauthenticated_says_how_to_do_it(shop: Shop) -> None:
    answer = shop.call("GET", CLOCK, as_="nobody")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_revoked_key_opens_nothing(shop: Shop, time: Clock) -> None:
    assert status_with(shop, f"Bearer {shop.keys['shop']}")[0] == 200
    shops.revoke_key(shop.id, shop.keys["shop"].split(".")[1])
    assert status_with(shop, f"Bearer {shop.keys['shop']}")[0] == 401


def test_a_new_key_opens_at_once(shop: Shop) -> None:
    key = shops.add_key(shop.id, "shop", label="the second web server")
    assert status_with(shop, f"Bearer {key}")[0] == 200


def test_a_storefront_key_is_bound_to_its_websites(shop: Shop) -> None:
    key = shops.add_key(shop.id, "storefront", origins=frozenset({"https://shop.example"}))
    bearer = f"Bearer {key}"
    assert status_with(shop, bearer, origin="https://shop.example")[1] == "forbidden"
    assert status_with(shop, bearer, origin="https://evil.example")[1] == "origin_not_allowed"


def test_a_session_is_known_and_ends_after_a_quarter_of_an_hour(shop: Shop, time: Clock) -> None:
    session = f"Bearer {sessions.issue(shop.id, 'm234567').token}"
    time.advance(minutes=14, seconds=59)
    assert status_with(shop, session) == (403, "forbidden")
    time.advance(seconds=1)
    assert status_with(shop, session) == (401, "unauthenticated")


def test_a_session_of_a_shop_that_is_not_there_opens_nothing(shop: Shop) -> None:
    session = f"Bearer {sessions.issue('elsewhere', 'm234567').token}"
    assert status_with(shop, session) == (401, "unauthenticated")


def test_a_session_signed_by_the_key_before_still_holds(
    shop: Shop, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = f"Bearer {sessions.issue(shop.id, 'm234567').token}"
    monkeypatch.setenv("STAMKUND_SIGNING_KEYS", f"newest:{'x' * 32},new:{'n' * 32}")
    settings.cache_clear()
    assert status_with(shop, session) == (403, "forbidden")
    monkeypatch.setenv("STAMKUND_SIGNING_KEYS", f"newest:{'x' * 32}")
    settings.cache_clear()
    assert status_with(shop, session) == (401, "unauthenticated")
    monkeypatch.undo()
    settings.cache_clear()
