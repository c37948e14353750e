"""Sessions that somebody made, bent or borrowed open nothing."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import jwt
import pytest

from stamkund.web import sessions
from tests.builders import SURROUNDINGS, Answer, Clock, Shop, a_member, a_shop

KEYS = dict(pair.split(":") for pair in SURROUNDINGS["STAMKUND_SIGNING_KEYS"].split(","))
ME = "/v1/members/me"


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop()


@pytest.fixture
def member(shop: Shop) -> str:
    return a_member(shop)


def claims_of(shop: Shop, member: str, time: Clock, **changes: Any) -> dict[str, Any]:
    usual = {
        "iss": "stamkund",
        "aud": shop.id,
        "sub": member,
        "iat": int(time.now.timestamp()),
        "exp": int((time.now + timedelta(minutes=5)).timestamp()),
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


def signed(claims: Mapping[str, Any], key: str = "new", **header: Any) -> str:
    headers = {"kid": key, **header}
    return jwt.encode(dict(claims), KEYS[key], "HS256", headers=headers)


def unsigned(header: Mapping[str, Any], claims: Mapping[str, Any], signature: str = "") -> str:
    return f"{part(header)}.{part(claims)}.{signature}"


def part(content: Any) -> str:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return urlsafe_b64encode(text).rstrip(b"=").decode()


def ask(shop: Shop, token: str, path: str = ME) -> Answer:
    return shop.call("GET", path, as_="nobody", headers={"authorization": f"Bearer {token}"})


def test_a_session_as_it_should_be_opens_the_members_own(
    shop: Shop, member: str, time: Clock
) -> None:
    answer = ask(shop, signed(claims_of(shop, member, time)))
    assert (answer.status, answer.json["member"]) == (200, member)
    assert ask(shop, signed(claims_of(shop, member, time), "old")).status == 200


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "", None, 5, ["HS256"]])
@pytest.mark.parametrize("signature", ["", "AAAA"])
def test_a_session_nobody_signed_opens_nothing(
    shop: Shop, member: str, time: Clock, algorithm: object, signature: str
) -> None:
    header = {"alg": algorithm, "typ": "JWT", "kid": "new"}
    token = unsigned(header, claims_of(shop, member, time), signature)
    assert ask(shop, token).code == "unauthenticated"


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_a_session_signed_in_another_way_opens_nothing(
    shop: Shop, member: str, time: Clock, algorithm: str
) -> None:
    claims, headers = claims_of(shop, member, time), {"kid": "new"}
    token = jwt.encode(claims, KEYS["new"] * 2, algorithm, headers=headers)
    assert ask(shop, token).code == "unauthenticated"


@pytest.mark.parametrize("kid", [None, "", "other", "NEW", "../new", "new,old", 5, ["new"], {}])
def test_a_session_of_a_key_we_do_not_have_opens_nothing(
    shop: Shop, member: str, time: Clock, kid: object
) -> None:
    real = signed(claims_of(shop, member, time)).split(".")
    token = ".".join([part({"alg": "HS256", "kid": kid}), *real[1:]])
    assert ask(shop, token).code == "unauthenticated"


@pytest.mark.parametrize("secret", ["x" * 32, "o" * 32, "n" * 33])
def test_a_session_signed_with_another_secret_opens_nothing(
    shop: Shop, member: str, time: Clock, secret: str
) -> None:
    claims = claims_of(shop, member, time)
    token = jwt.encode(claims, secret, "HS256", headers={"kid": "new"})
    assert ask(shop, token).code == "unauthenticated"


WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "stamkund.example"},
    "no issuer": {"iss": None},
    "several issuers": {"iss": ["stamkund"]},
    "a shop that is not there": {"aud": "elsewhere"},
    "no shop": {"aud": None},
    "several shops": {"aud": ["shop1", "shop2"]},
    "a shop that is a number": {"aud": 5},
    "a shop with a separator": {"aud": "shop1#m1"},
    "no member": {"sub": None},
    "nobody": {"sub": ""},
    "a member that is a number": {"sub": 5},
    "several members": {"sub": ["m1"]},
    "no end": {"exp": None},
    "an end that is past": {"exp": 1_577_836_800},
    "an end that is a text": {"exp": "2999-01-01"},
    "an end that is a fraction": {"exp": 32_503_680_000.5},
    "an end that is true": {"exp": True},
    "an end in a list": {"exp": [32_503_680_000]},
    "no beginning": {"iat": None},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG.keys())
def test_a_session_that_says_something_else_opens_nothing(
    shop: Shop, member: str, time: Clock, changes: dict[str, Any]
) -> None:
    claims = claims_of(shop, member, time, **changes)
    token = unsigned({"alg": "HS256", "kid": "new"}, claims)
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    proof = signature.sign(token.rpartition(".")[0].encode(), KEYS["new"].encode())
    answer = ask(shop, token + urlsafe_b64encode(proof).rstrip(b"=").decode())
    assert (answer.status, answer.code) == (401, "unauthenticated")


def test_a_session_ends_to_the_second(shop: Shop, member: str, time: Clock) -> None:
    token = signed(claims_of(shop, member, time))
    time.advance(minutes=4, seconds=59)
    assert ask(shop, token).status == 200
    time.advance(seconds=1)
    assert ask(shop, token).status == 401


BENT = {
    "nothing": "",
    "points": "..",
    "one part": "eyJhbGciOiJIUzI1NiJ9",
    "five parts": "a.b.c.d.e",
    "no JSON": f"{part(b'x')}.{part(b'y')}.z",
    "a list": f"{part([])}.{part([])}.AAAA",
    "no base64": "!!!.???.***",
    "deep": f"{part(b'[' * 5_000)}.{part({})}.AAAA",
    "half a character": f"{part(bytes([0xED, 0xA0, 0x80]))}.{part({})}.AAAA",
    "long": "a" * 9_000,
    "a huge number": f"{part(b'{' + b'9' * 5_000)}.{part({})}.AAAA",
    "compressed": f"{part({'alg': 'HS256', 'kid': 'new', 'zip': 'DEF'})}.{part({})}.AAAA",
    "what we do not know but must": f"{part({'alg': 'HS256', 'kid': 'new', 'crit': ['x']})}.e30.A",
    "not encoded": f"{part({'alg': 'HS256', 'kid': 'new', 'b64': False, 'crit': ['b64']})}.{{}}.A",
}


@pytest.mark.parametrize("token", BENT.values(), ids=BENT.keys())
def test_what_is_no_session_opens_nothing(shop: Shop, token: str) -> None:
    assert ask(shop, token).code == "unauthenticated"


def test_every_bit_of_a_session_counts(shop: Shop, member: str, time: Clock) -> None:
    token = signed(claims_of(shop, member, time))
    head, _, proof = token.rpartition(".")
    assert ask(shop, f"{head}.{proof[:-4]}").status == 401
    assert ask(shop, f"{head}.").status == 401
    assert ask(shop, f"{head}.{proof[::-1]}").status == 401


def test_a_session_of_one_shop_is_nobody_in_another(shop: Shop, member: str) -> None:
    """The same member id in two shops is two members."""
    other = a_shop()
    a_member(other, member, lots={">never": 5})
    assert ask(shop, sessions.issue(other.id, member).token, f"{ME}/points").json["available"] == 5
    assert ask(shop, sessions.issue(shop.id, member).token, f"{ME}/points").json["available"] == 0


def test_a_quote_is_no_session_and_a_session_no_quote(shop: Shop, member: str) -> None:
    line = {"id": "1", "article": "a", "quantity": 1, "unit_price": 100, "vat_rate": 0}
    basket = {"currency": "SEK", "lines": [line], "member": member}
    quote = shop.call("POST", "/v1/checkout/quotes", basket).json["quote"]
    assert ask(shop, quote).code == "unauthenticated"
    session = sessions.issue(shop.id, member).token
    order = {**basket, "order_id": "1", "quote": session}
    assert shop.call("POST", "/v1/checkout/orders", order).code == "quote_invalid"
