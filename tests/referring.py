"""Members who bring friends: `world = World(clock)`, `friend = world.brings(member)`."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

from functions.operations import follow_up
from functions.referrals import settle_referrals
from stamkund.local.invocation import Context
from stamkund.rules.account import Account
from stamkund.rules.programme import (
    AmbassadorLevel,
    Ambassadors,
    AmountOff,
    Late,
    PointRules,
    Rate,
    Text,
)
from stamkund.rules.programme_file import ProgrammeFile
from stamkund.rules.referral_rules import (
    Guards,
    PointsGiven,
    Referrals,
    VoucherGiven,
)
from stamkund.rules.referrals import Referral
from stamkund.tables import accounts, keys, referrals
from tests.builders import Answer, Clock, Shop, a_programme, a_shop

NAME: Text = {"sv": "Namn", "en": "Name"}
PAGE = "https://shop.example/welcome"
RULES = Referrals(
    referrer=PointsGiven(500),
    friend=VoucherGiven(AmountOff(5_000), min_amount=20_000),
    min_order=30_000,
    page=PAGE,
    guards=Guards(per_referrer=3, per_address=4, per_device=2),
    ambassadors=Ambassadors(levels=[AmbassadorLevel("friendly", NAME, 10)]),
)
LATE = Late(return_days=30, upload_days=14)
POINTS = PointRules(earn=Rate(points=1, amount=100))
_numbers = count(1)


def a_club(rules: Referrals = RULES, **changes: Any) -> ProgrammeFile:
    usual: dict[str, Any] = {"points": POINTS, "late": LATE, "tiers": None}
    return a_programme(**{**usual, **changes, "referrals": rules})


@dataclass
class World:
    """A shop, its clock, and those who come to it."""

    clock: Clock
    rules: Referrals = RULES
    more: dict[str, Any] = field(default_factory=dict)
    shop: Shop = field(init=False)

    def __post_init__(self) -> None:
        self.shop = a_shop(programme=a_club(self.rules, **self.more))

    def joins(self, invitation: dict[str, Any] | None = None, **fields: Any) -> str:
        """A new member, perhaps brought by somebody."""
        n = next(_numbers)
        body = {"customer_id": f"c{n}", "email": f"p{n}@example.com", **fields}
        answer = self.enrolled({**body, "invitation": invitation} if invitation else body)
        assert answer.status == 201, answer.text
        return str(answer.json["member"])

    def enrolled(self, body: dict[str, Any]) -> Answer:
        return self.shop.call("POST", "/v1/members", body)

    def code(self, member: str, **body: Any) -> str:
        path = f"/v1/members/{member}/invitation"
        return str(self.shop.call("POST", path, body).json["code"])

    def brings(self, member: str, **fields: Any) -> str:
        """A friend, who joins by the member's code."""
        return self.joins({"code": self.code(member)}, **fields)

    def buys(self, member: str, amount: int = 49_900, order: str = "", **more: Any) -> str:
        """A paid order of so much; its key."""
        id = order or f"o{next(_numbers)}"
        line = {
            "id": "1", "article": "shoe", "quantity": 1, "unit_price": amount, "vat_rate": 2500,
            "charged": amount, **more,
        }  # fmt: skip
        body = {"order_id": id, "currency": "SEK", "lines": [line], "member": member, "paid": True}
        answer = self.shop.call("POST", "/v1/checkout/orders", body)
        assert answer.status in {200, 201}, answer.text
        return f"web:{id}"

    def pays_with(self, member: str, voucher: str, amount: int = 49_900) -> str:
        """An order by a quote that takes a voucher, held until it is confirmed; its key."""
        line = {"id": "1", "article": "a", "quantity": 1, "unit_price": amount, "vat_rate": 2500}
        basket = {"currency": "SEK", "lines": [line], "member": member}
        wanted = {**basket, "vouchers": [voucher]}
        quote = self.shop.call("POST", "/v1/checkout/quotes", wanted)
        assert quote.status == 200, quote.text
        id = f"o{next(_numbers)}"
        body = {"order_id": id, **basket, "quote": quote.json["quote"]}
        answer = self.shop.call("POST", "/v1/checkout/orders", body)
        assert answer.status == 201, answer.text
        return f"web:{id}"

    def returns(self, order: str, reference: str = "r1", **body: Any) -> None:
        path = f"/v1/checkout/orders/{order}/refunds"
        answer = self.shop.call("POST", path, {"reference": reference, **body})
        assert answer.status in {200, 201}, answer.text

    def follow(self, *members: str, kind: str = "earn") -> None:
        """What the stream brings of these members."""
        event = {"Records": [a_record(self.shop, one, kind) for one in members]}
        assert follow_up.handler(event, Context("stream")) == {"batchItemFailures": []}  # type: ignore[arg-type]

    def settle(self, **later: float) -> dict[str, int]:
        self.clock.advance(**later)
        return settle_referrals.handler({}, Context("timed"))

    def signs(self, member: str, **signs: str) -> None:
        answer = self.shop.call("POST", f"/v1/members/{member}/signs", signs)
        assert answer.status == 204, answer.text

    def decide(self, friend: str, decision: str, **more: str) -> Answer:
        path = f"/v1/referrals/held/{friend}/decision"
        return self.shop.call("POST", path, {"decision": decision, **more}, as_="staff")

    def referral(self, friend: str) -> Referral:
        known = referrals.find(self.shop.id, friend)
        assert known
        return known.referral

    def account(self, member: str) -> Account:
        return accounts.find(self.shop.id, member)

    def vouchers(self, member: str) -> dict[str, str]:
        """What has become of each, and of offers."""
        found = accounts.beside(self.shop.id, member)
        return {one.sk.removeprefix("BENEFIT#"): one.status for one in found}

    def page(self, member: str) -> Any:
        path = "/v1/members/me/referrals"
        answer = self.shop.call("GET", path, as_=member)
        assert answer.status == 200, answer.text
        return answer.json

    def statement(self, member: str) -> list[tuple[str, str | None, int]]:
        lines = self.shop.call("GET", f"/v1/members/{member}/statement").json["lines"]
        return [(one["kind"], one["reason"], one["points"]) for one in lines]


_sequence = count(1)


def a_record(shop: Shop, member: str, kind: str = "earn") -> dict[str, Any]:
    n = str(next(_sequence))
    image = {"pk": {"S": keys.of(shop.id, member)}, "kind": {"S": kind}}
    return {"eventID": n, "dynamodb": {"SequenceNumber": n, "NewImage": image}}


NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
