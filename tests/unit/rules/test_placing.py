from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from stamkund.rules import refunds
from stamkund.rules.bill import Shopper, Use, Voucher, Wish
from stamkund.rules.order import Order, promised
from stamkund.rules.placing import (
    Terms,
    exhausted,
    order_entries,
    order_of,
    reallocated,
    remaining,
    takes_stand,
    within_limits,
    without_benefits,
    without_points,
)
from stamkund.rules.pricing import price
from stamkund.rules.programme import (
    AmountOff,
    Basis,
    Cap,
    EarnRule,
    ExtraPoints,
    Pay,
    PointRules,
    Rate,
    When,
)
from stamkund.rules.selection import Compiled
from stamkund.rules.wallet import Take, Wallet
from tests.strategies import NOON, Case, a_member, at_noon, cases
from tests.unit.rules.test_pricing import basket, club, offer

DAY = at_noon().day
PAY = Pay(value=Rate(points=1, amount=10))


def placed(
    compiled: Compiled,
    *,
    who: Shopper | None = None,
    wish: Wish | None = None,
    charged: list[int] | None = None,
) -> Order:
    """Two shoes of 50 kr each."""
    goods, who = basket(("shoe", 2, 5_000)), who or Shopper()
    priced = price(compiled, goods, who, at_noon(), wish or Wish())
    promise = promised(priced, goods, version=1, tier="", debt=who.wallet.debt, expires_at=NOON)
    terms = Terms(key="web:1", member="m", occurred_at=NOON, month="2026-03", charged=charged)
    return order_of(terms, goods, promise)


@given(cases())
def test_an_order_is_what_was_promised_and_its_entries_say_so(case: Case) -> None:
    promise = promised(
        case.priced, case.basket, version=3, tier=case.who.tier, debt=0, expires_at=NOON
    )
    terms = Terms(key="web:1", member="m", occurred_at=NOON, month="2026-03")
    order = order_of(terms, case.basket, promise)
    assert order.charged == sum(case.priced.due) - sum(case.priced.by_points)
    assert (order.points, order.spent) == (case.priced.points, case.priced.spent)
    entries = order_entries(order, DAY)
    assert sum(entry.points for entry in entries) == order.points - order.spent
    assert sum(entry.qualifying for entry in entries) == order.points
    assert sum(entry.amount for entry in entries if entry.kind == "earn") == order.charged
    assert refunds.worth(order, {}) == refunds.Worth(0, 0, 0, 0)


