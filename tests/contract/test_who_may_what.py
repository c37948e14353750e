"""Every endpoint as every kind of caller, against another member and another shop: 401, 403 or 404,
never data; and what is somebody else's looks, to the byte, like what is not there."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest

from stamkund.tables import Read, actions_of
from stamkund.tables.profiles import Profile
from stamkund.tables.shops import PREFIXES, add_key, revoke_key
from stamkund.web import sessions
from stamkund.web.callers import CallerKind
from stamkund.web.messages import Message
from tests import moto_tables
from tests.builders import OUTBOX, Answer, Clock, Shop, a_member, a_shop, endpoint_at
from tests.documented import operations
from tests.moto_tables import Kept
from tests.samples import JONAS, MEMBER, Club, filled, operation, sample, written

KINDS = [kind.value for kind in CallerKind]
ASTRID = Profile(language="sv", joined_as=b"", customer_id="2000", first_name="Astrid")
NO_MEMBER, NO_ORDER = "m0000000000000zz", "web:0"
SECRETS = [JONAS.first_name, JONAS.last_name, JONAS.email, JONAS.phone, '"1000"', "tallmo-trail"]
ONLY_READS = actions_of(Read)

EACH = pytest.mark.parametrize("name", written())


class Shops(NamedTuple):
    """Jonas in one shop, where the sample has happened; Astrid beside him; and another shop."""

    ours: Club
    astrid: str
    theirs: Shop
    their_member: str


class Built(NamedTuple):
    shops: Shops
    kept: Kept
    sent: list[Message]


@pytest.fixture(scope="module")
def built() -> dict[str, Built]:
    """Made once for each endpoint, and brought back for each question about it."""
    return {}


@pytest.fixture
def shops(built: dict[str, Built], time: Clock, name: str) -> Shops:
    if name not in built:
        built[name] = Built(shops_where_it_happened(name), moto_tables.kept(), [*OUTBOX])
    moto_tables.bring_back(built[name].kept)
    OUTBOX[:] = built[name].sent
    return built[name].shops


def shops_where_it_happened(name: str) -> Shops:
    club = Club(sandbox=name == "programme/set_clock")
    club.run(name)
    theirs = a_shop(sandbox=True)
    theirs.keys["second"] = add_key(theirs.id, "staff")
    astrid = a_member(club.shop, profile=ASTRID)
    return Shops(club, astrid, theirs, a_member(theirs))


def callers(name: str) -> set[str]:
    one = operation(name)
    declared = endpoint_at(one.method, filled(one, sample(name)))
    assert declared
    return {kind.value for kind in declared.callers}


def as_holder(shops: Shops, shop: Shop, kind: str) -> str:
    """A caller of that kind who is not Jonas."""
    if kind != "member":
        return kind
    return shops.astrid if shop is shops.ours.shop else shops.their_member


def ask(
    name: str, shop: Shop, holder: str, body: Any = None, path: str = "", **headers: str
) -> Answer:
    given, one = sample(name), operation(name)
    where = path or filled(one, given)
    said = {"accept-language": "en", **given.headers, **headers}
    return shop.call(one.method, where, body or given.body, as_=holder, headers=said)


def assert_nothing(answer: Answer, status: int, code: str, what: str = "") -> None:
    """Refused, with nothing in the answer and nothing written."""
    assert (answer.status, answer.code) == (status, code), f"{what}: {answer.text}"
    assert answer.json.keys() <= {"type", "title", "status", "code", "request_id"}
    assert {asked.table for asked in answer.asked} <= {"programmes"}
    assert {asked.action for asked in answer.asked} <= ONLY_READS


# Who is nobody


@cache
def not_keys() -> dict[str, str]:
    """By what is wrong; `{shop}` and `{rest}` stand for parts of a real key."""
    return {
        "nothing": "",
        "only the scheme": "Bearer ",
        "another scheme": "Basic {key}",
        "two keys": "Bearer {key},{key}",
        "another secret": "Bearer {key}A",
        "a shorter secret": "Bearer {shorter}",
        "an unknown key": "Bearer sk_{shop}.abcdef012345.secret",
        "another kind": "Bearer st_{rest}",
        "a kind there is not": "Bearer xk_{rest}",
        "a separator": "Bearer sk_{shop}#x.{rest}",
        "a kind alone": "Bearer sk_",
        "a long one": "Bearer sk_" + "a" * 9_000,
        "NUL": "Bearer {key}\x00",
        "no ASCII": "Bearer sk_skånesport.abc.def",
        "a session of nobody": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJtMSJ9.",
    }


@EACH
def test_nobody_gets_anything(shops: Shops, name: str) -> None:
    key = shops.ours.shop.keys["shop"]
    parts = {"key": key, "shop": shops.ours.shop.id, "rest": key[3:], "shorter": key[:-1]}
    for what, text in not_keys().items():
        answer = ask(name, shops.ours.shop, "nobody", authorization=text.format(**parts))
        assert_nothing(answer, 401, "unauthenticated", what)


@EACH
def test_a_revoked_key_gets_nothing(shops: Shops, name: str) -> None:
    shop = shops.ours.shop
    for kind in PREFIXES:
        key = add_key(shop.id, kind, store="s1" if kind == "till" else "")
        revoke_key(shop.id, key.split(".")[1])
        answer = ask(name, shop, "nobody", authorization=f"Bearer {key}")
        assert_nothing(answer, 401, "unauthenticated")


# Who is somebody else


@EACH
def test_who_is_not_meant_is_forbidden(shops: Shops, name: str) -> None:
    for kind in sorted(set(KINDS) - callers(name)):
        for shop in (shops.ours.shop, shops.theirs):
            holder = as_holder(shops, shop, kind)
            assert_nothing(ask(name, shop, holder), 403, "forbidden")


class Wish(NamedTuple):
    """The same request about what is Jonas's, and about what is not there."""

    path: str
    body: Any
    absent_path: str
    absent_body: Any


