"""Which tier a member has: a fold over months, from a checkpoint and the totals of each month.

The rule, whose one home this is. For every month after the checkpoint, up to the month asked for:

1. The rules in force are the last whose `from_month` is not later. Where they change, a member
   keeps the step by its id; a step that is gone becomes the highest remaining one of those that
   lay below it, so nobody passes anybody who had more.
2. At the start of the month, what was bought in earlier months counts. Rolling: the last W months.
   Calendar: this year, or the twelve months of last year where they come to more. A frozen month
   is none of the W or twelve, so the period reaches one month further back for it; what was bought
   in it counts all the same. The level is the highest step whose threshold that reaches.
3. A level above the tier is the tier at once. A step above the level *waits*: it is lost at the
   start of a month in which it has already waited for `grace_months` months. Falling `one_step`,
   only the highest step waits, one is lost a month at the most, and the next begins to wait in
   that month. Falling `all_the_way`, every step above the level waits for itself, so that a long
   wait for Guld does not use up the grace of Silver, which was still earned until yesterday.
   In a frozen month nothing waits and nothing is lost.
4. Within the month, the same period moved on to end with this month: the level it reaches lifts
   the tier at once, and what it reaches waits no longer.
5. A pin counts as a level in its months, and is followed through changes of the rules as in 1.

Months later than the one asked for are never looked at, except for what changes next: a till
whose clock is ahead may have bought in one already. A refund lowers the month of its order,
so what that month had lifted may be taken back at once, as if it had never been bought. More
bought never gives a lower tier, nor does one more frozen month, as long as steps that live on
keep their order. The grace is counted, not dated: rules with another grace apply to everybody
from the month they come into force.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Literal, Protocol

from msgspec import Struct
from msgspec.structs import replace

from stamkund.rules.calendar import first_day, last_day, month_number, month_numbered
from stamkund.rules.programme import Tiers, TierStep

# As far as any programme may look back. Totals are kept that long whatever the rules of today,
# or the effect of a longer period would depend on when somebody's old totals were dropped.
LONGEST_PERIOD = 36

NO_TIERS = Tiers(steps=[TierStep(id="", name={}, threshold=0)], rolling_months=1)
NO_END = month_number("9999-12")


class RulesFrom(Protocol):
    """The ladder from a month on."""

    @property
    def from_month(self) -> str: ...

    @property
    def tiers(self) -> Tiers | None: ...


History = Sequence[RulesFrom]
Span = tuple[str, str]  # the first and the last month; the last is empty when there is no end


class Pin(Struct, frozen=True):
    """A tier promised by the shop, in these months whatever is bought; no `last`, no end."""

    tier: str
    first: str
    last: str = ""


class Record(Struct, frozen=True):
    """What counts of a member: qualifying totals by month, and what the shop has granted."""

    spend: Mapping[str, int]
    points: Mapping[str, int]
    freezes: Sequence[Span] = ()
    pins: Sequence[Pin] = ()


class Standing(Struct, frozen=True, omit_defaults=True):
    """Where a member stands after a month; `waited` is for how many months, by step."""

    month: str
    tier: str
    waited: dict[str, int] = {}


class Forecast(Struct, frozen=True):
    """Buy `missing` from `counts_from` to `last_day`, or `keeps` becomes `falls_to` on that day."""

    keeps: str
    missing: int
    basis: Literal["spend", "points"]
    counts_from: str
    last_day: str
    falls_on: str
    falls_to: str


class Rung(Struct, frozen=True):
    """A step of the ladder, and how much is missing to it today."""

    step: TierStep
    reached: bool
    missing: int


class Ladder(Struct, frozen=True):
    """Every step, lowest first; `counted` is what has counted towards the next since that day."""

    tier: str
    basis: Literal["spend", "points"]
    counted: int
    counted_since: str
    rungs: list[Rung]


class Settled(Struct, frozen=True):
    """A standing that can no longer change, and the first month whose totals are still needed."""

    standing: Standing
    keep_from: str


def newcomer(history: History, joined: str) -> Standing:
    """Before the month of joining: the lowest step. Earlier purchases lift it when they count."""
    month = month_number(joined) - 1
    return Standing(month_numbered(month), _in_force(_numbered(history), month).ids[0])


def fold(history: History, record: Record, standing: Standing, month: str) -> Standing:
    """The standing in (or after) the month; unchanged when it is already later than that."""
    return _folded(history, record, standing, month).standing()


def next_change(history: History, record: Record, standing: Standing, month: str) -> str | None:
    """The first day on which the tier is another if nothing more is bought."""
    now = _folded(history, record, standing, month)
    tier = now.tier
    for ahead in now.months_ahead():
        if ahead.tier != tier:
            return first_day(month_numbered(ahead.number))
    return None


def forecast(history: History, record: Record, standing: Standing, month: str) -> Forecast | None:
    """The least that keeps the tier, if it falls otherwise, and the last day on which it does.

    With a grace there is a choice: little soon, or more later. This is the little, by the rules in
    force on the day of the fall. Before they begin, less may do by those that still are.
    """
    now = _folded(history, _until(record, month), standing, month)
    tier, number = now.tier, now.number
    waiting: list[int] = []
    for ahead in now.months_ahead():
        waiting = [*waiting, ahead.number] if ahead.waits else []
        if ahead.rank < ahead.held:
            return _cheapest(ahead, waiting, number)
        if ahead.tier != tier:
            break
    return None


def _cheapest(fallen: "_Fold", waiting: list[int], now: int) -> Forecast:
    """Reaching the step by the end of the month before any of these undoes the wait for it."""
    tiers = fallen.rules.tiers
    ways = []
    for month in waiting:
        if month >= fallen.rules.start:
            since = fallen.totals.since(tiers, month, month - 1)
            counted = fallen.totals.between(tiers.basis, since, month - 1)
            ways.append((tiers.steps[fallen.held].threshold - counted, -month, since))
    missing, until, since = min(ways)
    return Forecast(
        keeps=fallen.rules.ids[fallen.held],
        missing=missing,
        basis=tiers.basis,
        counts_from=first_day(month_numbered(max(since, now))),
        last_day=last_day(month_numbered(-until - 1)),
        falls_on=first_day(month_numbered(fallen.number)),
        falls_to=fallen.tier,
    )


def ladder(history: History, record: Record, standing: Standing, month: str) -> Ladder | None:
    """None when the programme has no tiers."""
    now = _folded(history, record, standing, month)
    if now.rules.tiers is NO_TIERS:
        return None
    tiers = now.rules.tiers
    since = now.totals.since(tiers, now.number, now.number)
    counted = now.totals.between(tiers.basis, since, now.number)
    rungs = [
        Rung(step, rank <= now.rank, 0 if rank <= now.rank else step.threshold - counted)
        for rank, step in enumerate(tiers.steps)
    ]
    return Ladder(now.tier, tiers.basis, counted, first_day(month_numbered(since)), rungs)


def first_month_needed(checkpoint: str, freezes: Sequence[Span]) -> str:
    """The earliest month whose totals the fold can still ask for after the checkpoint."""
    totals = _Totals(Record({}, {}, freezes))
    return month_numbered(totals.start(month_number(checkpoint), LONGEST_PERIOD))


def settle(history: History, record: Record, standing: Standing, horizon: str) -> Settled:
    """The checkpoint moved on to the last month before the horizon, the first that may change."""
    last = month_numbered(month_number(horizon) - 1)
    settled = fold(history, record, standing, last)
    return Settled(settled, first_month_needed(settled.month, record.freezes))


def better(history: History, one: Standing, other: Standing) -> Standing:
    """Of two in the same month: the higher tier, and of every step the shorter wait for it."""
    rules = _in_force(_numbered(history), month_number(one.month))
    lower, higher = sorted((one, other), key=lambda each: rules.rank(each.tier))
    reached = rules.rank(lower.tier)
    waited = {
        step: min(months, lower.waited.get(step, 0)) if rules.rank(step) <= reached else months
        for step, months in higher.waited.items()
    }
    left = {step: months for step, months in waited.items() if months}
    return Standing(one.month, higher.tier, left)


class _Rules:
    """One ladder, ready to be looked things up in."""

    def __init__(self, start: int, tiers: Tiers) -> None:
        self.start = start
        self.tiers = tiers
        self.ids = [step.id for step in tiers.steps]
        self.thresholds = [step.threshold for step in tiers.steps]

    def rank(self, tier: str) -> int:
        return self.ids.index(tier) if tier in self.ids else 0

    def level(self, total: int) -> int:
        return max(bisect_right(self.thresholds, total) - 1, 0)

    def rank_after(self, before: "_Rules", rank: int) -> int:
        """Where the step of the rules before has its place in these."""
        return max((self.rank(id) for id in before.ids[: rank + 1]), default=0)


class _Totals:
    """Sums over periods of months, and which months are frozen."""

    def __init__(self, record: Record) -> None:
        self.sums = {"spend": _running(record.spend), "points": _running(record.points)}
        self.frozen = _apart(record.freezes)

    def is_frozen(self, month: int) -> bool:
        return any(first <= month <= last for first, last in self.frozen)

    def start(self, last: int, months: int) -> int:
        """The first month of a period of so many months, and the frozen ones among them."""
        start = last - months + 1
        for first, end in self.frozen:
            if start <= end and first <= last:
                start -= min(end, last) - first + 1
        return start

    def between(self, basis: str, first: int, last: int) -> int:
        numbers, running = self.sums[basis]
        return running[bisect_right(numbers, last)] - running[bisect_left(numbers, first)]

    def since(self, tiers: Tiers, month: int, last: int) -> int:
        """The first month of the period that, for this month, ends with the last one."""
        january = month - month % 12
        if tiers.rolling_months:
            return self.start(last, tiers.rolling_months)
        return january if last >= january else self.start(last, 12)

    def counted(self, tiers: Tiers, month: int, last: int) -> int:
        """What counts in the month of all that was bought up to the end of the last one."""
        total = self.between(tiers.basis, self.since(tiers, month, last), last)
        if tiers.rolling_months:
            return total
        december = month - month % 12 - 1
        return max(total, self.between(tiers.basis, self.start(december, 12), december))


class _Fold:
    """The fold under way. Months and steps are numbers here, since it runs at every purchase."""

    def __init__(self, history: History, record: Record, standing: Standing) -> None:
        self.history = _numbered(history)
        self.totals = _Totals(record)
        self.pins = [(pin, month_number(pin.first), _last(pin.last)) for pin in record.pins]
        self.number = month_number(standing.month)
        self.rules = _in_force(self.history, self.number)
        self.rank = self.rules.rank(standing.tier)
        self.waited = {self.rules.rank(id): months for id, months in standing.waited.items()}
        self.held = self.rank
        self.waits = False

    @property
    def tier(self) -> str:
        return self.rules.ids[self.rank]

    def standing(self) -> Standing:
        waited = {self.rules.ids[rank]: months for rank, months in self.waited.items()}
        return Standing(month_numbered(self.number), self.tier, waited)

    def step(self) -> None:
        self.number += 1
        self._enter(_in_force(self.history, self.number))
        self.held = self.rank
        level = self._level(self.number - 1)
        self.waits = level < self.held
        if self.waits and not self.totals.is_frozen(self.number):
            self._wait(level)
        self._lift(level)
        self._lift(self._level(self.number))

    def months_ahead(self) -> Iterator["_Fold"]:
        """This fold, month by month, as long as anything can change while nothing is bought."""
        for _ in range(self.number, self._last_change()):
            self.step()
            yield self

    def _enter(self, rules: _Rules) -> None:
        if rules is self.rules:
            return
        before, self.rules = self.rules, rules
        self.rank = rules.rank_after(before, self.rank)
        waited = {before.ids[rank]: months for rank, months in self.waited.items()}
        self.waited = {
            rank: waited[id] for rank, id in enumerate(rules.ids[: self.rank + 1]) if id in waited
        }

    def _wait(self, level: int) -> None:
        waited, grace = self.waited, self.rules.tiers.grace_months
        if self.rules.tiers.fall == "all_the_way":
            waiting = range(level + 1, self.rank + 1)
            self.rank = max((k for k in waiting if waited.get(k, 0) < grace), default=level)
            self.waited = {k: waited.get(k, 0) + 1 for k in waiting if k <= self.rank}
        elif waited.get(self.rank, 0) < grace:
            self.waited = {self.rank: waited.get(self.rank, 0) + 1}
        else:
            self.rank -= 1
            self.waited = {self.rank: 1}

    def _lift(self, level: int) -> None:
        self.rank = max(self.rank, level)
        if self.waited:
            self.waited = {rank: months for rank, months in self.waited.items() if rank > level}

    def _level(self, last: int) -> int:
        level = self.rules.level(self.totals.counted(self.rules.tiers, self.number, last))
        return max([level, *self._pinned()]) if self.pins else level

    def _pinned(self) -> Iterator[int]:
        for pin, first, last in self.pins:
            if first <= self.number <= last:
                yield self._followed(_in_force(self.history, first), pin.tier)

    def _followed(self, rules: _Rules, tier: str) -> int:
        rank = rules.rank(tier)
        for later in self.history:
            if rules.start < later.start <= self.number:
                rank, rules = later.rank_after(rules, rank), later
        return rank

    def _last_change(self) -> int:
        """When all that is known of has happened and whatever was bought counts no longer."""
        known = [self.number, *(rules.start for rules in self.history)]
        known += [month for months, _ in self.totals.sums.values() for month in months]
        known += [month for span in self.totals.frozen for month in span]
        known += [month for _, first, last in self.pins for month in (first, last)]
        periods = [max(rules.tiers.rolling_months or 0, 24) for rules in self.history]
        graces = [rules.tiers.grace_months for rules in self.history]
        return max(month for month in known if month < NO_END) + max(periods) + max(graces) + 1


def _folded(history: History, record: Record, standing: Standing, month: str) -> _Fold:
    until = month_number(month)
    folded = _Fold(history, record, standing)
    while folded.number < until:
        folded.step()
    return folded


def _until(record: Record, month: str) -> Record:
    spend, points = (
        {each: total for each, total in totals.items() if each <= month}
        for totals in (record.spend, record.points)
    )
    return replace(record, spend=spend, points=points)


def _numbered(history: History) -> list[_Rules]:
    rules = [_Rules(month_number(each.from_month), each.tiers or NO_TIERS) for each in history]
    return rules or [_Rules(0, NO_TIERS)]


def _in_force(history: list[_Rules], month: int) -> _Rules:
    """The first rules also count for the time before them."""
    return next((rules for rules in reversed(history) if rules.start <= month), history[0])


def _last(month: str) -> int:
    return month_number(month) if month else NO_END


def _apart(freezes: Sequence[Span]) -> list[tuple[int, int]]:
    """The latest first, and none within another."""
    apart: list[tuple[int, int]] = []
    for first, last in sorted((month_number(first), _last(last)) for first, last in freezes):
        if apart and first <= apart[0][1]:
            apart[0] = apart[0][0], max(last, apart[0][1])
        else:
            apart.insert(0, (first, last))
    return apart


def _running(totals: Mapping[str, int]) -> tuple[list[int], list[int]]:
    """The months with a total, and what all of them before each come to, ready to subtract."""
    known = sorted((month_number(month), total) for month, total in totals.items())
    return [pair[0] for pair in known], list(accumulate((pair[1] for pair in known), initial=0))