@given(cases(), st.data())
def test_a_paid_order_earns_on_what_was_charged_and_never_more_than_was_due_is_called_given(
    case: Case, data: st.DataObject
) -> None:
    due = [due - by for due, by in zip(case.priced.due, case.priced.by_points, strict=True)]
    charged = [data.draw(st.sampled_from([0, each // 2, each, each + 70])) for each in due]
    promise = promised(case.priced, case.basket, version=3, tier="", debt=0, expires_at=NOON)
    terms = Terms(key="web:1", member="m", occurred_at=NOON, month="2026-03", charged=charged)
    order = order_of(terms, case.basket, promise)
    assert [line.charged for line in order.lines] == charged
    for given_cut, promised_cut in zip(order.cuts, promise.cuts, strict=True):
        for number, amount in given_cut.amounts.items():
            assert 0 <= amount <= promised_cut.amounts[number]
    for index, line in enumerate(case.basket.lines):
        given_here = sum(cut.amounts.get(index, 0) for cut in order.cuts)
        paid = charged[index] + case.priced.by_points[index]
        assert given_here + paid <= max(paid, line.unit_price * line.quantity)
    assert refunds.worth(order, {}) == refunds.Worth(0, 0, 0, 0)
    if charged == due:
        assert (order.points, order.cuts, order.shortfalls) == (
            case.priced.points, promise.cuts, [],
        )  # fmt: skip


def test_a_guests_order_enters_nothing() -> None:
    order = replace(placed(club()), member="", parts=[])
    assert order_entries(order, DAY) == []


# --- what was promised and is no longer there ------------------------------------------------


def test_lots_that_were_merged_are_chosen_anew_for_the_same_points() -> None:
    order = replace(placed(club()), takes=[Take("2026-03-01>never", 40)])
    account = a_member(lots={">never": 50})
    assert not takes_stand(order, account, 0)
    chosen = reallocated(order, account, DAY)
    assert chosen is not None
    assert chosen.takes == [Take(">never", 40)]
    assert reallocated(order, a_member(lots={">never": 39}), DAY) is None


def test_a_debt_that_came_meanwhile_takes_the_points_first() -> None:
    order = replace(placed(club()), takes=[Take(">never", 40)])
    assert takes_stand(order, a_member(lots={">never": 40}), 0)
    assert not takes_stand(order, a_member(lots={">never": 40}, debt=1), 0)


def test_a_paid_order_whose_points_are_gone_earns_on_money_alone_and_all_of_that_comes_back() -> (
    None
):
    basis = Basis(paid_with_points="included")
    compiled = club(points=PointRules(earn=Rate(points=1, amount=100), basis=basis, pay=PAY))
    who = Shopper(wallet=Wallet({">never": 400}))
    order = placed(compiled, who=who, wish=Wish(points=400), charged=[6_000])
    assert (order.points, order.spent) == (100, 400)
    gone = without_points(order)
    assert (gone.points, gone.spent, gone.charged) == (60, 0, 6_000)
    assert [(s.benefit, s.amount, s.points) for s in gone.shortfalls] == [("points", 4_000, 400)]
    assert refunds.worth(gone, {}).points == 0
    assert refunds.worth(gone, {0: 2}).points == 60


def test_a_full_cap_takes_what_it_has_left_of_a_paid_order_whichever_way_the_rule_adds() -> None:
    for how in ("multiplier", "points_per_unit", "points_per_order"):
        gives = {"multiplier": 200, "points_per_unit": 50, "points_per_order": 100}[how]
        rule = EarnRule(id="extra", name={}, cap=Cap(day=100, month=150))
        rule = replace(rule, **{how: gives})
        compiled = club(points=PointRules(earn=Rate(points=1, amount=100), rules=[rule]))
        order = placed(compiled, charged=[10_000])
        day, month = f"extra@{DAY}", f"extra@{DAY[:7]}"
        assert (order.points, [use.n for use in order.uses]) == (200, [100, 100])
        for used, left in (({day: 70}, 30), ({day: 70, month: 100}, 30), ({month: 130}, 20)):
            account = a_member(used=used)
            capped = within_limits(order, account)
            assert capped.points == 100 + left
            assert capped.uses == [Use(day, left, 100), Use(month, left, 150)]
            assert [s.points for s in capped.shortfalls] == [100 - left]
            assert exhausted(capped, account) == []
            assert refunds.worth(capped, {}).points == 0
            assert refunds.worth(capped, {0: 2}).points == 100 + left


def test_a_whole_windows_cap_is_counted_beside_that_of_the_day() -> None:
    when = When(end=datetime(2026, 12, 1, tzinfo=UTC))
    rule = EarnRule(id="r", name={}, points_per_order=100, cap=Cap(day=300, window=150), when=when)
    compiled = club(points=PointRules(earn=Rate(points=1, amount=100), rules=[rule]))
    order = placed(compiled, charged=[10_000])
    window = "r@2026-12-01.window"
    assert order.uses == [Use(f"r@{DAY}", 100, 300), Use(window, 100, 150)]
    capped = within_limits(order, a_member(used={window: 120}))
    assert capped.uses == [Use(f"r@{DAY}", 30, 300), Use(window, 30, 150)]
    assert [s.points for s in capped.shortfalls] == [70]


def test_a_cap_on_everything_and_one_on_a_rule_are_both_kept() -> None:
    rule = EarnRule(id="extra", name={}, points_per_order=100, cap=Cap(day=100))
    earn = Rate(points=1, amount=100)
    compiled = club(points=PointRules(earn=earn, rules=[rule], cap=Cap(month=180)))
    order = placed(compiled, charged=[10_000])
    assert order.points == 180
    account = a_member(used={f"extra@{DAY}": 90, f"points@{DAY[:7]}": 75})
    capped = within_limits(order, account)
    assert capped.points == 105
    assert capped.uses == [Use(f"extra@{DAY}", 5, 100), Use(f"points@{DAY[:7]}", 105, 180)]


def test_an_offer_whose_limit_is_reached_gives_a_paid_order_no_points() -> None:
    compiled = club(offers=[offer("gift", ExtraPoints(25), limit_per_member=1)])
    order = placed(compiled, charged=[10_000])
    assert (order.points, order.uses) == (125, [Use("gift", 1, 1)])
    late = within_limits(order, a_member(used={"gift": 1}))
    assert (late.points, late.uses) == (100, [])
    assert [(s.benefit, s.points) for s in late.shortfalls] == [("gift", 25)]


def test_an_offer_whose_limit_is_reached_but_cost_no_points_lacks_nothing() -> None:
    """The shop has given the money already."""
    compiled = club(offers=[offer("ten", AmountOff(1_000), limit_per_member=1)])
    order = placed(compiled, charged=[9_000])
    late = within_limits(order, a_member(used={"ten": 1}))
    assert (late.points, late.uses, late.shortfalls) == (90, [], [])


def test_a_voucher_that_is_gone_is_a_shortfall_of_what_it_gave() -> None:
    who = Shopper(vouchers={"v": Voucher("v", 2_500, NOON.replace(year=2027))})
    order = placed(club(), who=who, wish=Wish(vouchers=("v",)), charged=[7_500])
    assert order.vouchers == ["v"]
    gone = without_benefits(order, ["v"])
    assert gone.vouchers == []
    assert [(s.benefit, s.amount) for s in gone.shortfalls] == [("v", 2_500)]
    assert gone.charged == 7_500


def test_what_remains_of_an_order_is_its_money_less_what_has_come_back() -> None:
    order = placed(club())
    assert remaining(order.plan, order.lines, {0: 1}).amounts == [5_000]
    assert remaining(order.plan, order.lines, {0: 2}).units == [0]
