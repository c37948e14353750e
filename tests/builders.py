"""A shop to test with: `shop = a_shop()`, `shop.call("GET", "/v1/programme", as_="staff")`.

Runs against whatever `connect_for_tests` connected to: moto's DynamoDB when inside `mock_aws()`,
or DynamoDB Local at AWS_ENDPOINT_URL_DYNAMODB.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import import_module
from itertools import count
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from functions.members.enrol import identities_of
from stamkund import tables
from stamkund.local.picture_folder import PictureFolder
from stamkund.rules import cards
from stamkund.rules.account import Account
from stamkund.rules.programme import Language, PointRules, Programme, Rate, Tiers, TierStep
from stamkund.rules.programme_file import ProgrammeFile
from stamkund.tables import clock, joining, keys, programmes, shops
from stamkund.tables.accounts import BENEFIT, BenefitItem
from stamkund.tables.cache import forget
from stamkund.tables.identities import Identity, IdentityKind
from stamkund.tables.profiles import Profile
from stamkund.web import messages, pictures, sessions
from stamkund.web.app import App
from stamkund.web.endpoint import Endpoint
from stamkund.web.messages import Message
from stamkund.web.secrets import keyed_hash
from stamkund.web.settings import settings
from tests import access, documented
from tests.access import Asked

ROOT = Path(__file__).parent.parent
_numbers = count(1)

SURROUNDINGS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-north-1",
    "STAMKUND_SIGNING_KEYS": "new:" + "n" * 32 + ",old:" + "o" * 32,
    "STAMKUND_PEPPER": "p" * 32,
    "STAMKUND_SMS_COUNTRIES": "SWE,NOR,DNK,FIN",
}


# What was sent since the test began, the newest last.
OUTBOX: list[Message] = []
# Where the till of every shop stands.
STORE = "till-3"


class Clock:
    """Real time as a test tells it; it stands still unless moved."""

    def __init__(self, now: datetime = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def set(self, now: datetime) -> None:
        self.now = now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


def everything_kept() -> dict[str, list[Any]]:
    """All items of all tables, to see that nothing changed."""
    return {table.short_name(): _items_of(table) for table in tables.every_table()}


def _items_of(table: type[tables.Table]) -> list[Any]:
    name, client = table.describe_table()["TableName"], tables.client().client
    pages = client.get_paginator("scan").paginate(TableName=name)
    return sorted((item for page in pages for item in page["Items"]), key=str)


def connect_for_tests(time: Clock | None = None) -> Clock:
    """Fresh tables, and the clock that they go by."""
    time = time or Clock()
    tables.connect(f"test-{uuid4().hex[:8]}", real_time=time)
    create_tables()
    begin_anew(time)
    return time


def begin_anew(time: Clock) -> None:
    """With nothing that this process remembers from before."""
    settings.cache_clear()
    forget()
    clock.use(time)
    messages.use(OUTBOX.append)
    OUTBOX.clear()
    keep_pictures()


def create_tables() -> None:
    """Without what expires by itself: databases on a laptop go by their own clock in that, and
    would take away at once what a test of last March has just written."""
    tables.create_all()
    client = tables.client().client
    for table in tables.every_table():
        name = table.describe_table()["TableName"]
        known = client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        if known["TimeToLiveStatus"] == "ENABLED":
            off = {"Enabled": False, "AttributeName": known["AttributeName"]}
            client.update_time_to_live(TableName=name, TimeToLiveSpecification=off)


@contextmanager
def mocked_tables() -> Iterator[Clock]:
    """Moto's DynamoDB: fast, and good for everything but transactions and streams."""
    from moto import mock_aws

    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in SURROUNDINGS.items():
            patch.setenv(name, value)
        # Where it is set, moto would let every call through to that database.
        patch.delenv("AWS_ENDPOINT_URL_DYNAMODB", raising=False)
        yield connect_for_tests()


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: dict[str, str]
    asked: frozenset[Asked] = frozenset()

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """Of a problem document."""
        code: str = self.json["code"]
        return code


@dataclass
class Shop:
    """A registered shop with a key of each kind.

    `as_` is "shop", "storefront", "staff", "till", "nobody", or else the id of a member.
    """

    id: str
    keys: dict[str, str] = field(default_factory=dict)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        as_: str = "shop",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        all_headers = {**self.credential(as_), **(headers or {})}
        return send(method, path, body, all_headers)

    def credential(self, as_: str) -> dict[str, str]:
        if as_ == "nobody":
            return {}
        key = self.keys.get(as_) or sessions.issue(self.id, as_).token
        return {"authorization": f"Bearer {key}"}

    def publish(self, programme: Programme, now: datetime | None = None) -> int:
        moment = now or clock.real_time()
        return programmes.publish(self.id, programme, "test", moment)[0].version


def a_shop(
    *,
    sandbox: bool = False,
    programme: Programme | None = None,
    language: Language = "sv",
    published: bool = True,
) -> Shop:
    shop = Shop(f"shop{next(_numbers)}")
    shops.add_shop(shop.id, sandbox=sandbox, language=language)
    for kind in shops.PREFIXES:
        shop.keys[kind] = shops.add_key(shop.id, kind, store=STORE if kind == "till" else "")
    if published:
        shop.publish(programme or a_programme())
    return shop


