import timeit
from collections.abc import Mapping, Sequence
from itertools import pairwise
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from stamkund.rules.calendar import add_months, first_day, last_day, months_between
from stamkund.rules.programme import Tiers, TierStep
from stamkund.rules.tiers import (
    LONGEST_PERIOD,
    Forecast,
    Pin,
    Record,
    Span,
    Standing,
    first_month_needed,
    fold,
    forecast,
    ladder,
    newcomer,
    next_change,
    settle,
)


class Since(msgspec.Struct, frozen=True):
    from_month: str
    tiers: Tiers | None


EVER = "0000-01"
NORDIC = {"bas": 0, "silver": 5_000, "guld": 10_000}


def club(steps: Mapping[str, int] = NORDIC, rolling: int | None = 12, **rules: Any) -> Tiers:
    ladder = [TierStep(id=id, name={"sv": id}, threshold=least) for id, least in steps.items()]
    return Tiers(steps=ladder, rolling_months=rolling, **rules)


def always(tiers: Tiers | None) -> list[Since]:
    return [Since(EVER, tiers)]


def bought(
    totals: Mapping[str, int], freezes: Sequence[Span] = (), pins: Sequence[Pin] = ()
) -> Record:
    return Record(totals, totals, freezes, pins)


def tiers_of(
    history: list[Since], record: Record, joined: str, months: Sequence[str]
) -> dict[str, str]:
    start = newcomer(history, joined)
    return {month: fold(history, record, start, month).tier for month in months}


# --- worked examples -------------------------------------------------------------------------


def test_a_newcomer_stands_on_the_lowest_step() -> None:
    start = newcomer(always(club()), "2026-03")
    assert start == Standing("2026-02", "bas")
    assert fold(always(club()), bought({}), start, "2026-03") == Standing("2026-03", "bas")


@pytest.mark.parametrize(
    ("total", "tier"),
    [
        (-1, "bas"),
        (0, "bas"),
        (4_999, "bas"),
        (5_000, "silver"),
        (9_999, "silver"),
        (10_000, "guld"),
        (10**12, "guld"),
    ],
)
def test_the_tier_is_the_highest_step_that_the_total_reaches(total: int, tier: str) -> None:
    record = bought({"2026-03": total})
    assert tiers_of(always(club()), record, "2026-03", ["2026-03"]) == {"2026-03": tier}


def test_a_tier_by_points_does_not_look_at_money() -> None:
    record = Record(spend={"2026-03": 20_000}, points={"2026-03": 5_000})
    history = always(club(basis="points"))
    assert tiers_of(history, record, "2026-03", ["2026-03"]) == {"2026-03": "silver"}


def test_twelve_rolling_months_hold_a_purchase_for_twelve_more_months() -> None:
    history = always(club())
    record = bought({"2026-03": 6_000, "2026-07": 4_000})
    months = ["2026-03", "2026-06", "2026-07", "2027-03", "2027-04", "2027-07", "2027-08"]
    assert tiers_of(history, record, "2026-01", months) == {
        "2026-03": "silver",
        "2026-06": "silver",
        "2026-07": "guld",
        "2027-03": "guld",  # April to March: the 6,000 of last March still count on the 1st
        "2027-04": "silver",  # one step at a time, without grace one a month
        "2027-07": "bas",  # 4,000 from May on
        "2027-08": "bas",
    }


def test_a_calendar_year_lasts_to_the_end_of_the_next() -> None:
    history = always(club(rolling=None, fall="all_the_way"))
    record = bought({"2026-11": 7_000, "2026-12": 3_000, "2027-05": 5_000})
    months = ["2026-11", "2026-12", "2027-12", "2028-01", "2028-12", "2029-01"]
    assert tiers_of(history, record, "2026-01", months) == {
        "2026-11": "silver",
        "2026-12": "guld",
        "2027-12": "guld",
        "2028-01": "silver",
        "2028-12": "silver",
        "2029-01": "bas",
    }


def test_two_calendar_years_do_not_add_up() -> None:
    record = bought({"2026-12": 4_000, "2027-01": 4_000})
    history = always(club(rolling=None))
    assert tiers_of(history, record, "2026-12", ["2027-01"]) == {"2027-01": "bas"}


