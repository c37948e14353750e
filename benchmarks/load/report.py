"""What is said of a campaign."""

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from statistics import median
from typing import Any

import msgspec
from msgspec import Struct

from benchmarks.load.books import Found
from benchmarks.load.plan import Done, Looked
from benchmarks.pages import Row, table


class Asked(Struct, frozen=True):
    """One kind of request, as locust counted it; `response_times` are milliseconds, how often."""

    name: str
    num_requests: int
    num_failures: int
    start_time: float
    last_request_timestamp: float
    response_times: dict[str, int]

    def within(self, share: float) -> int:
        """So many milliseconds, or less, took this share of all."""
        times = sorted((int(time), count) for time, count in self.response_times.items())
        reached = accumulate(count for _, count in times)
        wanted = share * self.num_requests
        return next(
            time for (time, _), total in zip(times, reached, strict=True) if total >= wanted
        )


class Campaign(Struct, frozen=True):
    users: int
    seconds: int
    gateways: int
    busy: float  # the machine's load average before it began
    asked: list[Asked]
    lags: list[float]
    settled: bool
    found: Found

    @property
    def requests(self) -> int:
        return sum(one.num_requests for one in self.asked)

    @property
    def errors(self) -> int:
        return sum(one.num_failures for one in self.asked)

    @property
    def lasted(self) -> float:
        first = min(one.start_time for one in self.asked)
        return max(one.last_request_timestamp for one in self.asked) - first

    @property
    def in_order(self) -> bool:
        return self.settled and not self.errors and not self.found.wrong


def counted(output: bytes) -> list[Asked]:
    """Of locust's own JSON."""
    every = msgspec.json.decode(output, type=list[Asked])
    return [one for one in every if one.num_requests]


def lags(done: Sequence[Done], looked: Sequence[Looked]) -> list[float]:
    """Seconds from the answer of each commit until its entry had been looked at: none when it was
    looked at before the answer was read."""
    first: dict[str, float] = {}
    for one in looked:
        first.setdefault(one.order, one.at)
    commits = [one for one in done if one.what == "commit" and one.order in first]
    return [max(0.0, first[one.order] - one.at) for one in commits]


def blocks(of: Campaign) -> Mapping[str, Any]:
    return {
        "run": lambda: table(["", ""], _run(of)),
        "requests": lambda: table(
            ["", "requests", "a second", "errors", "median", "p95", "p99"], _requests(of)
        ),
        "books": lambda: table(["", ""], _books(of)),
    }


def _run(of: Campaign) -> Iterator[Row]:
    yield "machine", f"{os.cpu_count()} cores, {platform.machine()}"
    yield "load average before it began", f"{of.busy:.1f}"
    yield "visitors", f"{of.users:,}"
    yield "seconds", f"{of.lasted:.0f}"
    yield "gateways", f"{of.gateways}"
    yield "operations a second", f"**{of.requests / of.lasted:.1f}**"
    yield "errors", f"**{of.errors}**"


def _requests(of: Campaign) -> Iterator[Row]:
    for one in sorted(of.asked, key=lambda one: -one.num_requests):
        times = [f"{one.within(share)} ms" for share in (0.5, 0.95, 0.99)]
        each = f"{one.num_requests / of.lasted:.1f}"
        yield one.name, f"{one.num_requests:,}", each, f"{one.num_failures}", *times


def _books(of: Campaign) -> Iterator[Row]:
    yield "members", f"{of.found.members:,}"
    yield "orders accepted", f"{of.found.orders:,}"
    yield "refused, something promised was taken meanwhile", f"{of.found.contested:,}"
    yield "orders without a yes", f"{of.found.unknown}"
    yield "entries looked at by the stream's reader", f"{len(of.lags):,}"
    yield "from the answer to the look, median", f"{median(of.lags):.2f} s"
    yield "from the answer to the look, at most", f"{max(of.lags):.2f} s"
    yield "read to its end afterwards", "yes" if of.settled else "**no**"
    yield "lost, twice, or in disagreement", f"**{len(of.found.wrong)}**"
