"""Whatever happens to any call of any endpoint, the next try completes it, with one effect.

Each scenario is first lived through without a fault; then with every fault at every call, and once
more as a client would after no answer. What is in the tables in the end, and what the client is
told, must be the same as if nothing had happened.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from typing import Any

import pytest
from pynamodb.exceptions import PynamoDBException

from functions.checkout import reverse_unconfirmed
from functions.members import recalculate_tier, review_accounts
from stamkund.rules.programme import (
    AmountOff,
    Basis,
    Cap,
    Cause,
    Charity,
    EarnRule,
    Expiry,
    Offer,
    Pay,
    PercentOff,
    PointRules,
    Rate,
    Reward,
    Rewards,
    Text,
)
from stamkund.rules.programme_file import Action
from stamkund.tables import shops
from stamkund.web import redeeming
from stamkund.web.club import club_at
from tests.builders import Answer, Clock, Shop, a_member, a_programme, a_shop, a_voucher
from tests.reliability import books, faults

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
NAME: Text = {"sv": "Namn", "en": "Name"}
RULES = PointRules(
    earn=Rate(points=1, amount=100),
    basis=Basis(tax="excluded"),
    pending_days=14,
    expiry=Expiry(months=12),
    rules=[EarnRule(id="extra", name=NAME, points_per_order=10, cap=Cap(day=50))],
    pay=Pay(value=Rate(points=1, amount=100)),
)
TEN_OFF = Offer(id="ten", name=NAME, effect=PercentOff(10), limit_per_member=2)
REWARDS = Rewards(
    catalogue=[
        Reward(
            "cheque",
            NAME,
            70,
            AmountOff(5_000),
            transferable=True,
            limit_per_member=2,
            limit_total=10**6,
        ),
        Reward("gift", NAME, 30, Charity(1_000), limit_total=10**6),
    ],
    causes=[Cause("sea", NAME)],
)
ACTIONS = [Action("evening", NAME, 15, most=2, per="month")]
numbers = count(1)


@pytest.fixture(scope="module")
def shop(time: Clock) -> Shop:
    time.set(NOON)
    sections = {"rewards": REWARDS, "actions": ACTIONS}
    return a_shop(programme=a_programme(points=RULES, offers=[TEN_OFF], **sections))


@dataclass
class Scene:
    """A member of their own with an order of their own."""

    shop: Shop
    time: Clock
    member: str = field(default_factory=lambda: f"m{next(numbers)}")
    order: str = field(default_factory=lambda: f"o{next(numbers)}")

    def __post_init__(self) -> None:
        self.time.set(NOON)

    @property
    def key(self) -> str:
        return f"web:{self.order}"

    def joins(self, **account: Any) -> "Scene":
        usual = {"lots": {"2026-02-01>2026-11": 60, ">2027-01": 40}}
        a_member(self.shop, self.member, **usual | account)
        return self

    def commit(self, **fields: Any) -> Answer:
        body = {"order_id": self.order, "member": self.member, **a_basket(), **fields}
        return self.shop.call("POST", "/v1/checkout/orders", body)

    def commits(self, **fields: Any) -> "Scene":
        assert self.commit(**fields).status == 201
        return self

    def confirms(self) -> "Scene":
        assert self.ask("confirmation").status == 200
        return self

    def quote(self, **wish: Any) -> str:
        body = {"member": self.member, **a_basket(), **wish}
        answer = self.shop.call("POST", "/v1/checkout/quotes", body)
        assert answer.status == 200, answer.text
        return str(answer.json["quote"])

    def ask(self, what: str, body: Any = None) -> Answer:
        return self.shop.call("POST", f"/v1/checkout/orders/{self.key}/{what}", body)

    def redeem(self) -> Answer:
        body = {"reference": "w", "reward": "cheque"}
        return self.shop.call("POST", f"/v1/members/{self.member}/redemptions", body)

    def redeems(self) -> "Scene":
        assert self.redeem().status == 201
        return self

    def redemption(self, what: str) -> Answer:
        return self.shop.call("POST", f"/v1/members/{self.member}/redemptions/w/{what}")

    def staff(self, what: str, body: Any) -> Answer:
        return self.shop.call("POST", f"/v1/members/{self.member}/{what}", body, as_="staff")


def a_basket() -> dict[str, Any]:
    return {
        "currency": "SEK",
        "lines": [
            {"id": "a", "article": "shoe", "quantity": 3, "unit_price": 99_900, "vat_rate": 2500},
            {"id": "b", "article": "gel", "quantity": 10, "unit_price": 1_990, "vat_rate": 1200},
            {
                "id": "c", "article": "freight", "quantity": 1, "unit_price": 4_900,
                "vat_rate": 2500, "kind": "shipping",
            },
        ],
    }  # fmt: skip


def paid_lines() -> list[dict[str, Any]]:
    return [
        {**line, "charged": line["unit_price"] * line["quantity"]} for line in a_basket()["lines"]
    ]


Act = Callable[[], Answer | None]


def commit_what_was_quoted(scene: Scene) -> Act:
    scene.joins()
    voucher = a_voucher(scene.shop, scene.member)
    quote = scene.quote(spend_points=70, vouchers=[voucher])
    return lambda: scene.commit(quote=quote)


def commit_what_a_till_sold(scene: Scene) -> Act:
    scene.joins()
    sold = (NOON - timedelta(days=2)).isoformat()
    return lambda: scene.commit(paid=True, lines=paid_lines(), occurred_at=sold)


def commit_for_a_guest(scene: Scene) -> Act:
    scene.joins()
    return lambda: scene.commit(member=None)


def commit_after_the_lots_were_merged(scene: Scene) -> Act:
    """The quote names lots that are no longer there under that name."""
    scene.joins(lots={"2026-02-01>2026-11": 60, ">2027-01": 40}, debt=5)
    quote = scene.quote(spend_points=90)
    look_again(scene)
    return lambda: scene.commit(quote=quote)


def confirm(scene: Scene) -> Act:
    scene.joins().commits()
    return lambda: scene.ask("confirmation")


def cancel(scene: Scene) -> Act:
    scene.joins()
    voucher = a_voucher(scene.shop, scene.member)
    scene.commits(quote=scene.quote(spend_points=70, vouchers=[voucher]))
    return lambda: scene.ask("cancellation")


def be_silent(scene: Scene) -> Act:
    scene.joins()
    scene.commits(quote=scene.quote(spend_points=70))
    scene.time.advance(minutes=61)

    return lambda: as_lambda(lambda: reverse_unconfirmed.handler({}, None))


def refund_a_part(scene: Scene) -> Act:
    scene.joins()
    scene.commits(quote=scene.quote(spend_points=70)).confirms()
    body = {"reference": "r", "lines": [{"id": "b", "quantity": 7}, {"id": "a", "quantity": 1}]}
    return lambda: scene.ask("refunds", body)


def refund_after_the_points_are_spent(scene: Scene) -> Act:
    """They have matured and gone; what is missing becomes a debt."""
    scene.joins(lots={">2027-01": 40}).commits().confirms()
    scene.time.advance(days=20)
    points = balance(scene)
    assert scene.staff("adjustments", {**ADJUSTMENT, "points": -points}).status == 202
    approve(scene)
    return lambda: scene.ask("refunds", {"reference": "r"})


def refund_a_guest(scene: Scene) -> Act:
    scene.joins().commits(member=None)
    scene.confirms()
    return lambda: scene.ask("refunds", {"reference": "r", "lines": [{"id": "b", "quantity": 3}]})


def claim_what_was_bought_as_a_guest(scene: Scene) -> Act:
    scene.joins()
    body = {"claim": scene.commit(member=None).json["claim"]}
    return lambda: scene.shop.call("POST", "/v1/members/claims", body, as_=scene.member)


def return_without_a_receipt(scene: Scene) -> Act:
    scene.joins()
    goods = {"amount": 15_000, "currency": "SEK", "vat_rate": 2500}
    body = {"reference": scene.order, "member": scene.member, **goods}
    return lambda: scene.shop.call("POST", "/v1/checkout/returns", body)


def be_looked_at_again(scene: Scene) -> Act:
    scene.joins().commits().confirms()
    return lambda: look_again(scene)


def be_reviewed_at_night(scene: Scene) -> Act:
    scene.joins(lots={">2026-03": 40, "2026-02-01>2026-11": 9}, review_on="2026-04-03")
    scene.time.set(datetime(2026, 4, 3, 1, tzinfo=UTC))

    return lambda: as_lambda(lambda: review_accounts.handler({}, None))


ADJUSTMENT = {"reference": "a", "reason": "goodwill"}


def be_given_points(scene: Scene) -> Act:
    scene.joins()
    return lambda: scene.staff("adjustments", {**ADJUSTMENT, "points": 25})


def be_refused_points(scene: Scene) -> Act:
    scene.joins()
    assert scene.staff("adjustments", {**ADJUSTMENT, "points": 2_000}).status == 202
    return lambda: scene.staff("adjustments/a/refusal", None)


def be_given_a_voucher(scene: Scene) -> Act:
    scene.joins()
    body = {"reference": "v", "amount": 10, "expires_at": "2026-06-01T00:00:00Z"}
    return lambda: scene.staff("vouchers", body)


def be_frozen(scene: Scene) -> Act:
    scene.joins()
    body = {
        "reference": "f", "from_month": "2026-04", "until_month": "2026-09", "reason": "illness"
    }  # fmt: skip
    return lambda: scene.staff("freezes", body)


def redeem_a_reward(scene: Scene) -> Act:
    scene.joins()
    return scene.redeem


def keep_a_reward(scene: Scene) -> Act:
    scene.joins().redeems()
    return lambda: scene.redemption("confirmation")


def release_a_reward(scene: Scene) -> Act:
    scene.joins().redeems()
    return lambda: scene.redemption("cancellation")


def use_a_reward(scene: Scene) -> Act:
    scene.joins()
    quote = scene.quote(vouchers=[scene.redeem().json["voucher"]])
    return lambda: scene.commit(quote=quote)


def take_what_a_friend_gives(scene: Scene) -> Act:
    """The member's own account is the one that is looked at: it is their friend who takes it."""
    friend = a_member(scene.shop)
    scene.joins()
    voucher = scene.redeem().json["voucher"]
    scene.redemption("confirmation")
    path = f"/v1/members/{scene.member}/vouchers/{voucher}/gift-links"
    gift = scene.shop.call("POST", path).json["gift"]
    return lambda: scene.shop.call("POST", f"/v1/members/{friend}/vouchers/taken", {"gift": gift})