@pytest.mark.parametrize(
    ("grace", "fall", "falls"),
    [
        (0, "one_step", {"2027-01": "guld", "2027-02": "silver", "2027-03": "bas"}),
        (0, "all_the_way", {"2027-01": "guld", "2027-02": "bas", "2027-03": "bas"}),
        (3, "one_step", {"2027-04": "guld", "2027-05": "silver", "2027-08": "bas"}),
        (3, "all_the_way", {"2027-04": "guld", "2027-05": "bas", "2027-08": "bas"}),
    ],
)
def test_grace_softens_the_landing(grace: int, fall: Any, falls: dict[str, str]) -> None:
    """10,000 in January 2026 and nothing after: on 1 February 2027 nothing counts any longer."""
    history = always(club(grace_months=grace, fall=fall))
    record = bought({"2026-01": 10_000})
    assert tiers_of(history, record, "2026-01", list(falls)) == falls


def test_each_step_down_has_a_grace_of_its_own() -> None:
    history = always(club(grace_months=3))
    start = newcomer(history, "2026-01")
    record = bought({"2026-01": 10_000})
    assert [fold(history, record, start, month) for month in ("2027-01", "2027-04", "2027-05")] == [
        Standing("2027-01", "guld"),
        Standing("2027-04", "guld", {"guld": 3}),
        Standing("2027-05", "silver", {"silver": 1}),
    ]


def test_a_purchase_in_the_grace_ends_it() -> None:
    history = always(club(grace_months=3))
    record = bought({"2026-01": 10_000, "2027-04": 10_000})
    start = newcomer(history, "2026-01")
    assert fold(history, record, start, "2027-03") == Standing("2027-03", "guld", {"guld": 2})
    assert fold(history, record, start, "2027-04") == Standing("2027-04", "guld")
    months = ["2027-05", "2028-07", "2028-08"]
    assert tiers_of(history, record, "2026-01", months) == {
        "2027-05": "guld",
        "2028-07": "guld",
        "2028-08": "silver",
    }


def test_a_long_wait_for_guld_does_not_use_up_the_grace_of_silver() -> None:
    """Guld waits from February 2027 on, Silver not before April: it was earned until then."""
    history = always(club(grace_months=3, fall="all_the_way"))
    record = bought({"2026-01": 5_000, "2026-03": 5_000})
    months = ["2027-04", "2027-05", "2027-06", "2027-07"]
    assert tiers_of(history, record, "2026-01", months) == {
        "2027-04": "guld",
        "2027-05": "silver",
        "2027-06": "silver",
        "2027-07": "bas",
    }


def test_what_falls_on_the_first_can_be_won_back_in_the_same_month() -> None:
    record = bought({"2026-01": 10_000, "2027-02": 5_000})
    history = always(club(fall="all_the_way"))
    assert tiers_of(history, record, "2026-01", ["2027-02"]) == {"2027-02": "silver"}


def test_a_refund_takes_back_what_the_purchase_lifted() -> None:
    history = always(club())
    lifted = bought({"2026-03": 3_000, "2026-04": 7_000})
    refunded = bought({"2026-03": 3_000, "2026-04": 1_000})
    assert tiers_of(history, lifted, "2026-03", ["2026-04"]) == {"2026-04": "guld"}
    assert tiers_of(history, refunded, "2026-03", ["2026-04"]) == {"2026-04": "bas"}


def test_a_frozen_month_takes_up_no_place_in_the_period() -> None:
    """Half a year of leave: the 10,000 of January 2026 count half a year longer."""
    history = always(club(fall="all_the_way"))
    record = bought({"2026-01": 10_000}, freezes=[("2026-06", "2026-11")])
    months = ["2027-02", "2027-07", "2027-08"]
    assert tiers_of(history, record, "2026-01", months) == {
        "2027-02": "guld",
        "2027-07": "guld",
        "2027-08": "bas",
    }


def test_grace_stands_still_while_frozen() -> None:
    """Guld waits in February and March, is frozen until May, and has one month left in June."""
    history = always(club(grace_months=3))
    record = bought({"2026-01": 10_000}, freezes=[("2027-04", "2027-05")])
    start = newcomer(history, "2026-01")
    assert fold(history, record, start, "2027-05") == Standing("2027-05", "guld", {"guld": 2})
    assert fold(history, record, start, "2027-06").tier == "guld"
    assert fold(history, record, start, "2027-07").tier == "silver"


def test_what_is_bought_while_frozen_counts() -> None:
    record = bought({"2026-03": 6_000, "2026-04": 4_000}, freezes=[("2026-04", "2026-05")])
    assert tiers_of(always(club()), record, "2026-01", ["2026-04"]) == {"2026-04": "guld"}


