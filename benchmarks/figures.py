"""A figure, the budget it has to keep, and how times are taken."""

from collections.abc import Callable
from importlib import import_module
from statistics import median, quantiles
from time import thread_time
from typing import NamedTuple

from msgspec import Struct

ROUNDS = 7


class Figure(Struct, frozen=True):
    """Without a budget it is information."""

    name: str
    value: float
    unit: str
    budget: float | None = None
    holds: bool | None = None


def figures_of(name: str) -> list[Figure]:
    """Of the benchmark in the module of this name."""
    found: list[Figure] = import_module(f"benchmarks.{name}").figures()
    return found


def at_most(budget: float, name: str, value: float, unit: str) -> Figure:
    return Figure(name, round(value, 4), unit, budget, value <= budget)


def information(name: str, value: float, unit: str) -> Figure:
    return Figure(name, round(value, 4), unit)


class Spread(NamedTuple):
    """Half the runs took no longer than the median."""

    median: float
    p99: float


def spread(times: list[float]) -> Spread:
    return Spread(median(times), quantiles(times, n=100)[98])


def timed(task: Callable[[], object], repeats: int) -> Spread:
    """In processor time, and of the quietest of some rounds of many short runs: what else the
    machine does is not what is asked."""
    task()
    rounds = [spread([_once(task) for _ in range(repeats)]) for _ in range(ROUNDS)]
    return min(rounds)


def _once(task: Callable[[], object]) -> float:
    started = thread_time()
    task()
    return (thread_time() - started) * 1000


def within(budget: float, name: str, spread: Spread) -> list[Figure]:
    """Medians have to keep the budget, the slowest of a hundred is told."""
    return [
        at_most(budget, name, spread.median, "ms"),
        information(f"{name}, p99", spread.p99, "ms"),
    ]