def wishes(name: str, shops: Shops) -> Iterator[Wish]:
    """What of Jonas's the request can name: in its path, in its body, in a batch."""
    one, given = operation(name), sample(name)
    body = about_members(shops.ours.body(name))
    path = {**given.path, **({"member": MEMBER} if "member" in given.path else {})}
    absent = {**path, **{key: absent_of(key, value) for key, value in path.items()}}
    no_body = json.loads(json.dumps(body).replace(MEMBER, NO_MEMBER))
    if absent != path or no_body != body:
        yield Wish(one.path.format(**path), body, one.path.format(**absent), no_body)


def about_members(body: Any) -> Any:
    """Of a batch the orders of members: what a guest buys is anybody's to sell."""
    if not isinstance(body, dict) or "orders" not in body:
        return body
    return {"orders": [order for order in body["orders"] if "member" in order]}


def absent_of(key: str, value: Any) -> Any:
    return {"member": NO_MEMBER, "order": NO_ORDER}.get(key, value)


@EACH
def test_what_another_shop_has_is_not_there(shops: Shops, name: str) -> None:
    for kind in sorted(callers(name)):
        holder = as_holder(shops, shops.theirs, kind)
        for wish in wishes(name, shops):
            assert_same(*both(name, shops.theirs, holder, wish))


@EACH
def test_what_another_member_has_is_not_there(shops: Shops, name: str) -> None:
    for wish in wishes(name, shops) if "member" in callers(name) else ():
        assert_same(*both(name, shops.ours.shop, shops.astrid, wish))


def both(name: str, shop: Shop, holder: str, wish: Wish) -> tuple[Answer, Answer]:
    # Who asks is remembered after the first time, which would look like a difference.
    ask(name, shop, holder, wish.absent_body, wish.absent_path)
    theirs = ask(name, shop, holder, wish.body, wish.path)
    return theirs, ask(name, shop, holder, wish.absent_body, wish.absent_path)


def assert_same(theirs: Answer, absent: Answer) -> None:
    """Refused in the same bytes, with the same headers, after the same calls."""
    assert 400 <= absent.status < 500 or not_about_members(absent), absent.text
    assert without_id(theirs.text) == without_id(absent.text)
    assert theirs.status == absent.status
    assert theirs.headers.keys() == absent.headers.keys()
    assert theirs.asked == absent.asked
    assert not [secret for secret in SECRETS if secret in theirs.text]


def not_about_members(answer: Answer) -> bool:
    """A batch is answered as a whole; each of its orders is refused by itself."""
    outcomes = [each["problem"]["code"] for each in answer.json["answers"] if each["problem"]]
    return outcomes.count("member_not_found") >= 1


def without_id(text: str) -> str:
    said = json.loads(text.replace(NO_MEMBER, MEMBER).replace(NO_ORDER, "web:1001"))
    said.pop("request_id", None)
    return json.dumps(said)


@EACH
def test_a_members_own_is_never_anothers(shops: Shops, name: str) -> None:
    """What a session may ask for without naming anybody is about itself alone."""
    if "member" in callers(name) and not sample(name).body:
        for shop, holder in ((shops.ours.shop, shops.astrid), (shops.theirs, shops.their_member)):
            answer = ask(name, shop, holder)
            assert not [secret for secret in SECRETS if secret in answer.text]


@pytest.mark.parametrize("path", ["prices", "quotes"])
@pytest.mark.parametrize("as_", ["storefront", "member"])
def test_who_is_a_member_cannot_be_learnt_from_prices(time: Clock, path: str, as_: str) -> None:
    """The storefront's key is known to everybody, and a member knows only themself."""
    shop = a_shop()
    known, asking = a_member(shop), a_member(shop)
    line = {"article": "a", "vat_rate": 0}
    bodies = {
        "prices": {"articles": [{**line, "price": 100}]},
        "quotes": {"lines": [{**line, "id": "1", "quantity": 1, "unit_price": 100}]},
    }
    answers = [
        shop.call(
            "POST",
            f"/v1/checkout/{path}",
            {"currency": "SEK", "member": member, **bodies[path]},
            as_=asking if as_ == "member" else as_,
        )
        for member in (known, NO_MEMBER)
    ]
    assert without_id(answers[0].text) == without_id(answers[1].text)
    assert answers[0].status in {403, 422}
    assert {asked.table for answer in answers for asked in answer.asked} <= {"programmes"}


def test_the_matrix_knows_every_endpoint() -> None:
    assert len(written()) == len(operations())


def test_a_session_of_somebody_who_is_no_member_opens_nothing(time: Clock) -> None:
    shop = a_shop()
    headers = {"authorization": f"Bearer {sessions.issue(shop.id, NO_MEMBER).token}"}
    for one in operations():
        path = one.path.format(
            **dict.fromkeys(("thread", "topic", "post"), f"t{0:020}"),
            member="me", order=NO_ORDER, version="1",
            **dict.fromkeys(("offer", "reference", "device", "purpose", "article", "entry"), "x"),
            **dict.fromkeys(("spending", "code", "friend", "voucher", "announcement"), "x"),
            **dict.fromkeys(("line", "survey"), "x"), period="2026-03",
            picture=f"p{0:032}",
        )  # fmt: skip
        if one.method == "GET":
            answer = shop.call("GET", path, as_="nobody", headers=headers)
            assert answer.status in {403, 404}, answer.text
