"""What the tables say about a shop, read past every endpoint."""

import re
from functools import cached_property
from typing import Any

import msgspec

from stamkund import tables
from stamkund.rules.account import Account
from stamkund.rules.ledger import Entry
from stamkund.tables import accounts, keys, ledger, orders
from stamkund.tables.accounts import (
    ACCOUNT,
    BENEFIT,
    DECISION,
    AccountItem,
    Accounts,
    BenefitItem,
)
from stamkund.tables.benefits import AllotmentItem
from stamkund.tables.earnings import EARNED, EarnedItem
from stamkund.tables.gifts import GIFT, GiftItem, PayOutItem
from stamkund.tables.ledger import EntryItem
from stamkund.tables.orders import OrderItem, Placed
from tests.builders import Shop

Raw = dict[str, Any]
CODE = r"\bR[A-Z2-9]{5}-[A-Z2-9]{5}\b"  # of a reward, made of who has it


class Books:
    """Every byte of every table at one moment."""

    def __init__(self) -> None:
        client = tables.client().client
        self.items: dict[str, list[Raw]] = {}
        for table in tables.every_table():
            name = table._get_connection().table_name  # noqa: SLF001 -- with its prefix
            pages = client.get_paginator("scan").paginate(TableName=name, ConsistentRead=True)
            items = [item for page in pages for item in page["Items"]]
            self.items[table.short_name()] = sorted(items, key=str)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Books) and self.items == other.items

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def accounts(self) -> dict[tuple[str, str], Account]:
        """By shop and member."""
        raw = (item for item in self.items["accounts"] if item["sk"]["S"] == ACCOUNT)
        found = (accounts.account_from(AccountItem.from_raw_data(item)) for item in raw)
        return {(account.shop, account.member): account for account in found}

    def entries(self, shop: Shop, member: str) -> list[Entry]:
        """Oldest first."""
        key = keys.of(shop.id, member)
        mine = [item for item in self.items["ledger"] if item["pk"]["S"] == key]
        mine.sort(key=lambda item: item["sk"]["S"])
        return [ledger.entry_from(EntryItem.from_raw_data(item)) for item in mine]

    def benefits(self, shop: Shop, member: str) -> list[BenefitItem]:
        """Vouchers and offers, whatever has become of them."""
        return [BenefitItem.from_raw_data(item) for item in self._beside(shop, member, BENEFIT)]

    def receipts(self, shop: Shop, member: str) -> list[GiftItem]:
        """Of what was given to causes."""
        return [GiftItem.from_raw_data(item) for item in self._beside(shop, member, GIFT)]

    def earnings(self, shop: Shop, member: str) -> list[EarnedItem]:
        """For what is no order."""
        return [EarnedItem.from_raw_data(item) for item in self._beside(shop, member, EARNED)]

    def _beside(self, shop: Shop, member: str, prefix: str) -> list[Raw]:
        key = keys.of(shop.id, member)
        mine = (item for item in self.items["accounts"] if item["pk"]["S"] == key)
        return [item for item in mine if item["sk"]["S"].startswith(prefix)]

    def owed_to_causes(self, shop: Shop) -> tuple[int, int, int]:
        """Gifts, points and money, of all months."""
        key = keys.of(shop.id, "gifts.")
        raw = (item for item in self.items["accounts"] if item["pk"]["S"].startswith(key))
        items = [PayOutItem.from_raw_data(item) for item in raw]
        return (
            sum(int(item.gifts) for item in items),
            sum(int(item.points) for item in items),
            sum(int(item.amount) for item in items),
        )

    def claimed(self, shop: Shop, what: str) -> int:
        """Of something that there is only so much of."""
        key = keys.of(shop.id, f"offer.{what}")
        mine = [item for item in self.items["accounts"] if item["pk"]["S"] == key]
        return sum(int(AllotmentItem.from_raw_data(item).claimed) for item in mine)

    def orders(self, shop: Shop) -> list[Placed]:
        mine = [i for i in self.items["orders"] if i["pk"]["S"].startswith(f"{shop.id}#")]
        return [orders.placed_from(OrderItem.from_raw_data(item)) for item in mine]


def account_of(shop: Shop, member: str) -> Account:
    return accounts.find(shop.id, member)


def entries_of(shop: Shop, member: str) -> list[Entry]:
    return ledger.everything(shop.id, member)


def order_of(shop: Shop, key: str) -> Placed:
    return orders.find(shop.id, key)


def benefits_of(shop: Shop, member: str) -> dict[str, tuple[str, str]]:
    """Kind and status, by id."""
    items = BenefitItem.query(keys.of(shop.id, member), BenefitItem.sk.startswith(BENEFIT))
    return {item.sk.removeprefix(BENEFIT): (item.kind, item.status) for item in items}


def beside_of(shop: Shop, member: str) -> list[str]:
    """What lies beside the account and no quote reads: decisions, receipts, what was earned."""
    items = Accounts.query(keys.of(shop.id, member), Accounts.sk > DECISION)
    return [item.sk for item in items]


def story(shop: Shop, member: str, order: str) -> str:
    """All there is about a member and an order, in words that any other member might share."""
    placed = orders.look_up(shop.id, order)
    everything = {
        "account": account_of(shop, member),
        "entries": entries_of(shop, member),
        "order": placed and placed._replace(digest=b""),
        "benefits": benefits_of(shop, member),
        "beside": beside_of(shop, member),
    }
    text = msgspec.json.format(msgspec.json.encode(everything)).decode()
    text = re.sub(r'"card": "\d+"', '"card": "-"', text)
    return anybody(text, shop, member, order)


def anybody(text: str, shop: Shop, member: str, order: str) -> str:
    """The same text about nobody in particular."""
    text = re.sub(CODE, "CODE", text)
    names = {order.partition(":")[2]: "ORDER", member: "MEMBER", shop.id: "SHOP"}
    for name, word in names.items():
        text = re.sub(rf"\b{re.escape(name)}\b", word, text)
    return text


def wipe() -> None:
    """The tables stay, the shops do not: the timed jobs look at every one there is."""
    for table in tables.every_table():
        names = [name for name in ("pk", "sk") if hasattr(table, name)]
        with table.batch_write() as batch:
            for item in table.scan(attributes_to_get=names):
                batch.delete(item)