def test_a_calendar_year_with_frozen_months_reaches_into_the_year_before() -> None:
    """Of 2026 only July to December were lived; with July to December 2025 they make a year."""
    history = always(club(rolling=None, fall="all_the_way"))
    totals = {"2025-07": 10_000}
    frozen = bought(totals, freezes=[("2026-01", "2026-06")])
    assert tiers_of(history, bought(totals), "2025-01", ["2027-01"]) == {"2027-01": "bas"}
    assert tiers_of(history, frozen, "2025-01", ["2027-01", "2028-01"]) == {
        "2027-01": "guld",
        "2028-01": "bas",
    }


def test_a_freeze_without_end_keeps_the_tier() -> None:
    record = bought({"2026-01": 10_000}, freezes=[("2026-06", "")])
    history = always(club())
    assert tiers_of(history, record, "2026-01", ["2036-01"]) == {"2036-01": "guld"}
    start = newcomer(history, "2026-01")
    assert next_change(history, record, start, "2026-07") is None


def test_a_pin_lifts_holds_and_then_lands_softly() -> None:
    history = always(club(grace_months=1))
    record = bought({}, pins=[Pin("guld", "2026-03", "2026-08")])
    months = ["2026-02", "2026-03", "2026-08", "2026-09", "2026-10", "2026-11"]
    assert tiers_of(history, record, "2026-01", months) == {
        "2026-02": "bas",
        "2026-03": "guld",
        "2026-08": "guld",
        "2026-09": "guld",  # the month of grace
        "2026-10": "silver",
        "2026-11": "bas",
    }


def test_a_pin_follows_its_step_when_the_rules_change() -> None:
    renamed = club({"bas": 0, "silver": 5_000, "platina": 20_000})
    history = [*always(club()), Since("2026-06", renamed)]
    record = bought({}, pins=[Pin("guld", "2026-03")])
    months = ["2026-05", "2026-06"]
    expected = {"2026-05": "guld", "2026-06": "silver"}
    assert tiers_of(history, record, "2026-01", months) == expected


def test_new_rules_count_from_the_first_of_their_month() -> None:
    history = [*always(club()), Since("2026-06", club({"bas": 0, "silver": 2_000, "guld": 4_000}))]
    record = bought({"2026-03": 4_000})
    months = ["2026-05", "2026-06"]
    assert tiers_of(history, record, "2026-03", months) == {"2026-05": "bas", "2026-06": "guld"}


def test_a_higher_threshold_is_met_with_grace() -> None:
    dearer = club({"bas": 0, "silver": 5_000, "guld": 20_000}, grace_months=2)
    history = [*always(club()), Since("2026-06", dearer)]
    record = bought({"2026-03": 10_000})
    months = ["2026-07", "2026-08"]
    assert tiers_of(history, record, "2026-03", months) == {"2026-07": "guld", "2026-08": "silver"}


def test_a_wait_goes_on_when_the_rules_change() -> None:
    history = [*always(club(grace_months=3)), Since("2027-04", club(grace_months=3, rolling=6))]
    record = bought({"2026-01": 10_000})
    months = ["2027-04", "2027-05"]
    expected = {"2027-04": "guld", "2027-05": "silver"}
    assert tiers_of(history, record, "2026-01", months) == expected


def test_a_lower_threshold_ends_a_wait_even_if_a_new_one_follows() -> None:
    """On 1 April 9,000 of the last twelve months are enough; at its end 5,000 of them are gone."""
    cheaper = club({"bas": 0, "silver": 3_000, "guld": 8_000}, grace_months=5)
    history = [*always(club(grace_months=5)), Since("2027-04", cheaper)]
    record = bought({"2026-01": 6_000, "2026-04": 5_000, "2026-06": 4_000})
    start = newcomer(history, "2026-01")
    months = ["2027-03", "2027-04", "2027-05"]
    assert [fold(history, record, start, month).waited for month in months] == [
        {"guld": 2},
        {},
        {"guld": 1},
    ]


def test_who_stood_on_a_step_that_is_gone_stands_on_the_one_below() -> None:
    history = [*always(club()), Since("2026-06", club({"bas": 0, "silver": 1, "platina": 50_000}))]
    record = bought({"2026-03": 10_000})
    assert tiers_of(history, record, "2026-03", ["2026-06"]) == {"2026-06": "silver"}


