"""What would make an order cheaper, or dearer, each tried on the same model."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from benchmarks.bill import Case, Counts, Usage

MANY = 1_000


class Lever(NamedTuple):
    """`saves` is what a thousand orders cost less, in USD."""

    name: str
    saves: float


def levers(case: Case) -> list[Lever]:
    """The largest first."""
    before = cost(case)
    every = [Lever(name, before - after(case)) for name, after in TRIED.items()]
    return sorted(every, key=lambda one: -one.saves)


def cost(case: Case, counts: Counts | None = None) -> float:
    """Of a thousand orders, behind the API."""
    return sum(case.orders(MANY, counts).values())


def with_cloud(case: Case, **changes: Any) -> Case:
    return replace(case, assumed=replace(case.assumed, cloud=replace(case.cloud, **changes)))


def with_stage(case: Case, **changes: Any) -> Case:
    return replace(case, stage=replace(case.stage, **changes))


def with_functions(case: Case, **changes: Any) -> Case:
    functions = {name: replace(one, **changes) for name, one in case.stage.functions.items()}
    return with_stage(case, functions=functions)


def with_stream(case: Case, **changes: Any) -> Case:
    streams = {name: replace(one, **changes) for name, one in case.stage.streams.items()}
    return with_stage(case, streams=streams)


def _without(*unpaid: str) -> Callable[[Case], float]:
    """As if AWS asked nothing for these."""

    def after(case: Case) -> float:
        usage = {name: 0.0 if name in unpaid else n for name, n in _usage(case).items()}
        return sum(case.prices.bill(usage).values())

    return after


def _usage(case: Case) -> Usage:
    usage = case.usage(case.order, edge=False)
    return {name: quantity * MANY for name, quantity in usage.items()}


def _provisioned(case: Case) -> float:
    """Writes and reads of capacity that is kept ready, and used to seven tenths."""
    hours = 3600 * 0.7
    usage = _usage(case)
    usage["provisioned_writes"] = usage.pop("dynamodb_writes") / hours
    usage["provisioned_reads"] = usage.pop("dynamodb_reads") / hours
    return sum(case.prices.bill(usage).values())


def _one_write_more(case: Case) -> float:
    usage = _usage(case)
    usage["dynamodb_writes"] += MANY
    return sum(case.prices.bill(usage).values())


def _paid(case: Case) -> float:
    counts = {**case.order, "paid commit": 1}
    return cost(case, {name: n for name, n in counts.items() if name not in {"commit", "confirm"}})


def _nobody_brings_friends(case: Case) -> float:
    return cost(replace(case, assumed=replace(case.assumed, friends=0)))


TRIED: Mapping[str, Callable[[Case], float]] = {
    "calling functions at their own addresses, without an HTTP API": _without("http_api_requests"),
    "orders that come paid, and need no confirmation": _paid,
    "writes and reads on provisioned capacity, used to 70 %": _provisioned,
    "no line in the log, ever": _without("lambda_logs"),
    "256 MB of memory everywhere": lambda case: cost(with_functions(case, memory=256)),
    "1,024 MB of memory everywhere": lambda case: cost(with_functions(case, memory=1024)),
    "Lambda's own lines in the log": lambda case: cost(
        with_functions(case, system_log_level="INFO")
    ),
    "an access log of the API": lambda case: cost(with_stage(case, access_log=True)),
    "the stream's readers wait for a minute, one at a time": lambda case: cost(
        with_stream(case, wait_seconds=60, parallel=1)
    ),
    "the stream's readers wait for nobody": lambda case: cost(with_stream(case, wait_seconds=0)),
    "no starts at all": lambda case: cost(with_cloud(case, cold_share=0)),
    "one write unit more in an order": _one_write_more,
    "a second quote before each order": lambda case: cost(case, {**case.order, "quote": 2}),
    "nobody who was brought by a friend": _nobody_brings_friends,
}
