"""From what the steps ask, and what AWS asks for it, to a bill."""

from collections.abc import Mapping
from math import ceil
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from benchmarks.steps import Step, Steps, kept

HERE = Path(__file__).parent
GB = 1024**3

Read = TypeVar("Read")
Usage = dict[str, float]  # by the names of prices.yaml
Counts = Mapping[str, float]  # of steps

ORDER: Counts = {"quote": 1, "commit": 1, "tier": 1, "confirm": 1, "review": 1}
EDGE = ("CloudFront", "WAF")


class Tier(Struct, frozen=True):
    """Without `up_to`, the rest of the month."""

    usd: float
    up_to: float | None = None


class Price(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    service: str
    unit: str
    read_for: str
    page: str
    copy: str
    per: float = 1
    usd: float | None = None
    tiers: list[Tier] = []

    def steps(self) -> list[Tier]:
        return self.tiers or [Tier(self.usd or 0)]

    def of(self, quantity: float) -> float:
        """For so much within a month."""
        total, below = 0.0, 0.0
        for tier in self.steps():
            within = min(quantity, tier.up_to or quantity) - below
            if within <= 0:
                break
            total += within * tier.usd / self.per
            below += within
        return total


class Prices(Struct, frozen=True, forbid_unknown_fields=True):
    region: str
    read_on: str
    elsewhere: float
    prices: dict[str, Price]

    def factor(self, name: str) -> float:
        return self.elsewhere if self.prices[name].read_for == "us-east-1" else 1.0

    def bill(self, usage: Usage) -> Usage:
        """Of a month, by service."""
        bill: Usage = {}
        for name, quantity in usage.items():
            service = self.prices[name].service
            cost = self.prices[name].of(quantity) * self.factor(name)
            bill[service] = bill.get(service, 0) + cost
        return bill

    def as_read(self) -> "Prices":
        """As if the region asked what was read."""
        return replace(self, elsewhere=1.0)


class Cloud(Struct, frozen=True, forbid_unknown_fields=True):
    memory_mb: dict[str, int]
    vcpu_at_mb: int
    slower: float
    latency_ms: dict[str, float]
    cold_share: float
    cold_ms: float
    system_log_bytes: float
    system_log_lines: float
    access_log_bytes: float
    log_line_bytes: float
    log_packed: float
    log_months: float
    entries_per_invocation: float
    headers_bytes: float

    def memory(self, name: str) -> int:
        """Of the function that takes this step."""
        return self.memory_mb.get(name, self.memory_mb["*"])

    def billed_ms(self, step: Step, memory_mb: int) -> float:
        """Processor time at this memory, and the waiting for DynamoDB; rounded up as Lambda does.
        A start now and then is spread over all."""
        processor = step.handler_ms * self.slower * max(1, self.vcpu_at_mb / memory_mb)
        waiting = sum(self.latency_ms[name] * n for name, n in step.operations.items())
        return ceil(processor + waiting) + self.cold_share * self.cold_ms


class Size(Struct, frozen=True, forbid_unknown_fields=True):
    members: int
    shops: int


class Limit(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    per_second: float
    what: str
    raised: str
    page: str


class StreamShape(Struct, frozen=True, forbid_unknown_fields=True):
    shards: int
    parallel: int
    page: str


class Assumptions(Struct, frozen=True, forbid_unknown_fields=True):
    cloud: Cloud
    behaviour: dict[str, float]
    years_kept: float
    busiest: float
    sizes: list[Size]
    fixed: dict[str, float]
    limits: dict[str, Limit]
    stream: StreamShape


class Case(Struct, frozen=True):
    """Everything that a bill follows from."""

    measured: Steps
    prices: Prices
    assumed: Assumptions

    @property
    def cloud(self) -> Cloud:
        return self.assumed.cloud

    def once(self, name: str) -> Usage:
        """One step. What its answer costs on the way out depends on what is before the API."""
        step, cloud = self.measured.steps[name], self.cloud
        invocations: float = step.invocations
        if name == "tier":
            invocations /= cloud.entries_per_invocation
        lines = step.log_lines * cloud.log_line_bytes + step.log_bytes
        system = cloud.system_log_bytes + cloud.system_log_lines * cloud.log_line_bytes
        logged = (lines + invocations * system) / GB
        usage = {
            "lambda_requests": invocations,
            "lambda_gb_seconds": self.seconds(name) * cloud.memory(name) / 1024,
            "dynamodb_reads": step.read_units,
            "dynamodb_writes": step.write_units,
            "lambda_logs": logged,
            "log_storage": logged * cloud.log_packed * cloud.log_months,
        }
        return added(usage, self._asked(step)) if step.http else usage

    def seconds(self, name: str) -> float:
        """Billed, of Lambda's time."""
        step = self.measured.steps[name]
        billed = self.cloud.billed_ms(step, self.cloud.memory(name))
        return billed / 1000 if step.invocations else 0

    def _asked(self, step: Step) -> Usage:
        logged = self.cloud.access_log_bytes + self.cloud.log_line_bytes
        logged = logged / GB if self.cloud.access_log_bytes else 0
        return {
            "http_api_requests": 1,
            "access_logs": logged,
            "log_storage": logged * self.cloud.log_packed * self.cloud.log_months,
            "data_out": self._answered(step),
        }

    def _answered(self, step: Step) -> float:
        return (step.answer_bytes + self.cloud.headers_bytes) / GB

    def usage(self, counts: Counts, *, edge: bool) -> Usage:
        """Of so many steps; answers leave through CloudFront, or from the region."""
        total: Usage = {}
        for name, count in counts.items():
            total = added(total, times(self.once(name), count))
        return self._behind_the_edge(total) if edge else total

    def _behind_the_edge(self, usage: Usage) -> Usage:
        inner = dict(usage)
        leaves, requests = inner.pop("data_out", 0), inner.get("http_api_requests", 0)
        edge = {
            "cloudfront_requests": requests,
            "cloudfront_out": leaves,
            "waf_requests": requests,
        }
        return added(inner, edge)

    def orders(self, many: float, counts: Counts = ORDER, *, edge: bool = False) -> Usage:
        """What so many orders cost, by service; what is kept of them is told apart."""
        return self.prices.bill(times(self.usage(counts, edge=edge), many))

    def kept_for_a_month(self, orders: float) -> float:
        """USD for what is kept of so many orders."""
        stored = orders * self.measured.stored["order"] / GB
        usage = {"dynamodb_storage": stored, "dynamodb_recovery": stored}
        return sum(self.prices.bill(usage).values())

    def a_year(self, size: Size) -> Usage:
        """By service: twelve equal months."""
        month = self.usage(times(dict(self.counts()), size.members / 12), edge=True)
        month = added(month, self._storage(size), self.assumed.fixed, self._jobs(size))
        return times(self.prices.bill(month), 12)

    def counts(self) -> Counts:
        """Of a member in a year, with what follows of itself."""
        asked = self.assumed.behaviour
        orders, refunds = asked["commit"], asked["refund"]
        follows = {"tier": orders + refunds, "confirm": orders, "review": orders}
        return {**asked, **follows}

    def _storage(self, size: Size) -> Usage:
        orders = size.members * self.assumed.behaviour["commit"] * self.assumed.years_kept
        stored = self.measured.stored
        gigabytes = (orders * stored["order"] + size.members * stored["member"]) / GB
        return {"dynamodb_storage": gigabytes, "dynamodb_recovery": gigabytes}

    def _jobs(self, size: Size) -> Usage:
        """The timed functions when there is nothing to do; and secrets, read at every start."""
        minutes = times(self.once("idle minute"), 60 * 24 * 365 / 12)
        nights = times(self.once("idle night"), 365 / 12)
        starts = self.assumed.cloud.cold_share * size.members / 12
        invoked = sum(
            n * self.measured.steps[name].invocations for name, n in self.counts().items()
        )
        reads = starts * invoked * self.assumed.fixed["secrets"]
        found = {"secret_reads": reads, "key_uses": reads}
        return added(times(added(minutes, nights), size.shops), found)


def case() -> Case:
    return Case(
        measured=kept(),
        prices=_read("prices.yaml", Prices),
        assumed=_read("assumptions.yaml", Assumptions),
    )


def _read(name: str, type: type[Read]) -> Read:
    return msgspec.yaml.decode((HERE / name).read_bytes(), type=type)


def added(*several: Mapping[str, float]) -> Usage:
    total: Usage = {}
    for each in several:
        for name, quantity in each.items():
            total[name] = total.get(name, 0) + quantity
    return total


def times(usage: Mapping[str, float], factor: float) -> Usage:
    return {name: quantity * factor for name, quantity in usage.items()}