def test_a_programme_without_tiers_has_nobody_on_a_step() -> None:
    start = newcomer(always(None), "2026-03")
    record = bought({"2026-03": 10_000})
    assert fold(always(None), record, start, "2026-05") == Standing("2026-05", "")
    assert next_change(always(None), record, start, "2026-05") is None
    assert forecast(always(None), record, start, "2026-05") is None
    assert ladder(always(None), record, start, "2026-05") is None


def test_tiers_that_are_introduced_later_count_what_was_bought_before() -> None:
    history = [*always(None), Since("2026-06", club())]
    record = bought({"2026-03": 10_000})
    months = ["2026-05", "2026-06"]
    assert tiers_of(history, record, "2026-03", months) == {"2026-05": "", "2026-06": "guld"}


def test_a_receipt_from_before_joining_counts_when_it_is_claimed() -> None:
    record = bought({"2026-02": 10_000})
    assert tiers_of(always(club()), record, "2026-04", ["2026-04"]) == {"2026-04": "guld"}


def test_a_standing_of_a_later_month_stays_as_it_is() -> None:
    later = Standing("2026-05", "guld", {"guld": 1})
    assert fold(always(club()), bought({}), later, "2026-04") == later


def test_the_next_change_is_the_day_on_which_the_tier_falls() -> None:
    history = always(club(grace_months=3))
    record = bought({"2026-01": 10_000})
    start = newcomer(history, "2026-01")
    assert next_change(history, record, start, "2026-02") == "2027-05-01"
    assert next_change(history, record, start, "2027-05") == "2027-08-01"
    assert next_change(history, record, start, "2027-08") is None


def test_the_next_change_may_be_years_away() -> None:
    history = always(club(rolling=36, grace_months=24))
    start = newcomer(history, "2026-01")
    record = bought({"2026-01": 10_000})
    assert next_change(history, record, start, "2026-01") == "2031-02-01"


def test_the_next_change_may_be_one_for_the_better() -> None:
    history = [*always(club()), Since("2026-06", club({"bas": 0, "guld": 1_000}))]
    start = newcomer(history, "2026-01")
    assert next_change(history, bought({"2026-01": 2_000}), start, "2026-01") == "2026-06-01"
    assert forecast(history, bought({"2026-01": 2_000}), start, "2026-01") is None


def test_spend_900_before_31_march_to_stay_guld() -> None:
    history = always(club())
    record = bought({"2026-03": 2_000, "2026-10": 9_100})
    assert forecast(history, record, newcomer(history, "2026-01"), "2027-02") == Forecast(
        keeps="guld",
        missing=900,
        basis="spend",
        counts_from="2027-02-01",
        last_day="2027-03-31",
        falls_on="2027-04-01",
        falls_to="silver",
    )


def test_with_a_grace_the_forecast_is_the_cheaper_way() -> None:
    """900 are missing at the end of March; in April and May the 9,100 count no longer."""
    history = always(club(grace_months=2))
    record = bought({"2026-03": 2_000, "2026-04": 9_100})
    seen = forecast(history, record, newcomer(history, "2026-01"), "2027-02")
    assert seen is not None
    assert (seen.missing, seen.last_day, seen.falls_on) == (900, "2027-03-31", "2027-06-01")
    late = forecast(history, record, newcomer(history, "2026-01"), "2027-04")
    assert late is not None
    assert (late.missing, late.last_day, late.falls_on) == (10_000, "2027-05-31", "2027-06-01")


def test_who_has_just_qualified_need_not_hurry() -> None:
    history = always(club())
    record = bought({"2026-03": 10_000})
    seen = forecast(history, record, newcomer(history, "2026-01"), "2026-03")
    assert seen is not None
    assert (seen.missing, seen.counts_from) == (10_000, "2026-04-01")
    assert (seen.last_day, seen.falls_on) == ("2027-03-31", "2027-04-01")


def test_a_calendar_year_is_kept_by_the_end_of_december() -> None:
    history = always(club(rolling=None, grace_months=3))
    record = bought({"2025-05": 12_000, "2026-08": 9_100})
    seen = forecast(history, record, newcomer(history, "2025-01"), "2026-10")
    assert seen is not None
    assert (seen.missing, seen.last_day, seen.falls_on) == (900, "2026-12-31", "2027-04-01")


