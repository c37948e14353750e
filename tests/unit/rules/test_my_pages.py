"""What comes first on my pages, what is hidden, and why."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from stamkund.rules.my_pages import USUAL_ORDER, Ending, Facts, PlacedModule, arranged
from stamkund.rules.programme_file import PageModule, Relevance, Situation
from stamkund.rules.text import is_code

TODAY = "2026-03-10"
QUIET = Facts(today=TODAY, currency="SEK")
SITUATIONS: list[Situation] = [*get_args(Situation)]

days = st.integers(1, 28).map(lambda day: f"2026-03-{day:02}")
endings = st.lists(st.builds(Ending, days, st.integers(1, 500)), max_size=3)
modules = st.sampled_from(USUAL_ORDER)
rules = st.lists(
    st.builds(
        Relevance,
        module=modules,
        when=st.sampled_from(SITUATIONS),
        then=st.sampled_from(["first", "last", "hide"]),
        days=st.integers(1, 30),
    ),
    max_size=12,
)
facts = st.builds(
    Facts,
    today=st.just(TODAY),
    currency=st.just("SEK"),
    unanswered=st.integers(0, 2),
    asked=st.integers(0, 2),
    vouchers=endings,
    points=endings,
    falls_on=st.just("") | days,
    keeps=st.just("Guld"),
    next_tier=st.sampled_from(["", "Guld"]),
    way=st.integers(0, 100),
    fallen=st.integers(0, 2),
    open_offers=st.integers(0, 2),
    missing_details=st.integers(0, 2),
    subscribed=st.booleans(),
    empty=st.frozensets(modules, max_size=4),
)
there = st.frozensets(modules)
orders = st.permutations(USUAL_ORDER) | st.just(())


def names(placed: list[PlacedModule]) -> list[PageModule]:
    return [one.module for one in placed]


def holds(rule: Relevance, known: Facts) -> bool:
    """By itself, the rule moves its module: to the end, where there is one to move past."""
    beside: PageModule = "leave" if rule.module != "leave" else "card"
    alone = arranged([rule.module, beside], known, [rule])
    return not alone or any(one.situation for one in alone) or rule.module not in names(alone)


@given(there, facts, rules, orders)
def test_each_module_is_there_once_or_hidden_by_a_rule_that_holds(
    there: frozenset[PageModule], known: Facts, rules: list[Relevance], order: Any
) -> None:
    shown = names(arranged(there, known, rules, order))
    hiding = {rule.module for rule in rules if rule.then == "hide" and holds(rule, known)}
    assert len(shown) == len(set(shown))
    assert set(shown) == there - hiding


@given(there, facts, rules, orders)
def test_who_is_moved_is_moved_by_the_first_rule_that_holds(
    there: frozenset[PageModule], known: Facts, rules: list[Relevance], order: Any
) -> None:
    for one in arranged(there, known, rules, order):
        about = [rule for rule in rules if rule.module == one.module and holds(rule, known)]
        assert one.situation == (about[0].when if about else None)


@given(there, facts, rules, orders)
def test_the_first_come_before_those_in_their_place_and_those_before_the_last(
    there: frozenset[PageModule], known: Facts, rules: list[Relevance], order: Any
) -> None:
    placed = arranged(there, known, rules, order)
    parts = [_part(one, rules, known) for one in placed]
    assert parts == sorted(parts)
    still = [one.module for one in placed if one.situation is None]
    assert still == [module for module in order or USUAL_ORDER if module in still]
    for part, then in ((0, "first"), (2, "last")):
        moved = [one for one, where in zip(placed, parts, strict=True) if where == part]
        by = [r.module for r in rules if r.then == then and holds(r, known)]
        assert names(moved) == [m for m in dict.fromkeys(by) if m in names(moved)]


def _part(one: PlacedModule, rules: list[Relevance], known: Facts) -> int:
    if one.situation is None:
        return 1
    rule = next(rule for rule in rules if rule.module == one.module and holds(rule, known))
    return 0 if rule.then == "first" else 2


@given(there, facts, rules, orders)
def test_a_rule_that_does_not_hold_changes_nothing(
    there: frozenset[PageModule], known: Facts, rules: list[Relevance], order: Any
) -> None:
    holding = [rule for rule in rules if holds(rule, known)]
    assert arranged(there, known, rules, order) == arranged(there, known, holding, order)


@given(there, rules, orders)
def test_of_what_nothing_is_known_nothing_is_moved(
    there: frozenset[PageModule], rules: list[Relevance], order: Any
) -> None:
    assert all(one.situation is None for one in arranged(there, QUIET, rules, order))
    assert set(names(arranged(there, QUIET, rules, order))) == there


def test_every_situation_has_its_words() -> None:
    assert all(is_code(f"page_{situation}") for situation in SITUATIONS)


# The usual rules


def usual(known: Facts) -> list[PageModule]:
    return names(arranged(USUAL_ORDER, known))


def test_what_is_urgent_comes_first_and_most_urgent_before_all_else() -> None:
    known = replace(
        QUIET,
        unanswered=1,
        vouchers=[Ending("2026-03-12", 5_000), Ending("2026-03-11", 2_000)],
        falls_on="2026-04-01",
        keeps="Guld",
        fallen=2,
    )
    placed = arranged(USUAL_ORDER, known)
    assert names(placed)[:5] == ["threads", "vouchers", "ladder", "wish_list", "card"]
    assert placed[1].params == {"amount": 2_000, "currency": "SEK", "day": "2026-03-11"}
    assert placed[2].params == {"tier": "Guld", "day": "2026-03-31"}


def test_a_subscriber_is_not_asked_to_subscribe() -> None:
    assert "newsletter" in usual(QUIET)
    assert "newsletter" not in usual(replace(QUIET, subscribed=True))


@pytest.mark.parametrize(("day", "first"), [("2026-03-24", True), ("2026-03-25", False)])
def test_a_voucher_that_runs_out_in_a_fortnight_comes_first(day: str, first: bool) -> None:
    known = replace(QUIET, vouchers=[Ending(day, 5_000)])
    assert (usual(known)[0] == "vouchers") == first


@pytest.mark.parametrize(("way", "first"), [(79, False), (80, True)])
def test_a_tier_that_is_near_brings_the_ladder_up(way: int, first: bool) -> None:
    known = replace(QUIET, next_tier="Guld", way=way)
    assert (usual(known)[0] == "ladder") == first


def test_what_has_run_out_is_not_about_to() -> None:
    known = replace(QUIET, vouchers=[Ending("2026-03-09", 5_000)])
    assert usual(known) == usual(QUIET)


def test_empty_modules_are_hidden_and_an_empty_wish_list_goes_last() -> None:
    empty: frozenset[PageModule] = frozenset({"vouchers", "orders", "offers", "wish_list"})
    shown = usual(replace(QUIET, empty=empty))
    assert not empty - {"wish_list"} & set(shown)
    assert shown[-1] == "wish_list"


def test_a_shop_may_do_without_any_rule() -> None:
    known = replace(QUIET, unanswered=1, subscribed=True)
    assert names(arranged(USUAL_ORDER, known, [])) == [*USUAL_ORDER]
