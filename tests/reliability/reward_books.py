"""What must always hold of rewards, gifts and what is earned by more than buying."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from stamkund.rules.ledger import Entry
from stamkund.tables import redemptions
from stamkund.tables.accounts import BENEFIT, BenefitItem, redeemed_in
from tests.builders import Shop
from tests.reliability.books import Books


def hold_rewards(
    kept: Books, shop: Shop, entries: Mapping[str, list[Entry]], now: Callable[[str], str]
) -> None:
    """Each voucher was paid for once, and what was released was given back once; a limit counts
    those that were not released; causes are owed what members gave.

    `now` says who a member is by now. Of who has left nothing is there to hold against the ledger.
    """
    out: Counter[str] = Counter()
    people: dict[str, list[str]] = {}
    for member in entries:
        people.setdefault(now(member), []).append(member)
    here = {who for who in people if kept.accounts[shop.id, who].status == "active"}
    for who in here:
        members = people[who]
        told = [entry for member in members for entry in entries[member]]
        items = [item for member in members for item in kept.benefits(shop, member)]
        bought = [item for item in items if redeemed_in(item)]
        for item in bought:
            _hold_paid(item, told)
            out[item.redeemed.reward] += item.status != redemptions.RELEASED
        _hold_no_others(bought, told)
        _hold_counted(bought, kept, shop, members)
        _hold_earned(kept, shop, members, told)
    claimed = kept.claimed(shop, "reward.delivery")
    assert out["delivery"] <= claimed <= 3
    if len(here) == len(people):
        assert out["delivery"] == claimed
    _hold_gifts(kept, shop, entries, everybody=len(here) == len(people))


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


def _hold_counted(bought: list[BenefitItem], kept: Books, shop: Shop, members: list[str]) -> None:
    """Each of those who are one now may have had as many as anybody."""
    had = sum(i.redeemed.reward == "cheque" and i.status != "released" for i in bought)
    used = [kept.accounts[shop.id, member].used for member in members]
    given = sum(len(kept.receipts(shop, member)) for member in members)
    assert sum(one.get("reward.cheque", 0) for one in used) == had <= 2 * len(members)
    assert sum(one.get("reward.gift", 0) for one in used) == given <= 3 * len(members)


def _hold_earned(kept: Books, shop: Shop, members: list[str], told: list[Entry]) -> None:
    bonus = sum(e.points for e in told if e.kind == "bonus" and e.reason != "welcome")
    earned = [item for member in members for item in kept.earnings(shop, member)]
    assert bonus == sum(int(item.points) for item in earned)
    by_action = Counter(item.sk.split("#")[1] for item in earned)
    assert by_action["newsletter"] <= len(members)
    days = Counter(item.earned_at[:10] for item in earned if "#visit#" in item.sk)
    # Two days of the shop meet in one of UTC.
    assert all(times <= 4 * len(members) for times in days.values())
    years = Counter(item.earned_at[:4] for item in earned if "#birthday#" in item.sk)
    assert all(times <= 2 * len(members) for times in years.values())


def _hold_gifts(
    kept: Books, shop: Shop, entries: Mapping[str, list[Entry]], *, everybody: bool
) -> None:
    gifts = [e for told in entries.values() for e in told if e.kind == "gift"]
    receipts = [one for member in entries for one in kept.receipts(shop, member)]
    ledger = len(gifts), -sum(e.points for e in gifts), sum(e.amount for e in gifts)
    told = (
        len(receipts),
        sum(int(one.points) for one in receipts),
        sum(int(one.amount) for one in receipts),
    )
    assert kept.owed_to_causes(shop) == ledger
    if everybody:
        assert ledger == told


def _points(told: list[Entry], kind: str, reference: str) -> int:
    return sum(e.points for e in told if e.kind == kind and e.reference == reference)
