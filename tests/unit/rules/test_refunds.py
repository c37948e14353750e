from itertools import accumulate
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from stamkund.rules.bill import Shopper, Use, Wish
from stamkund.rules.earning import qualifying_amount
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry
from stamkund.rules.order import Order, Refund, promised
from stamkund.rules.placing import (
    Terms,
    exhausted,
    order_of,
    remaining,
    within_limits,
    without_benefits,
    without_points,
)
from stamkund.rules.pricing import price
from stamkund.rules.programme import Cap, ClawBack, EarnRule, PointRules, Rate
from stamkund.rules.refunds import Policy, Return, Returned, refund_of, units_left, units_of, worth
from stamkund.rules.selection import Compiled
from stamkund.rules.wallet import Wallet, balance
from tests.strategies import NOON, Case, a_member, at_noon, cases
from tests.unit.rules.test_pricing import basket, club

DAY = at_noon().day
Parcels = list[dict[int, int]]


class Split(NamedTuple):
    """An order, and how all that is returned of it comes back."""

    order: Order
    parcels: Parcels

    @property
    def whole(self) -> dict[int, int]:
        units: dict[int, int] = {}
        for parcel in self.parcels:
            for line, count in parcel.items():
                units[line] = units.get(line, 0) + count
        return units

    @property
    def is_everything(self) -> bool:
        return not any(
            line.quantity - self.whole.get(index, 0) for index, line in enumerate(self.order.lines)
        )


