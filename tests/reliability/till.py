"""A shop's own side of the checkout, in as few words as it takes to tell a story."""

from itertools import count
from typing import Any

from stamkund.rules.account import Account
from stamkund.rules.ledger import Entry
from stamkund.rules.programme import PointRules, Rate
from stamkund.rules.programme_file import ProgrammeFile
from tests.builders import Answer, Shop, a_programme
from tests.reliability import books

ORDERS = "/v1/checkout/orders"
KRONA = Rate(points=1, amount=100)
_numbers = count(1)


def club(**points: Any) -> ProgrammeFile:
    """A point for a krona, spendable at once and worth ten öre, unless said otherwise."""
    sections = {
        name: points.pop(name)
        for name in ("offers", "tiers", "prices", "groups", "my_pages", "feedback")
        if name in points
    }
    usual: dict[str, Any] = {"earn": KRONA, "pending_days": 0, "pay": None}
    return a_programme(points=PointRules(**usual | points), **sections)


def basket(*amounts: int, **line: Any) -> dict[str, Any]:
    """A line for each amount."""
    usual = {"article": "shoe", "quantity": 1, "vat_rate": 2500}
    lines = [{"id": f"l{n}", "unit_price": each, **usual, **line} for n, each in enumerate(amounts)]
    return {"currency": "SEK", "lines": lines}


class Till:
    """Orders are numbered by themselves; `order` is the key of the last one."""

    def __init__(self, shop: Shop, member: str | None = None, source: str = "web") -> None:
        self.shop, self.member, self.source = shop, member, source
        self.order = ""

    def quote(self, goods: dict[str, Any], **wish: Any) -> Answer:
        body = {"member": self.member, **goods, **wish}
        return self.shop.call("POST", "/v1/checkout/quotes", body)

    def token(self, goods: dict[str, Any], **wish: Any) -> str:
        answer = self.quote(goods, **wish)
        assert answer.status == 200, answer.text
        return str(answer.json["quote"])

    def commit(self, goods: dict[str, Any], order: str = "", **fields: Any) -> Answer:
        body = self.content(goods, order, **fields)
        self.order = f"{body['source']}:{body['order_id']}"
        return self.shop.call("POST", ORDERS, body)

    def content(self, goods: dict[str, Any], order: str = "", **fields: Any) -> dict[str, Any]:
        id = order or f"o{next(_numbers)}"
        return {"order_id": id, "source": self.source, "member": self.member, **goods, **fields}

    def commit_paid(
        self, goods: dict[str, Any], charged: list[int] | None = None, order: str = "", **more: Any
    ) -> Answer:
        """Charged in full unless said otherwise."""
        full = [line["unit_price"] * line["quantity"] for line in goods["lines"]]
        lines = [
            {**line, "charged": amount}
            for line, amount in zip(goods["lines"], charged or full, strict=True)
        ]
        return self.commit({**goods, "lines": lines}, order, paid=True, **more)

    def buy(self, goods: dict[str, Any], **fields: Any) -> str:
        """Committed and confirmed; the key of the order."""
        answer = self.commit(goods, **fields)
        assert answer.status == 201, answer.text
        assert self.confirm().status == 200
        return self.order

    def confirm(self, order: str = "") -> Answer:
        return self.shop.call("POST", f"{ORDERS}/{order or self.order}/confirmation")

    def cancel(self, order: str = "") -> Answer:
        return self.shop.call("POST", f"{ORDERS}/{order or self.order}/cancellation")

    def refund(self, reference: str, order: str = "", **units: int) -> Answer:
        lines = [{"id": line, "quantity": number} for line, number in units.items()]
        body = {"reference": reference, "lines": lines}
        return self.shop.call("POST", f"{ORDERS}/{order or self.order}/refunds", body)

    def receipt(self, order: str = "") -> dict[str, Any]:
        found: dict[str, Any] = self.shop.call("GET", f"{ORDERS}/{order or self.order}").json
        return found

    def points(self) -> dict[str, int]:
        """Available, pending and debt."""
        seen = self.shop.call("GET", f"/v1/members/{self.member}/points").json
        return {name: seen[name] for name in ("available", "pending", "debt")}

    @property
    def available(self) -> int:
        return self.points()["available"]

    @property
    def account(self) -> Account:
        return books.account_of(self.shop, str(self.member))

    @property
    def entries(self) -> list[Entry]:
        return books.entries_of(self.shop, str(self.member))

    def kinds(self) -> list[tuple[str, int]]:
        """What the ledger says, oldest first."""
        return [(entry.kind, entry.points) for entry in self.entries]
