import pytest
from hypothesis import given
from hypothesis import strategies as st

from stamkund.web import secrets
from stamkund.web.settings import settings

CONTENT = b"\x00promise"


@given(st.binary(max_size=300))
def test_what_was_sealed_comes_back(content: bytes) -> None:
    token = secrets.seal(content, "quote", "nord", "m1")
    assert secrets.unseal(token, "quote", "nord", "m1") == content


@pytest.mark.parametrize(
    ("purpose", "shop", "member"),
    [("quote", "nord", "m2"), ("quote", "syd", "m1"), ("cursor", "nord", "m1")],
)
def test_it_opens_for_no_other_purpose_shop_or_member(purpose: str, shop: str, member: str) -> None:
    token = secrets.seal(CONTENT, "quote", "nord", "m1")
    assert secrets.unseal(token, purpose, shop, member) is None


@pytest.mark.parametrize("token", ["", ".", "a.b", "🙂", "AAAA", "." * 1000])
def test_whatever_was_not_sealed_here_is_nothing(token: str) -> None:
    assert secrets.unseal(token, "quote", "nord", "m1") is None


def test_a_changed_token_is_nothing() -> None:
    token = secrets.seal(CONTENT, "quote", "nord")
    assert secrets.unseal("B" + token[1:], "quote", "nord") is None


def test_what_the_key_before_sealed_still_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    token = secrets.seal(CONTENT, "quote", "nord")
    monkeypatch.setenv("STAMKUND_SIGNING_KEYS", f"newest:{'x' * 32},new:{'n' * 32}")
    settings.cache_clear()
    assert secrets.unseal(token, "quote", "nord") == CONTENT
    assert secrets.seal(CONTENT, "quote", "nord") != token
    settings.cache_clear()


def test_what_is_sealed_for_long_outlives_every_signing_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    long, short = secrets.seal_for_long(CONTENT, "claim", "nord"), secrets.seal(CONTENT, "claim")
    monkeypatch.setenv("STAMKUND_SIGNING_KEYS", f"newest:{'x' * 32},newer:{'y' * 32}")
    settings.cache_clear()
    assert secrets.unseal(short, "claim") is None
    assert secrets.unseal_of_long(long, "claim", "nord") == CONTENT
    assert secrets.unseal_of_long(long, "claim", "syd") is None
    assert secrets.unseal(long, "claim", "nord") is None


def test_without_keys_nothing_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STAMKUND_SIGNING_KEYS", "short:secret")
    settings.cache_clear()
    with pytest.raises(RuntimeError, match="32 characters"):
        secrets.seal(CONTENT, "quote")
    settings.cache_clear()


def test_the_same_value_hashes_differently_by_shop_and_kind() -> None:
    hashes = {
        secrets.keyed_hash(shop, kind, "+46701234567")
        for shop in ("nord", "syd")
        for kind in ("phone", "card")
    }
    assert len(hashes) == 4
    assert secrets.keyed_hash("nord", "phone", "+46701234567") in hashes