def order_from(case: Case, charged: list[int] | None = None) -> Order:
    promise = promised(
        case.priced, case.basket, version=1, tier=case.who.tier, debt=0, expires_at=NOON
    )
    terms = Terms(key="web:1", member="m", occurred_at=NOON, month="2026-03", charged=charged)
    return order_of(terms, case.basket, promise)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """As promised, or paid: then with other amounts, and with what is gone by then left out."""
    case = draw(cases())
    if draw(st.booleans()):
        return order_from(case)
    due = [due - by for due, by in zip(case.priced.due, case.priced.by_points, strict=True)]
    charged = [draw(st.sampled_from([each, each // 2, each + 100])) for each in due]
    order = order_from(case, charged)
    if draw(st.booleans()):
        order = without_points(order)
    order = without_benefits(order, [cut.id for cut in order.cuts[: draw(st.integers(0, 1))]])
    account = a_member(used={use.key: draw(st.integers(0, use.limit)) for use in order.uses})
    return within_limits(order, account) if exhausted(order, account) else order


@st.composite
def splits(draw: st.DrawFn) -> Split:
    order = draw(orders())
    parcels: Parcels = [{} for _ in range(draw(st.integers(1, 4)))]
    everything = draw(st.booleans())
    for index, line in enumerate(order.lines):
        left = line.quantity if everything else draw(st.integers(0, line.quantity))
        for parcel in parcels[:-1]:
            parcel[index] = draw(st.integers(0, left))
            left -= parcel[index]
        parcels[-1][index] = left
    return Split(order, [{i: n for i, n in parcel.items() if n} for parcel in parcels])


def returned(
    order: Order, parcels: Parcels, wallet: Wallet | None = None, claw_back: ClawBack = "debt"
) -> list[Returned]:
    """One after the other, each by what those before it have left in the wallet."""
    policy = Policy(claw_back=claw_back, today=DAY, counts=True)
    held = wallet if wallet is not None else Wallet({order.lot: order.points})
    done: list[Returned] = []
    for number, units in enumerate(parcels):
        before = [each.refund for each in done]
        asked = Return(order=order, refunds=before, units=units, reference=str(number), at=NOON)
        done.append(refund_of(asked, held, policy))
        held = after(held, done[-1].entries)
    return done


def after(wallet: Wallet, entries: list[Entry]) -> Wallet:
    lots = dict(wallet.lots)
    for entry in entries:
        for lot, points in entry.lots.items():
            lots[lot] = lots.get(lot, 0) + points
    return replace(wallet, lots=lots, debt=wallet.debt + sum(entry.debt for entry in entries))


def summed(done: list[Returned]) -> dict[str, int]:
    refunds = [each.refund for each in done]
    return {
        "amount": sum(refund.amount for refund in refunds),
        "points": sum(refund.points for refund in refunds),
        "restored": sum(refund.restored for refund in refunds),
        "spend": sum(refund.spend for refund in refunds),
        "entries' spend": sum(e.spend for each in done for e in each.entries),
        "entries' qualifying": sum(e.qualifying for each in done for e in each.entries),
        "entries' points": sum(e.points for each in done for e in each.entries)
        - sum(refund.forgiven for refund in refunds),
    }


@given(splits())
def test_any_split_of_a_return_is_one_return(split: Split) -> None:
    assert summed(returned(split.order, split.parcels)) == summed(
        returned(split.order, [split.whole])
    )


@given(splits())
def test_a_return_never_exceeds_the_order_and_of_everything_is_the_order(split: Split) -> None:
    order = split.order
    amounts = remaining(order.plan, order.lines, {}).amounts
    most = {
        "amount": order.charged,
        "points": order.points,
        "restored": order.spent,
        "spend": qualifying_amount(order.plan, amounts),
    }
    sums = summed(returned(order, split.parcels))
    for name, limit in most.items():
        assert 0 <= sums[name] <= limit
        if split.is_everything:
            assert sums[name] == limit


@given(splits())
def test_nothing_returned_is_worth_nothing_and_more_is_never_worth_less(split: Split) -> None:
    """Also where points, a voucher or a cap were gone when the order was placed."""
    units: dict[int, int] = {}
    worths = [worth(split.order, units)]
    assert (worths[0].amount, worths[0].points, worths[0].restored, worths[0].spend) == (0,) * 4
    for parcel in split.parcels:
        units = {i: units.get(i, 0) + parcel.get(i, 0) for i in {*units, *parcel}}
        worths.append(worth(split.order, units))
    for field in ("amount", "points", "restored", "spend"):
        values = [getattr(each, field) for each in worths]
        assert values == list(accumulate(values, max))


@given(splits())
def test_the_points_that_come_back_go_to_the_same_lots_however_the_return_is_split(
    split: Split,
) -> None:
    def restored(done: list[Returned]) -> Wallet:
        return after(Wallet(), [e for each in done for e in each.entries if e.kind == "restore"])

    assert restored(returned(split.order, split.parcels)) == restored(
        returned(split.order, [split.whole])
    )


@given(splits(), st.sampled_from(["only_pending", "within_balance", "debt"]))
def test_whatever_the_policy_each_entry_is_the_sum_of_its_lots_and_nothing_falls_below_zero(
    split: Split, claw_back: ClawBack
) -> None:
    """The member has spent everything and has some points of another order."""
    held = Wallet({"2026-03-15>never": 7, ">2026-05": 3})
    for each in returned(split.order, split.parcels, held, claw_back):
        for entry in each.entries:
            assert entry.points == sum(entry.lots.values()) - entry.debt
        held = after(held, each.entries)
        assert all(points >= 0 for points in held.lots.values())
        if claw_back != "debt":
            assert held.debt == 0


@given(splits())
def test_a_guests_return_is_money_alone(split: Split) -> None:
    order = replace(split.order, member="", parts=[], takes=[])
    policy = Policy(claw_back="debt", today=DAY, counts=True)
    asked = Return(order=order, refunds=[], units=split.whole, reference="r", at=NOON)
    done = refund_of(asked, None, policy)
    assert (done.entries, done.refund.points, done.refund.restored) == ([], 0, 0)
    if split.is_everything:
        assert done.refund.amount == order.charged


@given(orders())
def test_a_return_that_comes_too_late_for_the_tier_still_takes_the_points(order: Order) -> None:
    policy = Policy(claw_back="debt", today=DAY, counts=False)
    units = units_left(order, [])
    asked = Return(order=order, refunds=[], units=units, reference="r", at=NOON)
    done = refund_of(asked, Wallet({order.lot: order.points}), policy)
    assert done.refund.points == order.points
    assert {(e.month, e.spend, e.qualifying) for e in done.entries} == {("", 0, 0)}


# --- worked examples -------------------------------------------------------------------------


def priced_case(compiled: Compiled, units: int, each: int) -> Case:
    goods = basket(("shoe", units, each))
    return Case(compiled, goods, Shopper(), Wish(), price(compiled, goods, Shopper(), at_noon()))


def an_order(units: int, each: int) -> Order:
    """One line; a point for a krona."""
    return order_from(priced_case(club(), units, each))


def test_small_returns_do_not_each_round_down_to_nothing() -> None:
    """Ten units of 0.99 kr earn nine points; returned one by one they take nine as well."""
    order = an_order(10, 99)
    taken = [each.refund.points for each in returned(order, [{0: 1}] * 10)]
    assert (sum(taken), max(taken)) == (9, 1)


def test_a_third_of_a_krona_is_never_lost() -> None:
    order = an_order(3, 100)
    order = replace(order, lines=[replace(order.lines[0], charged=100)])
    amounts = [each.refund.amount for each in returned(order, [{0: 1}] * 3)]
    assert amounts == [33, 34, 33]


def test_more_than_was_bought_or_is_left_is_refused_with_the_most_that_is_not() -> None:
    order = an_order(3, 100)
    done = [Refund("r", NOON, {0: 2}, 200, 2, 0, 0, 0, 200)]
    with pytest.raises(Refused) as refused:
        units_of(order, done, {"l0": 2})
    assert (refused.value.code, refused.value.params) == ("refund_too_large", {"most": 1})
    with pytest.raises(Refused, match="line_not_found"):
        units_of(order, done, {"l1": 1})
    assert units_left(order, done) == {0: 1}


def test_a_limit_met_by_a_paid_order_is_not_passed() -> None:
    """The day's cap of the rule has five points left."""
    rule = EarnRule(id="extra", name={}, points_per_order=20, cap=Cap(day=20))
    compiled = club(points=PointRules(earn=Rate(points=1, amount=100), rules=[rule]))
    order = order_from(priced_case(compiled, 1, 1_000), [1_000])
    assert (order.points, order.uses) == (30, [Use("extra@2026-03-10", 20, 20)])
    later = within_limits(order, a_member(used={"extra@2026-03-10": 15}))
    assert later.points == 15
    assert later.uses == [Use("extra@2026-03-10", 5, 20)]
    assert [(s.benefit, s.points) for s in later.shortfalls] == [("extra@2026-03-10", 15)]


def test_what_a_debt_is_repaid_with_is_not_taken_twice() -> None:
    order = an_order(2, 1_000)
    held = Wallet({">never": 5})
    first, second = returned(order, [{0: 1}, {0: 1}], held)
    assert (first.refund.debt, second.refund.debt) == (5, 10)
    end = after(after(held, first.entries), second.entries)
    assert (balance(end, DAY).available, balance(end, DAY).debt) == (0, 15)