def take_a_gift_link_back(scene: Scene) -> Act:
    scene.joins()
    voucher = scene.redeem().json["voucher"]
    scene.redemption("confirmation")
    path = f"/v1/members/{scene.member}/vouchers/{voucher}/gift-links"
    gift = {"gift": scene.shop.call("POST", path).json["gift"]}
    return lambda: scene.shop.call("POST", f"{path}/revocation", gift)


def leave_a_reward(scene: Scene) -> Act:
    scene.joins()
    voucher = scene.redeem().json["voucher"]
    scene.time.advance(minutes=61)
    return lambda: look_at(scene, voucher)


def leave_an_order_with_a_reward(scene: Scene) -> Act:
    """The reward's time is over while the order still waits for its payment."""
    scene.joins()
    voucher = scene.redeem().json["voucher"]
    scene.time.advance(minutes=30)
    scene.commits(quote=scene.quote(vouchers=[voucher]))
    scene.time.advance(minutes=31)
    return lambda: look_at(scene, voucher)


def pay_for_an_order_with_a_reward(scene: Scene) -> Act:
    scene.joins()
    voucher = scene.redeem().json["voucher"]
    scene.commits(quote=scene.quote(vouchers=[voucher])).confirms()
    scene.time.advance(minutes=61)
    return lambda: look_at(scene, voucher)


