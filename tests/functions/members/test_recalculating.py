from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer

from functions.members import recalculate_tier
from stamkund.local.invocation import Context
from stamkund.rules.ledger import KINDS, MOVES_TIER
from stamkund.tables import keys, ledger
from tests.builders import Clock, Shop, a_shop
from tests.members import a_member, the_account


def a_record(shop: Shop, member: str, kind: str = "earn", **changes: Any) -> dict[str, Any]:
    image = {"pk": keys.of(shop.id, member), "sk": f"1#{kind}#r", "kind": kind, **changes}
    serialised = {name: TypeSerializer().serialize(value) for name, value in image.items()}
    number = str(id(image))
    return {
        "eventID": number,
        "eventName": "INSERT",
        "dynamodb": {"NewImage": serialised, "SequenceNumber": number},
    }


def delivered(*records: dict[str, Any]) -> list[str]:
    """The sequence numbers that failed."""
    answer = recalculate_tier.handler({"Records": list(records)}, Context("recalculate_tier"))  # type: ignore[arg-type]
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def tiers_of(shop: Shop, member: str) -> list[str]:
    return [e.tier_to for e in ledger.everything(shop.id, member) if e.kind == "tier"]


def test_a_record_brings_the_tier_up_to_date(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop, spend={"2026-03": 300_000})
    assert delivered(a_record(shop, member)) == []
    assert the_account(shop, member).tier == "silver"
    assert tiers_of(shop, member) == ["silver"]


def test_the_same_records_again_and_out_of_order_change_nothing(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop, spend={"2026-03": 300_000})
    records = [a_record(shop, member, kind) for kind in ("earn", "spend", "earn")]
    delivered(*records)
    before = the_account(shop, member)
    assert delivered(*reversed(records), *records) == []
    assert the_account(shop, member) == before


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(MOVES_TIER)))
def test_what_time_itself_writes_is_not_looked_at_again(time: Clock, kind: str) -> None:
    shop = a_shop()
    member = a_member(shop, spend={"2026-03": 300_000})
    assert delivered(a_record(shop, member, kind)) == []
    assert tiers_of(shop, member) == []


def test_a_poison_record_fails_alone(time: Clock) -> None:
    shop = a_shop()
    members = [a_member(shop, spend={"2026-03": 300_000}) for _ in range(2)]
    poison = a_record(shop, "m2")
    del poison["dynamodb"]["NewImage"]["pk"]
    records = [a_record(shop, members[0]), poison, a_record(shop, members[1])]
    assert delivered(*records) == [poison["dynamodb"]["SequenceNumber"]]
    assert [tiers_of(shop, member) for member in members] == [["silver"], ["silver"]]


def test_a_batch_of_nothing_but_poison_is_told_record_by_record(time: Clock) -> None:
    poison = a_record(a_shop(), "m2")
    poison["dynamodb"]["NewImage"] = {"kind": {"S": "earn"}}
    assert delivered(poison) == [poison["dynamodb"]["SequenceNumber"]]


def test_a_member_who_is_gone_does_not_hold_up_the_others(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop, spend={"2026-03": 300_000})
    assert delivered(a_record(shop, "mgone"), a_record(shop, member)) == []
    assert tiers_of(shop, member) == ["silver"]


def test_a_record_is_judged_by_its_own_shops_clock(time: Clock) -> None:
    shop = a_shop(sandbox=True)
    member = a_member(shop, spend={"2026-03": 300_000})
    shop.call("PUT", "/v1/programme/clock", {"time": "2027-06-01T12:00:00Z"})
    delivered(a_record(shop, member))
    assert tiers_of(shop, member) == []
