"""What would make an order cheaper, or dearer, each tried on the same model."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from benchmarks.bill import ORDER, Case, Counts, Usage

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


def cost(case: Case, counts: Counts = ORDER) -> float:
    """Of a thousand orders, behind the API."""
    return sum(case.orders(MANY, counts).values())


def with_cloud(case: Case, **changes: Any) -> Case:
    return replace(case, assumed=replace(case.assumed, cloud=replace(case.cloud, **changes)))


def with_memory(case: Case, memory_mb: int) -> Case:
    return with_cloud(case, memory_mb={"*": memory_mb})


def quiet(case: Case) -> Case:
    """Lambda's own lines switched off: JSON as the log's format, WARN as the system's level."""
    return with_cloud(case, system_log_bytes=0, system_log_lines=0)


def gathered(case: Case) -> Case:
    """The stream's reader waits for others, and has ten entries at a time when there are ten."""
    return with_cloud(case, entries_per_invocation=10)


def no_access_log(case: Case) -> Case:
    return with_cloud(case, access_log_bytes=0)


# What an operator can change, in the order in which least is lost.
TOWARDS: Mapping[str, Callable[[Case], Case]] = {
    "Lambda's own log lines switched off": quiet,
    "ten entries of the stream to an invocation": gathered,
    "no access log": no_access_log,
    "512 MB of memory everywhere": lambda case: with_memory(case, 512),
}


def _without(*unpaid: str) -> Callable[[Case], float]:
    """As if AWS asked nothing for these."""

    def after(case: Case) -> float:
        usage = {name: 0.0 if name in unpaid else n for name, n in _usage(case).items()}
        return sum(case.prices.bill(usage).values())

    return after


def _usage(case: Case) -> Usage:
    usage = case.usage(ORDER, edge=False)
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


PAID: Counts = {"quote": 1, "paid commit": 1, "tier": 1, "review": 1}

TRIED: Mapping[str, Callable[[Case], float]] = {
    "calling functions at their own addresses, without an HTTP API": _without("http_api_requests"),
    "orders that come paid, and need no confirmation": lambda case: cost(case, PAID),
    "writes and reads on provisioned capacity, used to 70 %": _provisioned,
    "Lambda's own log lines switched off": lambda case: cost(quiet(case)),
    "no access log": lambda case: cost(no_access_log(case)),
    "ten entries of the stream to an invocation": lambda case: cost(gathered(case)),
    "a line in the log only when something is odd": _without("lambda_logs"),
    "256 MB of memory everywhere": lambda case: cost(with_memory(case, 256)),
    "512 MB of memory everywhere": lambda case: cost(with_memory(case, 512)),
    "no starts at all": lambda case: cost(with_cloud(case, cold_share=0)),
    "one write unit more in an order": _one_write_more,
    "a second quote before each order": lambda case: cost(case, {**ORDER, "quote": 2}),
}
