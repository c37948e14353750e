"""What `make run` says when the club is open: its keys, and three calls that work as pasted."""

import json
from contextlib import suppress
from typing import Any, NamedTuple

from stamkund.local.seed import Keys
from stamkund.local.seed.catalogue import catalogue, line
from stamkund.local.seed.shop_server import NotThere, ShopServer
from stamkund.local.seed.story import people

_ARTICLES = ("jacket-12", "lamp-300")


class Somebody(NamedTuple):
    name: str
    member: str | None


def greeting(url: str, keys: Keys) -> str:
    somebody = _somebody(url, keys)
    return "\n".join(
        [
            "",
            f"The club is open at {url}; Ctrl-C closes it.",
            "",
            f"  shop key        {keys.shop}",
            f"  storefront key  {keys.storefront}",
            f"  staff key       {keys.staff}",
            f"  till key        {keys.till}",
            f"  mailbox         {url}/mailbox",
            "",
            "# What do members pay?",
            curl(url, "/v1/checkout/prices", keys.storefront, _prices()),
            "",
            "# Somebody joins.",
            curl(url, "/v1/members", keys.shop, _newcomer()),
            "",
            f"# What does {somebody.name} get for a basket?",
            curl(url, "/v1/checkout/quotes", keys.shop, _basket(somebody.member)),
            "",
        ]
    )


def curl(url: str, path: str, key: str, body: dict[str, Any]) -> str:
    return (
        f"curl -s {url}{path} -H 'Authorization: Bearer {key}' "
        f"-H 'Content-Type: application/json' -w '\\n' "
        f"-d '{json.dumps(body, ensure_ascii=False)}'"
    )


def _prices() -> dict[str, Any]:
    goods = [catalogue()[article] for article in _ARTICLES]
    articles = [
        {
            "article": one.id,
            "price": one.price,
            "vat_rate": one.vat_rate,
            "category": one.category,
            "brand": one.brand,
        }
        for one in goods
    ]
    return {"currency": "SEK", "articles": articles}


def _newcomer() -> dict[str, Any]:
    """The same every time: pasted twice, it is answered with the same member."""
    return {"customer_id": "2001", "first_name": "Karin", "email": "karin.berg@example.com"}


def _basket(member: str | None) -> dict[str, Any]:
    lines = [line(article, 1) for article in _ARTICLES]
    return {"currency": "SEK", "member": member, "lines": lines}


def _somebody(url: str, keys: Keys) -> Somebody:
    """The first of those who came with the shop and are still members: a developer may have let
    them leave, or moved the clock until they were forgotten."""
    server = ShopServer(url, keys.shop)
    for person in people():
        with suppress(NotThere):
            session = server.call("POST", "/v1/members/sessions", {"customer_id": person.customer})
            return Somebody(person.first_name, session["member"])
    return Somebody("a guest", None)
