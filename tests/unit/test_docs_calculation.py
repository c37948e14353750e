"""The numbers in docs/calculation.md are what the rules work out."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from stamkund.rules import tiers, wallet
from stamkund.rules.basket import Basket, Line
from stamkund.rules.bill import Shopper, Wish
from stamkund.rules.order import Refund, promised
from stamkund.rules.placing import Terms, order_of, points_by_kind
from stamkund.rules.pricing import price
from stamkund.rules.programme import PointRules, Programme, Tiers
from stamkund.rules.refunds import Policy, Return, refund_of
from stamkund.rules.selection import Compiled, moment
from stamkund.rules.wallet import Wallet
from stamkund.tables.programmes import SINCE_EVER, TierRules

PAGE = (Path(__file__).parents[2] / "docs" / "calculation.md").read_text()
NOW = datetime(2026, 7, 15, 12, 0, tzinfo=UTC)


def examples(kind: str) -> list[Any]:
    blocks = re.findall(rf"```yaml {kind}\n(.*?)```", PAGE, re.DOTALL)
    # As text, so that `2026-04` stays a month and no date is guessed.
    return [
        pytest.param(yaml.load(block, yaml.BaseLoader), id=f"{kind}-{number}")
        for number, block in enumerate(blocks, 1)
    ]


def test_every_example_on_the_page_is_of_a_kind_that_is_run() -> None:
    kinds = set(re.findall(r"```yaml (\w+)", PAGE))
    assert kinds == {"priced", "earned", "wallet", "refunded", "taken", "tier"}
    assert PAGE.count("```yaml") == sum(len(examples(kind)) for kind in kinds)


def programme(club: dict[str, Any]) -> Programme:
    file = {"name": "x", "time_zone": "Europe/Stockholm", "currency": "SEK", "languages": ["en"]}
    return msgspec.convert(named({**file, **club}), Programme, strict=False)


def named(part: Any) -> Any:
    """Whatever has an id gets a name, which the page leaves out."""
    if isinstance(part, list):
        return [named(each) for each in part]
    if not isinstance(part, dict):
        return part
    filled = {key: named(value) for key, value in part.items()}
    return {"name": {"en": part["id"]}, **filled} if "id" in part else filled


def basket(example: dict[str, Any]) -> Basket:
    lines = []
    for number, said in enumerate(example["basket"]):
        fields = {"id": str(number), "quantity": 1, "vat_rate": 2500, **said}
        fields["unit_price"] = fields.pop("price")
        lines.append(msgspec.convert(fields, Line, strict=False))
    return Basket(example.get("currency", "SEK"), lines)


def shopper(example: dict[str, Any]) -> Shopper:
    member = example.get("member", {})
    return Shopper(tier=member.get("tier", ""), wallet=Wallet(numbers(member.get("lots", {}))))


def numbers(said: dict[str, str]) -> dict[str, int]:
    return {key: int(value) for key, value in said.items()}


def priced(example: dict[str, Any]) -> Any:
    compiled = Compiled(programme(example["club"]))
    wish = Wish(points=int(example.get("spend", 0)))
    at = moment(NOW, "Europe/Stockholm")
    return price(compiled, basket(example), shopper(example), at, wish)


@pytest.mark.parametrize("example", examples("priced"))
def test_a_basket_costs_and_earns_what_the_page_says(example: dict[str, Any]) -> None:
    result = priced(example)
    base, extra = points_by_kind(result.parts)
    found = {
        "due": sum(result.due),
        "by_points": sum(result.by_points),
        "points": result.points,
        "base": base,
        "extra": extra,
        "most": result.most_points,
        "cuts": {cut.id: cut.amount for cut in result.cuts},
        "missed": {missed.id: missed.code for missed in result.missed},
    }
    assert {key: as_text(found[key]) for key in example["gives"]} == example["gives"]


def as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: str(each) for key, each in value.items()}
    return str(value)


@pytest.mark.parametrize("example", examples("earned"))
def test_points_go_to_the_lot_that_the_page_says(example: dict[str, Any]) -> None:
    rules = msgspec.convert(example["points"], PointRules, strict=False)
    assert wallet.earned_lot(rules, example["on"]) == example["lot"]


@pytest.mark.parametrize("example", examples("wallet"))
def test_a_wallet_is_worth_what_the_page_says(example: dict[str, Any]) -> None:
    held = Wallet(numbers(example["lots"]), int(example.get("debt", 0)))
    found = msgspec.to_builtins(wallet.balance(held, example["today"]))
    assert found == numbers(example["gives"])
    takes = wallet.choose(held, int(example.get("spend", 0)), example["today"])
    assert {take.lot: take.points for take in takes} == numbers(example.get("takes", {}))


@pytest.mark.parametrize("example", examples("refunded"))
def test_refunds_in_parts_are_the_refund_of_the_whole(example: dict[str, Any]) -> None:
    result, goods = priced(example), basket(example)
    terms = Terms(key="web:1", member="m", occurred_at=NOW, month="2026-07")
    promise = promised(result, goods, version=1, tier="", debt=0, expires_at=NOW)
    order = order_of(terms, goods, promise)
    assert order.points == int(example["earned"])
    refunds: list[Refund] = []
    for number, said in enumerate(example["refunds"]):
        units = {line: int(count) for line, count in enumerate(said["units"]) if int(count)}
        asked = Return(order=order, refunds=refunds, units=units, reference=str(number), at=NOW)
        policy = Policy(claw_back="debt", today="2026-07-15", counts=True)
        refund = refund_of(asked, Wallet({order.lot: order.points}), policy).refund
        refunds.append(refund)
        found = {"money": refund.amount, "points": refund.points, "restored": refund.restored}
        assert found == {key: int(said[key]) for key in found}
    assert {
        "money": sum(refund.amount for refund in refunds),
        "points": sum(refund.points for refund in refunds),
        "restored": sum(refund.restored for refund in refunds),
    } == numbers(example["together"])


@pytest.mark.parametrize("example", examples("taken"))
def test_a_claw_back_takes_what_the_page_says(example: dict[str, Any]) -> None:
    held = Wallet(numbers(example["lots"]))
    for policy, said in example["policies"].items():
        taken = wallet.take_back(
            held, int(example["points"]), example["own"], policy, example["today"]
        )
        found = {"taken": -sum(taken.lots.values()), "debt": taken.debt}
        assert found | {"forgiven": taken.forgiven} == numbers(said), policy


@pytest.mark.parametrize("example", examples("tier"))
def test_a_tier_is_what_the_page_says(example: dict[str, Any]) -> None:
    rules = msgspec.convert(named(example["tiers"]), Tiers, strict=False)
    history = [TierRules(SINCE_EVER, 1, rules)]
    freezes = [(first, last) for first, last in example.get("freezes", [])]
    record = tiers.Record(numbers(example["spend"]), {}, freezes)
    start = tiers.newcomer(history, example["joined"][:7])
    found = {month: tiers.fold(history, record, start, month).tier for month in example["in"]}
    assert found == example["in"]
    if "forecast" in example:
        forecast = tiers.forecast(history, record, start, max(example["in"]))
        assert forecast is not None
        shown = {key: str(getattr(forecast, key)) for key in example["forecast"]}
        assert shown == example["forecast"]
