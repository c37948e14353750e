"""A till to test with: `till = Till(shop)`, `till.find(phone="070-174 06 00")`."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.builders import STORE, Answer, Shop

LINE = {"id": "1", "article": "a", "quantity": 1, "unit_price": 100_000, "vat_rate": 2500}
_references = count(1)


@dataclass
class Till:
    """A clerk's, with a key of its store; `as_` is the name of that key in the shop."""

    shop: Shop
    as_: str = "till"
    store: str = STORE

    def call(self, method: str, path: str, body: Any = None) -> Answer:
        return self.shop.call(method, path, body, as_=self.as_)

    def find(self, **by: str) -> Answer:
        return self.call("POST", "/v1/members/lookups", by)

    def scan(self, member: str) -> Answer:
        card = self.shop.call("GET", "/v1/members/me/card", as_=member).json
        return self.find(qr=card["qr"]["payload"])

    def quote(self, **more: Any) -> Answer:
        body = {"currency": "SEK", "lines": [LINE], "channel": "store", **more}
        return self.call("POST", "/v1/checkout/quotes", body)

    def commit(self, order: str, **more: Any) -> Answer:
        usual = {"order_id": order, "currency": "SEK", "lines": [LINE], "channel": "store"}
        return self.call("POST", "/v1/checkout/orders", {**usual, **more})

    def ask(self, member: str, order: str = "1", *, reference: str = "", **what: Any) -> Answer:
        body = {"reference": reference or f"s{next(_references)}", "order_id": order, **what}
        return self.call("POST", f"/v1/members/{member}/spendings", body)

    def hear(self, asked: Answer) -> Answer:
        one = asked.json
        return self.call("GET", f"/v1/members/{one['member']}/spendings/{one['spending']}")

    def invite(self, phone: str, **more: Any) -> Answer:
        return self.call("POST", "/v1/members/till-joinings", {"phone": phone, **more})


def answers(shop: Shop, asked: Answer, said: str) -> Answer:
    """The member, on the phone."""
    path = f"/v1/members/me/spendings/{asked.json['spending']}/answer"
    return shop.call("PUT", path, {"answer": said}, as_=asked.json["member"])