def give_to_a_cause(scene: Scene) -> Act:
    scene.joins()
    body = {"reference": "g", "reward": "gift", "cause": "sea"}
    return lambda: scene.shop.call("POST", f"/v1/members/{scene.member}/gifts", body)


def earn_for_an_action(scene: Scene) -> Act:
    scene.joins()
    body = {"reference": "e", "action": "evening"}
    return lambda: scene.shop.call("POST", f"/v1/members/{scene.member}/earnings", body)


def look_at(scene: Scene, voucher: str) -> None:
    """What the timed function does with what it finds in its index."""
    now = scene.time.now
    try:
        redeeming.look_at(club_at(scene.shop.id, now), scene.member, voucher, now)
    except PynamoDBException:
        raise TryAgain from None


def approve(scene: Scene) -> None:
    second = {"authorization": f"Bearer {second_staff(scene.shop.id)}"}
    path = f"/v1/members/{scene.member}/adjustments/a/approval"
    assert scene.shop.call("POST", path, as_="nobody", headers=second).status == 200


@cache
def second_staff(shop: str) -> str:
    return shops.add_key(shop, "staff")


def balance(scene: Scene) -> int:
    return int(scene.shop.call("GET", f"/v1/members/{scene.member}/points").json["available"])


def look_again(scene: Scene) -> None:
    """What the stream brings of this member, as Lambda would be given it."""
    image = {"pk": {"S": f"{scene.shop.id}#{scene.member}"}, "kind": {"S": "earn"}}
    dynamodb = {"NewImage": image, "SequenceNumber": "1"}
    record = {"eventID": "1", "eventName": "INSERT", "dynamodb": dynamodb}
    answer = recalculate_tier.handler({"Records": [record]}, None)  # type: ignore[arg-type]
    if answer["batchItemFailures"]:
        raise TryAgain


def as_lambda(job: Callable[[], dict[str, int]]) -> None:
    try:
        failed = job()["failed"]
    except PynamoDBException:
        raise TryAgain from None
    if failed:
        raise TryAgain


