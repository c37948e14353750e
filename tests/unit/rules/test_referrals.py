"""What becomes of a friend, decided on all that there is to be seen and on nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from stamkund.rules.account import Account, with_entries
from stamkund.rules.calendar import month_number, month_numbered
from stamkund.rules.ledger import Entry, summed
from stamkund.rules.programme import (
    AmbassadorLevel,
    Ambassadors,
    AmountOff,
    Match,
    Pay,
    PointRules,
    Rate,
    Text,
)
from stamkund.rules.referral_rules import (
    PointsGiven,
    Referrals,
    SpecialBenefit,
    VoucherGiven,
)
from stamkund.rules.referrals import (
    FRIENDS,
    MOVES,
    STATES,
    STEPS,
    Bought,
    Ground,
    Invited,
    Purchase,
    Qualify,
    Referral,
    Seen,
    Sides,
    State,
    Step,
    Withdraw,
    begun,
    bought_by,
    carried_out,
    counters,
    decided,
    moved,
    refused,
    released,
)
from stamkund.rules.selection import moment
from stamkund.rules.suspicions import Suspicion
from stamkund.rules.tiers import Standing

NAME: Text = {"sv": "Namn"}
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
ZONE = "Europe/Stockholm"
CHEQUE = VoucherGiven(AmountOff(50_000))
RULES = Referrals(
    referrer=PointsGiven(500),
    friend=VoucherGiven(AmountOff(5_000)),
    min_order=30_000,
    ambassadors=Ambassadors(levels=[AmbassadorLevel("friend", NAME, 10)]),
)
RETURNED = Withdraw("reverse", "returned")
SHOE, BICYCLE = ("shoe", "shoes", "fjell"), ("bike", "bicycles/city", "")


def ground(rules: Referrals = RULES, days: int = 0) -> Ground:
    return Ground(
        shop="s",
        rules=rules,
        points=PointRules(earn=Rate(1, 100)),
        version=1,
        zone=ZONE,
        return_days=30,
        at=moment(NOON + timedelta(days=days), ZONE),
    )


def an_account(member: str = "m1", **fields: Any) -> Account:
    return Account(shop="s", member=member, card="", **fields)


def a_friend(rules: Referrals = RULES, **fields: Any) -> Referral:
    invited = Invited(referrer="m1", source="sms", since=NOON)
    return replace(begun("m2", invited, ground(rules)).after, **fields)


def a_purchase(
    amount: int = 49_900, order: str = "web:1", days: float = 0, *goods: tuple[str, str, str]
) -> Purchase:
    at = NOON + timedelta(days=days)
    return Purchase(order, at, amount, list(goods or [SHOE]) if amount else [])


def seen(*purchases: Purchase, **fields: Any) -> Seen:
    return Seen(purchases=purchases, **fields)


def on_day(day: int) -> str:
    return moment(NOON + timedelta(days=day), ZONE).day


def lived(
    rules: Referrals, *days: tuple[int, Seen], referrer: Account | None = None
) -> tuple[Referral, Account]:
    """What has become of a friend, and of the member who brought them, after these days, on each
    of which somebody looks until there is nothing more to do."""
    referral, account = a_friend(rules), referrer or an_account()
    for day, what in days:
        for _ in range(10):
            now = replace(what, used=account.used)
            decision = decided(referral, now, rules, on_day(day))
            if decision is None:
                break
            base = ground(rules, day)
            carried = carried_out(referral, decision, base, Sides(account, an_account("m2")))
            referral, account = carried.after, with_entries(account, carried.referrer)
        else:
            raise AssertionError("there is always something to do")
    return referral, account


# The table


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_leads_where_the_table_says_or_nowhere(state: State, step: Step) -> None:
    referral = a_friend(state=state)
    if state in MOVES[step]:
        after = moved(referral, step, NOON, "why")
        assert (after.state, after.history[-1].reason) == (MOVES[step][state], "why")
    else:
        with pytest.raises(KeyError):
            moved(referral, step, NOON)


def test_nothing_leads_out_of_refused_and_nothing_but_staff_out_of_held() -> None:
    assert not any("refused" in ways for ways in MOVES.values())
    assert {step for step, ways in MOVES.items() if "held" in ways} == {"release", "refuse"}


# How it goes


def test_a_first_purchase_waits_as_long_as_it_can_be_returned_and_then_counts() -> None:
    pending, account = lived(RULES, (0, seen(a_purchase())))
    assert pending.state == "pending"
    assert account.lots == {"2026-04-09>never": 500}
    for day, state in ((29, "pending"), (30, "available"), (300, "available")):
        referral, account = lived(RULES, (0, seen(a_purchase())), (day, seen(a_purchase())))
        assert referral.state == state
        assert sum(account.lots.values()) == 500
        assert account.used.get("merit", 0) == (10 if state == "available" else 0)


@pytest.mark.parametrize(
    ("purchase", "state"),
    [
        (a_purchase(30_000), "pending"),
        (a_purchase(29_999), "joined"),
        (a_purchase(0), "joined"),
        (a_purchase(days=-1), "joined"),  # before they were invited
    ],
)
def test_what_counts_is_enough_and_after_the_invitation(purchase: Purchase, state: str) -> None:
    assert lived(RULES, (0, seen(purchase)))[0].state == state


@pytest.mark.parametrize(
    ("left", "reason"),
    [(a_purchase(0), "returned"), (a_purchase(29_999), "below_minimum"), (None, "returned")],
)
@pytest.mark.parametrize("day", [1, 31])
def test_what_is_returned_is_taken_back_before_and_after_it_counted(
    left: Purchase | None, reason: str, day: int
) -> None:
    then = seen(left) if left else seen()
    referral, account = lived(RULES, (0, seen(a_purchase())), (30, seen(a_purchase())), (day, then))
    if day == 1:
        referral, account = lived(RULES, (0, seen(a_purchase())), (day, then))
    assert (referral.state, referral.reason) == ("reversed", reason)
    assert not account.lots
    assert not account.debt
    assert not any(account.used.values())
    assert referral.returned == 1


def test_points_that_were_spent_are_owed_as_the_programme_says() -> None:
    _, account = lived(RULES, (0, seen(a_purchase())), (30, seen(a_purchase())))
    spent = replace(account, lots={})
    referral = lived(RULES, (0, seen(a_purchase())), (30, seen(a_purchase())))[0]
    for policy, debt in (("debt", 500), ("within_balance", 0), ("only_pending", 0)):
        base = ground(RULES, 31)
        assert base.points
        points = replace(base.points, claw_back=policy)
        ground_then = replace(base, points=points)
        carried = carried_out(referral, RETURNED, ground_then, Sides(spent, an_account("m2")))
        after = with_entries(spent, carried.referrer)
        assert (after.debt, after.lots) == (debt, {})


def test_another_purchase_counts_where_the_first_came_back() -> None:
    second = a_purchase(order="web:2", days=1)
    referral, account = lived(
        RULES, (1, seen(a_purchase(), second)), (2, seen(a_purchase(0), second))
    )
    assert referral.state == "pending"
    assert referral.credit
    assert (referral.credit.order, referral.count, referral.returned) == ("web:2", 2, 1)
    assert sum(account.lots.values()) == 500


def test_what_is_published_later_does_not_change_what_is_agreed() -> None:
    referral, account = lived(RULES, (0, seen(a_purchase())))
    stricter = replace(RULES, min_order=100_000, referrer=PointsGiven(1))
    assert decided(referral, seen(a_purchase()), stricter, on_day(1)) is None
    sides = Sides(account, an_account("m2"))
    carried = carried_out(referral, RETURNED, ground(stricter), sides)
    assert with_entries(account, carried.referrer).lots == {}


@pytest.mark.parametrize(
    ("if_used", "used", "takes", "points"),
    [
        ("keep", False, True, 0),
        ("keep", True, False, 0),
        ("points", False, True, 0),
        ("points", True, True, -5_000),  # 500 kronor, at ten points a krona
    ],
)
def test_a_voucher_that_was_used_is_kept_or_paid_for_in_points(
    if_used: Literal["keep", "points"], used: bool, takes: bool, points: int
) -> None:
    rules = replace(RULES, referrer=replace(CHEQUE, if_used=if_used))
    referral, account = lived(rules, (0, seen(a_purchase())), (30, seen(a_purchase())))
    pays = PointRules(earn=Rate(1, 100), pay=Pay(Rate(10, 100)))
    sides = Sides(account, an_account("m2"), voucher_used=used)
    carried = carried_out(referral, RETURNED, replace(ground(rules, 31), points=pays), sides)
    assert carried.takes == takes
    assert with_entries(account, carried.referrer).debt == -points
    # Where points pay for nothing, nobody knows how many it was worth.
    assert with_entries(account, carried_out(
        referral, RETURNED, ground(rules, 31), sides).referrer).debt == 0  # fmt: skip


# Caps, ladder, campaigns, categories


def test_so_many_count_in_a_month_and_in_a_year() -> None:
    rules = replace(RULES, per_month=2, per_year=3)
    month, year = counters(on_day(0))[1:3]
    for used, reason in (
        ({month: 1, year: 2}, ""),
        ({month: 2, year: 2}, "full_this_month"),
        ({month: 1, year: 3}, "full_this_year"),
    ):
        referral, account = lived(rules, (0, seen(a_purchase())), referrer=an_account(used=used))
        assert referral.state == ("refused" if reason else "pending")
        assert referral.reason == reason
        assert bool(account.lots) is not bool(reason)


SPECIAL = [
    SpecialBenefit("bicycle", NAME, CHEQUE, Match(categories=["bicycles"])),
    SpecialBenefit("spring", NAME, PointsGiven(700), start=NOON, end=NOON + timedelta(days=7)),
    SpecialBenefit("many", NAME, PointsGiven(900), from_friends=3),
]


@pytest.mark.parametrize(
    ("purchase", "friends", "special"),
    [
        (a_purchase(49_900, "web:1", 0, SHOE, BICYCLE), 0, "bicycle"),
        (a_purchase(), 0, "spring"),
        (a_purchase(days=8), 0, ""),
        (a_purchase(days=8), 2, "many"),
        (a_purchase(days=8), 1, ""),
    ],
)
def test_the_first_special_benefit_that_fits_is_given(
    purchase: Purchase, friends: int, special: str
) -> None:
    rules = replace(RULES, special=SPECIAL)
    account = an_account(used={FRIENDS: friends})
    referral, _ = lived(rules, (8, seen(purchase)), referrer=account)
    assert referral.credit
    assert referral.credit.special == special


def test_a_special_benefit_goes_with_the_goods_that_it_was_for() -> None:
    rules = replace(RULES, special=SPECIAL[:1])
    both = a_purchase(500_000, "web:1", 0, SHOE, BICYCLE)
    left = a_purchase(60_000, "web:1", 0, SHOE)
    referral, account = lived(rules, (0, seen(both)), (1, seen(left)))
    assert [one.reason for one in referral.history] == ["", "", "goods_returned", ""]
    assert referral.state == "pending"
    assert account.lots == {"2026-04-09>never": 500}


def test_a_campaign_has_a_beginning_and_an_end() -> None:
    rules = replace(RULES, start=NOON + timedelta(days=2), end=NOON + timedelta(days=4))
    for day, state in ((1, "joined"), (2, "pending"), (3, "pending"), (4, "joined")):
        assert lived(rules, (5, seen(a_purchase(days=day))))[0].state == state


def test_it_waits_longer_where_the_shop_says_so() -> None:
    rules = replace(RULES, hold_days=45)
    referral, account = lived(rules, (0, seen(a_purchase())))
    assert referral.credit
    # Beyond thirty days lots are weekly.
    assert list(account.lots) == ["2026-04-27>never"]
    assert referral.credit.available_on == "2026-04-27"


def test_a_voucher_is_given_once_it_counts_and_points_of_a_friend_at_once() -> None:
    rules = replace(RULES, referrer=CHEQUE, friend=PointsGiven(100))
    referral, account = a_friend(rules), an_account()
    purchase = seen(a_purchase())
    decision = decided(referral, purchase, rules, on_day(0))
    assert decision
    first = carried_out(referral, decision, ground(rules), Sides(account, an_account("m2")))
    assert first.gives_referrer is None
    assert [entry.points for entry in first.friend] == [100]
    assert [entry.points for entry in first.referrer] == [0]
    due = decided(first.after, purchase, rules, on_day(30))
    assert due
    then = carried_out(first.after, due, ground(rules, 30), Sides(account, an_account("m2")))
    assert then.gives_referrer == CHEQUE


# Doubts


def test_what_is_suspicious_is_held_before_it_is_credited_and_taken_back_after() -> None:
    doubts: list[Suspicion] = ["same_payment"]
    held, account = lived(RULES, (0, seen(a_purchase(), suspicions=doubts)))
    assert (held.state, held.suspicions, account.lots) == ("held", doubts, {})
    held, account = lived(
        RULES, (0, seen(a_purchase())), (1, seen(a_purchase(), suspicions=doubts))
    )
    assert (held.state, account.lots) == ("held", {})
    available, account = lived(
        RULES, (0, seen(a_purchase())), (30, seen(a_purchase())),
        (31, seen(a_purchase(), suspicions=doubts)),
    )  # fmt: skip
    assert available.state == "available"


def test_nobody_is_held_who_has_not_bought() -> None:
    assert decided(a_friend(), seen(suspicions=["same_device"]), RULES, on_day(0)) is None


def test_what_staff_releases_is_credited_and_never_held_again() -> None:
    held, _ = lived(RULES, (0, seen(a_purchase(), suspicions=["same_device"])))
    free = released(held, ground(), "key").after
    decision = decided(free, seen(a_purchase(), suspicions=["same_device"]), RULES, on_day(1))
    assert isinstance(decision, Qualify)
    assert (free.cleared, free.decided_by) == (True, "key")


def test_what_staff_refuses_stays_refused_and_says_why() -> None:
    held, _ = lived(RULES, (0, seen(a_purchase(), suspicions=["same_device"])))
    after = refused(held, "same_person", ground(), "key").after
    assert (after.state, after.reason) == ("refused", "same_person")
    assert decided(after, seen(a_purchase()), RULES, on_day(1)) is None


def test_who_is_suspicious_from_the_start_is_held_and_has_no_voucher_yet() -> None:
    invited = Invited(referrer="m1", source="sms", since=NOON, doubts=("same_email",))
    start = begun("m2", invited, ground())
    assert (start.after.state, start.gives_friend) == ("held", None)
    free = released(start.after, ground(), "key")
    assert free.gives_friend == RULES.friend
    assert released(moved(free.after, "suspect", NOON), ground(), "key").gives_friend is None


def test_who_brought_somebody_and_left_is_credited_nothing_more() -> None:
    referral, _ = lived(RULES, (0, seen(a_purchase(), gone=True)))
    assert (referral.state, referral.reason) == ("refused", "referrer_gone")
    referral, _ = lived(
        RULES, (0, seen(a_purchase())), (1, seen(a_purchase(), gone=True)), (2, seen(gone=True))
    )
    assert [one.state for one in referral.history] == ["joined", "pending", "reversed", "refused"]


# What a friend is worth


def test_what_a_friend_has_bought_for_is_known_when_the_account_has_forgotten_the_months() -> None:
    seen = Bought()
    bought, forgotten = dict[str, int](), 0
    for n in range(60):
        month = month_numbered(month_number("2026-03") + n)
        bought[month] = 100 + n
        forgotten = max(forgotten, n - 36)  # the account keeps three years
        kept = dict(list(bought.items())[forgotten:])
        closed = month_numbered(month_number(month) - 2)
        account = an_account(spend=kept, standing=Standing(closed, ""))
        if n % 7 != 3:  # nobody looks every time
            seen = bought_by(seen, account)
            assert seen.amount == sum(bought.values())
            assert len(seen.since) <= 2
            assert bought_by(seen, account) == seen


def test_what_comes_back_lowers_it_while_its_month_can_change() -> None:
    standing = Standing("2026-01", "")
    seen = bought_by(Bought(), an_account(spend={"2025-12": 5, "2026-03": 100}, standing=standing))
    assert seen == Bought("2026-01", 5, {"2026-03": 100})
    assert bought_by(seen, an_account(spend={"2025-12": 5, "2026-03": 40})).amount == 45
    assert bought_by(seen, an_account(spend={"2025-12": 5})).amount == 5
    later = Standing("2030-01", "")  # years after, in which nothing was bought
    assert bought_by(seen, an_account(spend={"2030-02": 7}, standing=later)).amount == 112


# Whatever happens


amounts = st.lists(st.sampled_from([0, 10_000, 29_999, 30_000, 49_900]), min_size=1, max_size=3)
days = st.lists(
    st.tuples(st.integers(0, 70), amounts, st.booleans(), st.booleans()), min_size=1, max_size=12
)


@given(days)
def test_an_account_has_what_its_referral_says_and_nothing_else(
    happened: list[tuple[int, list[int], bool, bool]],
) -> None:
    """Whatever is bought and returned, by whatever day somebody looks, and again."""
    rules = replace(RULES, special=SPECIAL[2:], referrer=PointsGiven(500))
    referral, account, entries = a_friend(rules), an_account(), list[Entry]()
    for day, left, doubted, freed in sorted(happened, key=lambda one: one[0]):
        bought = [a_purchase(amount, f"web:{n}") for n, amount in enumerate(left)]
        doubts: list[Suspicion] = ["same_device"] if doubted else []
        if freed and referral.state == "held":
            referral = released(referral, ground(rules, day), "key").after
        for _ in range(2):
            for _ in range(10):
                what = Seen(purchases=bought, suspicions=doubts, used=account.used)
                decision = decided(referral, what, rules, on_day(day))
                if decision is None:
                    break
                sides = Sides(account, an_account("m2"))
                carried = carried_out(referral, decision, ground(rules, day), sides)
                referral = carried.after
                entries += carried.referrer
                account = with_entries(account, carried.referrer)
            has = referral.credit is not None
            assert has == (referral.state in {"pending", "available"})
            assert sum(account.lots.values()) - account.debt == (500 if has else 0)
            assert account.used.get(FRIENDS, 0) == int(has)
            assert account.used.get("merit", 0) == (10 if referral.state == "available" else 0)
            assert len({entry.id for entry in entries}) == len(entries)
    assert summed(entry.lots for entry in entries) == account.lots