def a_member(
    shop: Shop, id: str = "", *, profile: Profile | None = None, voucher: int = 0, **account: Any
) -> str:
    """The id of a member who joined with New Year; `account` says what else there is, such as
    `lots={">never": 100}`. With a `voucher` of so much money there is one called v1."""
    number = next(_numbers)
    member, card = id or f"m{number}", cards.numbered(f"{number:012}")
    known = profile or Profile(language="sv", joined_as=b"", customer_id=f"c-{member}")
    usual: dict[str, Any] = {"joined_on": "2026-01-01", "tier": "bas", "card": card}
    joining.join(
        Account(shop=shop.id, member=member, **usual | account),
        known,
        identities_of(shop.id, known),
        _identity(shop, "card", card),
        [],
    )
    if voucher:
        a_voucher(shop, member, amount=voucher)
    return member


def a_voucher(shop: Shop, member: str, id: str = "v1", **fields: Any) -> str:
    usual: dict[str, Any] = {
        "kind": "voucher",
        "amount": 10_000,
        "expires_at": "2026-12-31T22:59:59+00:00",
    }
    BenefitItem(keys.of(shop.id, member), BENEFIT + id, **usual | fields).save()
    return id


def _identity(shop: Shop, kind: IdentityKind, value: str) -> Identity:
    return Identity(kind, keyed_hash(shop.id, kind, value))


def keep_pictures() -> None:
    """In a folder that nobody else has."""
    pictures.use(PictureFolder(Path(gettempdir()) / f"pictures-{uuid4().hex}", "https://pictures"))


def a_programme(**changes: Any) -> ProgrammeFile:
    """One point for a krona, three tiers; `changes` replace whole sections."""
    usual = ProgrammeFile(
        name="Kundklubben",
        time_zone="Europe/Stockholm",
        currency="SEK",
        languages=["sv", "en"],
        points=PointRules(earn=Rate(points=1, amount=100)),
        tiers=Tiers(
            steps=[
                TierStep(id="bas", name={"sv": "Bas", "en": "Base"}, threshold=0),
                TierStep(id="silver", name={"sv": "Silver", "en": "Silver"}, threshold=300_000),
                TierStep(id="guld", name={"sv": "Guld", "en": "Gold"}, threshold=800_000),
            ],
            rolling_months=12,
        ),
    )
    return msgspec.structs.replace(usual, **changes)


def send(method: str, path: str, body: Any, headers: Mapping[str, str]) -> Answer:
    """Sends to the domain that knows the path, as an HTTP API would."""
    event = http_event(method, path, body, headers)
    with access.noted() as asked:
        sent = app_for(path)(event, None)
    headers = _lower(sent["headers"])
    answer = Answer(sent["statusCode"], sent["body"], headers, frozenset(asked))
    _assert_as_promised(method, path, answer)
    return answer


def _assert_as_promised(method: str, path: str, answer: Answer) -> None:
    """No test is about this and so every test is: answers as documented, access as declared."""
    content_type = answer.headers.get("content-type", "")
    documented.assert_documented(method, path, answer.status, content_type, answer.text)
    one = endpoint_at(method, path)
    beyond = answer.asked - access.declared(one) if one else answer.asked
    assert not beyond, f"{method} {path} asks for what it does not declare: {beyond}"


def http_event(method: str, path: str, body: Any, headers: Mapping[str, str]) -> dict[str, Any]:
    """Payload format 2.0. Bytes and text go as they are, anything else as JSON."""
    raw, _, query = path.partition("?")
    text, in_base64 = _as_text(body)
    content_type = {} if body is None else {"content-type": "application/json"}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": raw,
        "rawQueryString": query,
        "headers": {**content_type, **_lower(headers)},
        "requestContext": {
            "http": {"method": method, "path": raw, "sourceIp": "192.0.2.1"},
            "requestId": f"request-{next(_numbers)}",
        },
        "body": text,
        "isBase64Encoded": in_base64,
    }


def _as_text(body: Any) -> tuple[str | None, bool]:
    """What is no text comes in base64."""
    if not isinstance(body, bytes):
        return (body if isinstance(body, str) or body is None else encode(body)), False
    try:
        return body.decode(), False
    except UnicodeDecodeError:
        return b64encode(body).decode(), True


def encode(body: Any) -> str:
    return msgspec.json.encode(body).decode()


def app_for(path: str) -> App:
    """The app of `functions/<domain>` with a route that fits, so that tests need not say which."""
    raw = path.partition("?")[0]
    for app in every_app():
        if app.knows(raw):
            return app
    return every_app()[0]


def endpoint_at(method: str, path: str) -> Endpoint | None:
    operation = documented.operation_of(method, path)
    return _endpoints().get(operation.name) if operation else None


@cache
def _endpoints() -> dict[str, Endpoint]:
    return {one.name: one for app in every_app() for one in app.endpoints}


@cache
def every_app() -> tuple[App, ...]:
    found = sorted((ROOT / "functions").glob("*/app.py"))
    return tuple(import_module(f"functions.{path.parent.name}.app").app for path in found)


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