def test_a_calendar_year_with_frozen_months_is_kept_by_what_was_bought_before_them() -> None:
    history = always(club(rolling=None))
    totals = {"2025-03": 5_000, "2025-08": 9_100}
    record = bought(totals, freezes=[("2026-01", "2026-06")])
    seen = forecast(history, record, newcomer(history, "2025-01"), "2026-10")
    assert seen is not None
    assert (seen.missing, seen.last_day, seen.falls_on) == (900, "2026-12-31", "2027-01-01")


def test_the_forecast_does_not_count_on_new_rules_before_they_are_in_force() -> None:
    """Guld at 8,000 from April on: 2,000 more in February would not be Guld under the old rules."""
    cheaper = club({"bas": 0, "silver": 2_000, "guld": 8_000}, grace_months=3)
    history = [*always(club(grace_months=3)), Since("2027-04", cheaper)]
    record = bought({"2026-01": 10_000, "2026-03": 1_000, "2026-06": 5_000})
    seen = forecast(history, record, newcomer(history, "2026-01"), "2027-01")
    assert seen is not None
    assert (seen.missing, seen.last_day, seen.falls_on) == (3_000, "2027-04-30", "2027-05-01")


def test_the_ladder_shows_every_step_and_the_way_to_it() -> None:
    history = always(club())
    record = bought({"2025-03": 50_000, "2026-01": 6_000, "2026-04": 500})
    view = ladder(history, record, newcomer(history, "2026-01"), "2026-04")
    assert view is not None
    assert (view.tier, view.counted, view.counted_since) == ("silver", 6_500, "2025-05-01")
    assert [(rung.step.id, rung.reached, rung.missing) for rung in view.rungs] == [
        ("bas", True, 0),
        ("silver", True, 0),
        ("guld", False, 3_500),
    ]


def test_totals_are_kept_as_long_as_any_programme_may_look_back() -> None:
    schema = msgspec.json.schema(Tiers)["$defs"]["Tiers"]["properties"]["rolling_months"]
    assert max(kind.get("maximum", 0) for kind in schema["anyOf"]) == LONGEST_PERIOD
    assert first_month_needed("2026-06", []) == "2023-07"
    assert first_month_needed("2026-06", [("2026-01", "2026-03")]) == "2023-04"


def test_a_checkpoint_moves_to_the_last_month_that_cannot_change() -> None:
    history = always(club())
    start = newcomer(history, "2026-01")
    settled = settle(history, bought({"2026-03": 10_000}), start, "2026-05")
    assert settled.standing == Standing("2026-04", "guld")
    assert settled.keep_from == "2023-05"
    assert settle(history, bought({}), settled.standing, "2026-03").standing == settled.standing


# --- what always holds -----------------------------------------------------------------------

FIRST, LAST = "2024-01", "2027-12"
SPAN = months_between(FIRST, LAST)
IDS = ["bas", "silver", "guld", "platina"]
months = st.integers(0, SPAN).map(lambda n: add_months(FIRST, n))
amounts = st.one_of(st.integers(0, 3_000), st.integers(0, 20_000))
totals = st.dictionaries(months, amounts, max_size=14)


@st.composite
def ladders(draw: st.DrawFn, fall: str | None = None) -> Tiers:
    """Any ladder of some of the steps, in their order."""
    ids = draw(st.lists(st.sampled_from(IDS), min_size=1, unique=True).map(sorted_by_rank))
    higher = draw(st.lists(st.integers(1, 15_000), min_size=3, max_size=3, unique=True))
    thresholds = [0, *sorted(higher)]
    return club(
        dict(zip(ids, thresholds, strict=False)),
        rolling=draw(st.sampled_from([None, 1, 3, 12, 24, 36])),
        basis=draw(st.sampled_from(["spend", "points"])),
        grace_months=draw(st.integers(0, 4)),
        fall=fall or draw(st.sampled_from(["one_step", "all_the_way"])),
    )


def sorted_by_rank(ids: list[str]) -> list[str]:
    return sorted(ids, key=IDS.index)


@st.composite
def histories(draw: st.DrawFn) -> list[Since]:
    starts = sorted(draw(st.sets(months, max_size=2)))
    return [Since(start, draw(st.none() | ladders())) for start in [EVER, *starts]]


@st.composite
def spans(draw: st.DrawFn) -> Span:
    first, length = draw(months), draw(st.integers(0, 8))
    return first, draw(st.sampled_from([add_months(first, length)] * 4 + [""]))


