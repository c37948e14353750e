"""What must always hold of rewards, gifts and what is earned by more than buying."""

from collections import Counter
from collections.abc import Iterable, Mapping

from stamkund.rules.ledger import Entry
from stamkund.tables import redemptions
from stamkund.tables.accounts import BENEFIT, BenefitItem, redeemed_in
from tests.builders import Shop
from tests.reliability.books import Books


def hold_rewards(kept: Books, shop: Shop, entries: Mapping[str, list[Entry]]) -> None:
    """Each voucher was paid for once, and what was released was given back once; a limit counts
    those that were not released; causes are owed what members gave."""
    out: Counter[str] = Counter()
    for member, told in entries.items():
        bought = [item for item in kept.benefits(shop, member) if redeemed_in(item)]
        for item in bought:
            _hold_paid(item, told)
            out[item.redeemed.reward] += item.status != redemptions.RELEASED
        _hold_no_others(bought, told)
        _hold_counted(bought, kept, shop, member)
        _hold_earned(kept, shop, member, told)
    assert kept.claimed(shop, "reward.delivery") == out["delivery"] <= 3
    _hold_gifts(kept, shop, entries)


def _hold_paid(item: BenefitItem, told: list[Entry]) -> None:
    id, points = item.sk.removeprefix(BENEFIT), item.redeemed.points
    released = item.status == redemptions.RELEASED
    assert _points(told, "spend", id) == -points
    assert _points(told, "restore", id) == (points if released else 0)
    # What waits is in the index; what is over is not.
    assert (item.waiting_key is None) == (item.waiting_since is None)
    if released:
        assert item.waiting_key is None
    reserved: str | None = item.valid_until
    if reserved and not released:
        assert item.waiting_key


def _hold_no_others(bought: Iterable[BenefitItem], told: list[Entry]) -> None:
    ids = {item.sk.removeprefix(BENEFIT) for item in bought}
    of_rewards = [e for e in told if e.kind in {"spend", "restore"} and not e.order]
    assert {entry.reference for entry in of_rewards} <= ids


def _hold_counted(bought: list[BenefitItem], kept: Books, shop: Shop, member: str) -> None:
    had = sum(i.redeemed.reward == "cheque" and i.status != "released" for i in bought)
    used = kept.accounts[shop.id, member].used
    assert used.get("reward.cheque", 0) == had <= 2
    assert used.get("reward.gift", 0) == len(kept.receipts(shop, member)) <= 3


def _hold_earned(kept: Books, shop: Shop, member: str, told: list[Entry]) -> None:
    bonus = sum(e.points for e in told if e.kind == "bonus" and e.reason != "welcome")
    earned = kept.earnings(shop, member)
    assert bonus == sum(int(item.points) for item in earned)
    by_action = Counter(item.sk.split("#")[1] for item in earned)
    assert by_action["newsletter"] <= 1
    days = Counter(item.earned_at[:10] for item in earned if "#visit#" in item.sk)
    assert all(times <= 4 for times in days.values())  # two days of the shop meet in one of UTC
    years = Counter(item.earned_at[:4] for item in earned if "#birthday#" in item.sk)
    assert all(times <= 2 for times in years.values())


def _hold_gifts(kept: Books, shop: Shop, entries: Mapping[str, list[Entry]]) -> None:
    gifts = [e for told in entries.values() for e in told if e.kind == "gift"]
    receipts = [one for member in entries for one in kept.receipts(shop, member)]
    ledger = len(gifts), -sum(e.points for e in gifts), sum(e.amount for e in gifts)
    told = (
        len(receipts),
        sum(int(one.points) for one in receipts),
        sum(int(one.amount) for one in receipts),
    )
    assert kept.owed_to_causes(shop) == ledger == told


def _points(told: list[Entry], kind: str, reference: str) -> int:
    return sum(e.points for e in told if e.kind == kind and e.reference == reference)
