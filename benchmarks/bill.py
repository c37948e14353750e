"""From what the steps ask, and what AWS asks for it, to a bill."""

from collections.abc import Mapping
from math import ceil
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from benchmarks.steps import TAKEN_BY, Step, Steps, kept
from infrastructure import declared
from infrastructure.stage import FunctionSettings, Stage, load

HERE = Path(__file__).parent
GB = 1024**3
A_YEAR = 365 * 24 * 3600
DAYS_OF_A_MONTH = 30
STAGE = "prod"  # which says how functions, log and stream are set

Read = TypeVar("Read")
Usage = dict[str, float]  # by the names of prices.yaml
Counts = Mapping[str, float]  # of steps

ORDER: Counts = {
    "quote": 1, "commit": 1, "tier": 1, "follow up": 1, "confirm": 1, "review": 1,
}  # fmt: skip
# Of the first order that counts of somebody whom a member brought.
FRIEND = ("friend", "friend later")
# Both read the ledger's stream.
STREAMED = ("tier", "follow up")
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
    vcpu_at_mb: int
    slower: float
    latency_ms: dict[str, float]
    cold_share: float
    boot_ms: float
    system_log_bytes: float
    system_log_lines: float
    access_log_bytes: float
    log_line_bytes: float
    log_packed: float
    headers_bytes: float

    def billed_ms(
        self, step: Step, memory_mb: int, *, start_ms: float = 0, at_once: float = 1
    ) -> float:
        """Processor time at this memory, and the waiting for DynamoDB, of so many at once, one
        after the other; rounded up as Lambda does. A start now and then is spread over all."""
        waiting = sum(self.latency_ms[name] * n for name, n in step.operations.items())
        each = step.handler_ms * self.slower * self._share(memory_mb) + waiting
        return ceil(each * at_once) + self.cold_share * self.started_ms(start_ms, memory_mb)

    def started_ms(self, start_ms: float, memory_mb: int) -> float:
        """Until a new environment has answered, at this memory."""
        return (self.boot_ms + start_ms * self.slower) * self._share(memory_mb)

    def _share(self, memory_mb: int) -> float:
        """How many times longer it takes with less than a whole processor."""
        return max(1, self.vcpu_at_mb / memory_mb)


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
    page: str


class Assumptions(Struct, frozen=True, forbid_unknown_fields=True):
    cloud: Cloud
    behaviour: dict[str, float]
    members: int
    friends: float
    years_kept: float
    busiest: float
    sizes: list[Size]
    fixed: dict[str, float]
    limits: dict[str, Limit]
    stream: StreamShape


class Case(Struct, frozen=True):
    """Everything that a bill follows from: the stage says how it is set."""

    measured: Steps
    prices: Prices
    assumed: Assumptions
    stage: Stage

    @property
    def cloud(self) -> Cloud:
        return self.assumed.cloud

    @property
    def order(self) -> Counts:
        """The steps of one: those of a friend as often as it is the first of one."""
        return {**ORDER, **dict.fromkeys(FRIEND, self.assumed.friends)}

    def settings(self, name: str) -> FunctionSettings:
        """Of the function that takes this step."""
        return self.stage.functions[TAKEN_BY[name]]

    def once(self, name: str) -> Usage:
        """One step. What its answer costs on the way out depends on what is before the API."""
        step, memory_mb = self.measured.steps[name], self.settings(name).memory
        usage = {
            "lambda_requests": step.invocations / self.at_once(name),
            "lambda_gb_seconds": self.seconds(name) * memory_mb / 1024,
            "dynamodb_reads": step.read_units,
            "dynamodb_writes": step.write_units,
            **self._logged("lambda_logs", self._lines(name), self.stage.retention.logs),
        }
        return added(usage, self._asked(step)) if step.http else usage

    def seconds(self, name: str) -> float:
        """Billed, of Lambda's time."""
        step, at_once = self.measured.steps[name], self.at_once(name)
        if not step.invocations:
            return 0
        start, memory_mb = self.measured.starts[TAKEN_BY[name]], self.settings(name).memory
        billed = self.cloud.billed_ms(step, memory_mb, start_ms=start, at_once=at_once)
        return billed / at_once / 1000

    def at_once(self, name: str) -> float:
        """Entries to an invocation of the stream's reader: the one that begins to wait, and those
        that come meanwhile if they come evenly. In busy hours there are more."""
        if name not in STREAMED:
            return 1
        how, counts = self.stage.streams[TAKEN_BY[name]], self.counts()
        lanes = self.assumed.stream.shards * how.parallel
        each = self.assumed.members * counts["tier"] / A_YEAR / lanes
        return min(how.batch, 1 + each * how.wait_seconds)

    def _lines(self, name: str) -> float:
        """Bytes: the line of each invocation, and what Lambda writes beside it."""
        step, cloud = self.measured.steps[name], self.cloud
        written = step.log_lines * cloud.log_line_bytes + step.log_bytes
        if self.settings(name).system_log_level == "INFO" and step.invocations:
            written += cloud.system_log_bytes + cloud.system_log_lines * cloud.log_line_bytes
        return written / self.at_once(name)

    def _logged(self, into: str, size: float, days: int) -> Usage:
        taken_in = size / GB
        months = days / DAYS_OF_A_MONTH
        return {into: taken_in, "log_storage": taken_in * self.cloud.log_packed * months}

    def _asked(self, step: Step) -> Usage:
        asked = {"http_api_requests": 1, "data_out": self._answered(step)}
        if not self.stage.access_log:
            return asked
        line = self.cloud.access_log_bytes + self.cloud.log_line_bytes
        return added(asked, self._logged("access_logs", line, self.stage.retention.access_logs))

    def of_so_many(self, members: int) -> "Case":
        return replace(self, assumed=replace(self.assumed, members=members))

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

    def orders(self, many: float, counts: Counts | None = None, *, edge: bool = False) -> Usage:
        """What so many orders cost, by service; what is kept of them is told apart."""
        return self.prices.bill(times(self.usage(counts or self.order, edge=edge), many))

    def kept_for_a_month(self, orders: float) -> float:
        """USD for what is kept of so many orders."""
        stored = orders * self.measured.stored["order"] / GB
        usage = {"dynamodb_storage": stored, "dynamodb_recovery": stored}
        return sum(self.prices.bill(usage).values())

    def a_year(self, size: Size) -> Usage:
        """By service: twelve equal months."""
        club = self.of_so_many(size.members)
        month = club.usage(times(dict(self.counts()), size.members / 12), edge=True)
        month = added(month, self._storage(size), self.assumed.fixed, self._jobs(size))
        return times(self.prices.bill(month), 12)

    def counts(self) -> Counts:
        """Of a member in a year, with what follows of itself."""
        asked = self.assumed.behaviour
        orders, refunds = asked["commit"], asked["refund"]
        entries = dict.fromkeys(STREAMED, orders + refunds)
        friends = dict.fromkeys(FRIEND, orders * self.assumed.friends)
        return {**asked, **entries, **friends, "confirm": orders, "review": orders}

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
        stage=load(STAGE, declared.known(declared.every_function())),
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
