"""How many orders a second each default limit of AWS allows, and which breaks first."""

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from benchmarks.bill import A_YEAR, STAGE, Case, Counts, Size
from benchmarks.steps import TAKEN_BY
from stamkund.tables.keys import SHARDS

# In the index of orders that are held: put by the commit, removed by the confirmation.
HELD_UNITS = 2


class Ceiling(NamedTuple):
    """`orders` a second are allowed by it; `apart` when it is of one member, or one shop."""

    name: str
    what: str
    orders: float
    raised: str
    page: str
    apart: bool = False


def ceilings(case: Case) -> list[Ceiling]:
    """The lowest first; those of one member or one shop after those of all."""
    return sorted([*_of_all(case), *_apart(case)], key=lambda one: (one.apart, one.orders))


def peak(case: Case, size: Size) -> float:
    """Orders in the busiest second of the year."""
    mean = size.members * case.assumed.behaviour["commit"] / A_YEAR
    return mean * case.assumed.busiest


def mix(case: Case) -> Counts:
    """What is asked for each order, as it is over a year: quotes, prices, cards and all."""
    orders = case.assumed.behaviour["commit"]
    return {name: count / orders for name, count in case.counts().items()}


def requests(case: Case) -> float:
    """Of all kinds, for each order."""
    return sum(n for name, n in mix(case).items() if case.measured.steps[name].http)


def _of_all(case: Case) -> Iterator[Ceiling]:
    busy = sum(n * case.seconds(name) for name, n in mix(case).items())
    starts = sum(n * case.measured.steps[name].invocations for name, n in mix(case).items())
    read = starts * case.cloud.cold_share * case.assumed.fixed["secrets"]
    table, units = _busiest_table(case)
    yield _limit(case, "http_api", requests(case))
    yield _limit(case, "cloudfront", requests(case))
    yield _limit(case, "concurrency", busy)
    yield _limit(case, "logs", busy)
    yield _limit(case, "secrets", read)
    yield _limit(case, "table", units, f" (`{table}`)")
    yield _limit(case, "new_table", units, f" (`{table}`)")
    yield from _stream(case)
    yield _throttle(case)
    yield _ceiling_of_a_table(case)


def _throttle(case: Case) -> Ceiling:
    """Of all that the stage has set, the one that is met first."""
    asked = {name: n for name, n in mix(case).items() if n and case.measured.steps[name].http}
    rates = {name: case.stage.throttles[TAKEN_BY[name]].rate for name in asked}
    first = min(asked, key=lambda name: rates[name] / asked[name])
    what = f"{rates[first]:,.0f} requests of `{first}`"
    return _said("throttle", what, rates[first] / asked[first], "throttles")


def _ceiling_of_a_table(case: Case) -> Ceiling:
    ceilings = {
        table: (case.stage.tables[table].writes or inf) / units
        for table, units in _written(case).items()
    }
    first = min(ceilings, key=lambda table: ceilings[table])
    what = f"{case.stage.tables[first].writes:,} write units of `{first}`"
    return _said("ceiling of a table", what, ceilings[first], "tables")


def _said(name: str, what: str, orders: float, section: str) -> Ceiling:
    raised = f"in `{STAGE}.yaml`"
    return Ceiling(f"{name} of the stage", what, orders, raised, f"stages.md#{section}")


def _limit(case: Case, key: str, each: float, whose: str = "") -> Ceiling:
    limit = case.assumed.limits[key]
    what = f"{limit.per_second:,.0f} {limit.what}{whose}"
    return Ceiling(limit.name, what, limit.per_second / each, limit.raised, limit.page)


def _busiest_table(case: Case) -> tuple[str, float]:
    return max(_written(case).items(), key=lambda one: one[1])


def _written(case: Case) -> dict[str, float]:
    """Units for each order, by table."""
    units: dict[str, float] = {}
    for name, count in mix(case).items():
        for table, written in case.measured.steps[name].units.items():
            units[table] = units.get(table, 0) + count * written
    return units


def _stream(case: Case) -> Iterator[Ceiling]:
    """Entries one after the other in each invocation; a batch spares only the call itself. What
    is more waits, for a day at most: nothing is lost, and the tier that is shown is right."""
    shape, how = case.assumed.stream, case.stage.streams[TAKEN_BY["tier"]]
    entries = mix(case)["tier"]
    step, memory_mb = case.measured.steps["tier"], case.settings("tier").memory
    one = case.cloud.billed_ms(step, memory_mb, at_once=how.batch) / how.batch / 1000
    at_once = shape.shards * how.parallel
    what = f"{shape.shards} shards, {how.parallel} invocations of each at once"
    raised = "as the table grows: a shard for each partition"
    yield Ceiling("stream", what, at_once / one / entries, raised, shape.page)


def _apart(case: Case) -> Iterator[Ceiling]:
    limit = case.assumed.limits["partition"]
    for name, each, keys in (
        ("one member's account", case.measured.steps["commit"].units["accounts"], 1),
        ("one shop's held orders", HELD_UNITS, SHARDS),
    ):
        what = f"{limit.per_second:,.0f} {limit.what}, {keys} of them"
        allowed = limit.per_second * keys / each
        yield Ceiling(name, what, allowed, limit.raised, limit.page, apart=True)