pins = st.builds(lambda tier, span: Pin(tier, *span), st.sampled_from(IDS), spans())
records = st.builds(
    Record,
    totals,
    totals,
    st.lists(spans(), max_size=2).map(tuple),
    st.lists(pins, max_size=1).map(tuple),
)


class Life(msgspec.Struct, frozen=True):
    """One member, asked about in a month after the one that all begins with."""

    history: list[Since]
    record: Record
    start: Standing
    month: str

    def at(self, month: str, record: Record | None = None) -> int:
        """The rank of the tier in that month."""
        tier = fold(self.history, record or self.record, self.start, month).tier
        return rank(self.history, month, tier)

    def ranks(self, record: Record) -> dict[str, int]:
        """By month, from the start until long after the last that was bought counts."""
        ranks, standing = {}, self.start
        for month in after(self.start.month, add_months(LAST, 30)):
            standing = fold(self.history, record, standing, month)
            ranks[month] = rank(self.history, month, standing.tier)
        return ranks


def rank(history: list[Since], month: str, tier: str) -> int:
    tiers = [rules for rules in history if rules.from_month <= month][-1].tiers
    return [step.id for step in tiers.steps].index(tier) if tiers else 0


def after(month: str, last: str) -> list[str]:
    return [add_months(month, n + 1) for n in range(months_between(month, last))]


@st.composite
def lives(draw: st.DrawFn, ladder: st.SearchStrategy[Tiers] | None = None) -> Life:
    """With any changes of the rules, or with one ladder all the time."""
    rules = draw(ladder.map(always) if ladder is not None else histories())
    first, month = sorted(draw(st.lists(months, min_size=2, max_size=2, unique=True)))
    start = newcomer(rules, add_months(first, 1))
    tiers = [each for each in rules if each.from_month <= first][-1].tiers
    tier = draw(st.sampled_from(tiers.steps)).id if tiers else start.tier
    return Life(rules, draw(records), replace(start, tier=tier), month)