class TryAgain(Exception):  # noqa: N818 -- what Lambda does, not what it says
    """A function failed, wholly or in part."""


SCENES: list[Callable[[Scene], Act]] = [
    commit_what_was_quoted,
    commit_what_a_till_sold,
    commit_for_a_guest,
    commit_after_the_lots_were_merged,
    confirm,
    cancel,
    be_silent,
    refund_a_part,
    refund_after_the_points_are_spent,
    refund_a_guest,
    claim_what_was_bought_as_a_guest,
    return_without_a_receipt,
    be_looked_at_again,
    be_reviewed_at_night,
    be_given_points,
    be_refused_points,
    be_given_a_voucher,
    be_frozen,
    redeem_a_reward,
    keep_a_reward,
    release_a_reward,
    use_a_reward,
    take_what_a_friend_gives,
    take_a_gift_link_back,
    leave_a_reward,
    leave_an_order_with_a_reward,
    pay_for_an_order_with_a_reward,
    give_to_a_cause,
    earn_for_an_action,
]


@dataclass
class Lived:
    """How a scene ends when nothing happens, and which calls it makes."""

    calls: list[str]
    story: str
    answer: str


lived: dict[str, Lived] = {}


@pytest.fixture(params=SCENES, ids=lambda prepare: prepare.__name__)
def prepare(request: pytest.FixtureRequest, shop: Shop, time: Clock) -> Callable[[Scene], Act]:
    prepare: Callable[[Scene], Act] = request.param
    if prepare.__name__ not in lived:
        live(prepare, Scene(shop, time))  # so that keys and programme are remembered
        lived[prepare.__name__] = live(prepare, Scene(shop, time))
    return prepare


def live(prepare: Callable[[Scene], Act], scene: Scene) -> Lived:
    act = prepare(scene)
    with faults.counted() as calls:
        answer = act()
    assert answer is None or answer.status in (200, 201), answer.text
    return Lived(calls.operations, books.story(*whose(scene)), told(scene, answer))


def needed(fault: str, operation: str) -> bool:
    """A read has nothing to be done twice; the SDK's own patience is only worth a long search."""
    if faults.THOROUGH:
        return True
    if operation.startswith(("TransactWrite", "Update", "Put")):
        return fault in faults.TRIED
    if operation == "TransactGetItems":
        return fault in {"killed before", "meets another"}
    return fault == "killed before" and operation != "Query"


def whose(scene: Scene) -> tuple[Shop, str, str]:
    return scene.shop, scene.member, scene.key


def told(scene: Scene, answer: Answer | None) -> str:
    """What a guest claims an order by is of this order alone, and a voucher of this member."""
    text = re.sub(r'"(claim|voucher)":"[^"]+"', r'"\1":"-"', answer.text) if answer else ""
    return books.anybody(text, *whose(scene))


@pytest.mark.parametrize("fault", faults.TRIED)
def test_whatever_happens_to_a_call_the_next_try_completes_it_with_one_effect(
    fault: str, prepare: Callable[[Scene], Act], shop: Shop, time: Clock
) -> None:
    expected = lived[prepare.__name__]
    for call, operation in enumerate(expected.calls):
        if not needed(fault, operation):
            continue
        scene = Scene(shop, time)
        act = prepare(scene)
        with suppress(faults.Killed, TryAgain), faults.at(call, fault):
            at_once = act()
            assert at_once is None or at_once.status != 500, at_once.text
        again = act()
        assert again is None or again.status in (200, 201), again.text
        once_more = act()
        assert books.story(*whose(scene)) == expected.story
        assert told(scene, again) == told(scene, once_more) == expected.answer
        assert once_more is None or once_more.status == 200


def test_every_scene_writes_once_and_what_is_read_is_read_before(
    prepare: Callable[[Scene], Act],
) -> None:
    """What the test above relies on: there is one call after which it has happened."""
    calls = lived[prepare.__name__].calls
    writes = [each for each in calls if each.startswith(("TransactWrite", "Update", "Put"))]
    assert writes
    assert calls[-1] == writes[-1]


def test_after_all_that_causes_are_owed_what_the_ledger_says(shop: Shop, time: Clock) -> None:
    time.set(NOON)
    kept = books.Books()
    mine = [member for each, member in kept.accounts if each == shop.id]
    given = [e for member in mine for e in kept.entries(shop, member) if e.kind == "gift"]
    owed = shop.call("GET", "/v1/members/gifts/report?month=2026-03").json
    assert owed["points"] == -sum(entry.points for entry in given)
    assert owed["amount"] == sum(entry.amount for entry in given)
