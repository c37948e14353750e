"""What the tables say about a shop, read past every endpoint."""

import re
from typing import Any

import msgspec

from stamkund.rules.account import Account
from stamkund.rules.ledger import Entry
from stamkund.tables import accounts, keys, ledger, orders
from stamkund.tables.accounts import ACCOUNT, BENEFIT, AccountItem, BenefitItem
from stamkund.tables.orders import OrderItem, Placed
from tests.builders import Shop


def account_of(shop: Shop, member: str) -> Account:
    return accounts.find(shop.id, member)


def entries_of(shop: Shop, member: str) -> list[Entry]:
    return ledger.everything(shop.id, member)


def placed_orders(shop: Shop) -> dict[str, Placed]:
    """By key."""
    found = (item for item in OrderItem.scan(OrderItem.pk.startswith(keys.of(shop.id, ""))))
    placed = (orders.placed_from(item) for item in found)
    return {each.order.key: each for each in placed}


def benefits_of(shop: Shop, member: str) -> dict[str, Any]:
    items = BenefitItem.query(keys.of(shop.id, member), BenefitItem.sk.startswith(BENEFIT))
    return {item.sk: (item.kind, item.status, item.expires_at) for item in items}


def members_of(shop: Shop) -> list[str]:
    mine = AccountItem.pk.startswith(keys.of(shop.id, ""))
    found = AccountItem.scan(mine & (AccountItem.sk == ACCOUNT))
    return sorted(keys.thing(item.pk) for item in found)


def story(shop: Shop, member: str, order: str) -> str:
    """All there is about a member and an order, in words that any other member might share."""
    placed = orders.look_up(shop.id, order)
    everything = {
        "account": account_of(shop, member),
        "entries": entries_of(shop, member),
        "order": placed and placed._replace(digest=b""),
        "benefits": benefits_of(shop, member),
    }
    text = msgspec.json.format(msgspec.json.encode(everything)).decode()
    text = re.sub(r'"card": "\d+"', '"card": "-"', text)
    return anybody(text, shop, member, order)


def anybody(text: str, shop: Shop, member: str, order: str) -> str:
    """The same text about nobody in particular."""
    names = {order.partition(":")[2]: "ORDER", member: "MEMBER", shop.id: "SHOP"}
    for name, word in names.items():
        text = re.sub(rf"\b{re.escape(name)}\b", word, text)
    return text