def plus(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {month: one.get(month, 0) + other.get(month, 0) for month in {*one, *other}}


def buying(record: Record, more: Mapping[str, int]) -> Record:
    return replace(record, spend=plus(record.spend, more), points=plus(record.points, more))


def between(record: Record, first: str, last: str) -> Record:
    spend, points = (
        {month: total for month, total in totals.items() if first <= month <= last}
        for totals in (record.spend, record.points)
    )
    return replace(record, spend=spend, points=points)


@given(lives(), months)
def test_folding_in_two_goes_is_folding_in_one(life: Life, pause: str) -> None:
    halfway = fold(life.history, life.record, life.start, min(pause, life.month))
    in_one = fold(life.history, life.record, life.start, life.month)
    assert fold(life.history, life.record, halfway, life.month) == in_one


@given(lives(), months)
def test_a_checkpoint_needs_only_the_totals_that_it_says(life: Life, horizon: str) -> None:
    settled = settle(life.history, life.record, life.start, horizon)
    assert settled.standing.month == max(life.start.month, add_months(horizon, -1))
    kept = between(life.record, settled.keep_from, LAST)
    last = max(life.month, horizon)
    whole = fold(life.history, life.record, life.start, last)
    assert fold(life.history, kept, settled.standing, last) == whole


@given(months, st.lists(spans(), max_size=4))
def test_totals_are_kept_for_so_many_months_that_are_not_frozen(
    month: str, freezes: list[Span]
) -> None:
    """The same said step by step: walk back until enough months are found that count."""
    frozen = {
        each for first, last in freezes for each in after(add_months(first, -1), last or LAST)
    }
    needed, found = month, int(month not in frozen)
    while found < LONGEST_PERIOD:
        needed = add_months(needed, -1)
        found += needed not in frozen
    assert first_month_needed(month, freezes) == needed


@given(lives())
def test_later_months_are_not_looked_at(life: Life) -> None:
    past = between(life.record, FIRST, life.month)
    for question in (fold, forecast, ladder):
        answer = question(life.history, life.record, life.start, life.month)
        assert question(life.history, past, life.start, life.month) == answer


@given(lives(), totals)
def test_more_bought_never_gives_a_lower_tier(life: Life, more: dict[str, int]) -> None:
    poor, rich = life.ranks(life.record), life.ranks(buying(life.record, more))
    assert all(rich[month] >= poor[month] for month in poor)


@given(lives(), spans())
def test_a_freeze_never_gives_a_lower_tier(life: Life, freeze: Span) -> None:
    without = life.ranks(life.record)
    frozen = life.ranks(replace(life.record, freezes=(*life.record.freezes, freeze)))
    assert all(frozen[month] >= without[month] for month in without)


@given(lives(ladders()), pins)
def test_a_pin_is_kept_and_never_harms(life: Life, pin: Pin) -> None:
    without = life.ranks(life.record)
    pinned = life.ranks(replace(life.record, pins=(*life.record.pins, pin)))
    assert all(pinned[month] >= without[month] for month in without)
    ids = [step.id for step in life.history[0].tiers.steps] if life.history[0].tiers else []
    promised = ids.index(pin.tier) if pin.tier in ids else 0
    held = [month for month in pinned if pin.first <= month <= (pin.last or month)]
    assert all(pinned[month] >= promised for month in held)


@given(lives(ladders(fall="one_step")))
def test_a_soft_landing_is_one_step_a_month_at_the_most(life: Life) -> None:
    ranks = list(life.ranks(life.record).values())
    assert all(later >= sooner - 1 for sooner, later in pairwise(ranks))


@given(ladders(fall="all_the_way"), totals, months)
def test_falling_all_the_way_is_standing_on_the_best_level_of_the_grace(
    tiers: Tiers, totals: dict[str, int], month: str
) -> None:
    """The same rule said without a fold, for rolling periods and nothing frozen or pinned."""
    period = tiers.rolling_months or 12
    ends = [add_months(month, -ago) for ago in range(tiers.grace_months + 2)]
    reached = [
        sum(n for each, n in totals.items() if add_months(end, -period) < each <= end)
        for end in ends
    ]
    best = [step.id for step in tiers.steps if step.threshold <= max(reached)][-1]
    history = always(replace(tiers, rolling_months=period))
    start = newcomer(history, "2022-01")
    assert fold(history, bought(totals), start, month).tier == best


@given(lives())
def test_the_next_change_is_the_first_of_them_and_none_is_missed(life: Life) -> None:
    """Also when something was bought already in a month that is still to come."""
    standing = fold(life.history, life.record, life.start, life.month)
    seen, tier = next_change(life.history, life.record, life.start, life.month), standing.tier
    for month in after(life.month, seen or "2034-12"):
        standing = fold(life.history, life.record, standing, month)
        assert (standing.tier != tier) == (first_day(month) == seen)


@given(lives(), st.randoms(use_true_random=False))
def test_what_the_forecast_asks_for_is_enough_and_no_less_is(life: Life, chance: Random) -> None:
    seen = forecast(life.history, life.record, life.start, life.month)
    if seen is None:
        return
    past, falls = between(life.record, FIRST, life.month), seen.falls_on[:7]
    assert next_change(life.history, past, life.start, life.month) == seen.falls_on
    keeps = rank(life.history, falls, seen.keeps)
    last = seen.last_day[:7]
    assert seen.last_day == last_day(last)

    part = chance.randint(0, seen.missing)
    in_time = after(add_months(seen.counts_from[:7], -1), last)
    one, other = chance.choice(in_time), chance.choice(in_time)
    enough = buying(past, plus({one: part}, {other: seen.missing - part}))
    assert life.at(falls, enough) >= keeps
    if all(each.from_month <= last for each in life.history if each.from_month <= falls):
        assert life.at(falls, buying(past, {last: seen.missing - 1})) < keeps


@given(lives())
def test_what_the_ladder_asks_for_reaches_the_step_and_no_less_does(life: Life) -> None:
    view = ladder(life.history, life.record, life.start, life.month)
    for place, rung in enumerate(view.rungs if view else []):
        assert rung.reached == (place <= life.at(life.month))
        assert rung.reached == (rung.missing == 0)
        if not rung.reached:
            month, missing = life.month, rung.missing
            assert life.at(month, buying(life.record, {month: missing})) == place
            assert life.at(month, buying(life.record, {month: missing - 1})) < place


def test_two_years_are_folded_in_no_time() -> None:
    """Ten times what it takes, since other things run beside the tests."""
    history = always(club(grace_months=3))
    record = bought({add_months("2024-01", n): 900 for n in range(36)})
    start = newcomer(history, "2025-01")
    runs = timeit.repeat(lambda: fold(history, record, start, "2026-12"), number=20, repeat=5)
    assert min(runs) / 20 < 0.001
