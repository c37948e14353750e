"""What the counters of the login offer say, and whether they say anything yet."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

from msgspec import Struct

from stamkund.rules.programme_file import HOLD_OUT
from stamkund.rules.proportions import Interval, Share, difference, wilson

Event = Literal["shown", "clicked", "logged_in", "joined", "bought"]
Outcome = Literal["clicked", "logged_in", "joined", "bought"]
Verdict = Literal["better", "worse", "no_difference", "too_little_data", "no_hold_out"]

EVENTS: tuple[Event, ...] = get_args(Event)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
# With fewer the interval still holds what it promises, and is too wide to act upon.
LEAST_SHOWN = 100
LEAST_OUTCOMES = 10
MOST_DAYS = 92


class Cell(NamedTuple):
    """Whom a count is about: `lead` is the argument in the headline, or that would have been."""

    variant: str
    lead: str
    held: bool


Counts = Mapping[Event, int]
Counted = tuple[Cell, Counts]


class Measured(Struct, frozen=True):
    """How many of those to whom it was shown did it; all rates are shares of one.

    `difference` is the rate less that of the hold-out, between `least` and `most` with 95 per cent
    confidence.
    """

    outcome: Outcome
    count: int
    rate: float | None
    low: float | None
    high: float | None
    difference: float | None = None
    least: float | None = None
    most: float | None = None
    verdict: Verdict | None = None


class Group(Struct, frozen=True):
    """Visitors of one variant, or with one argument in the headline; and how many comparable ones
    of the hold-out they are held against."""

    id: str
    shown: int
    held_out: int
    outcomes: list[Measured]


class Findings(Struct, frozen=True):
    hold_out: Group
    variants: list[Group]
    arguments: list[Group]


def findings(cells: Sequence[Counted], *, hold_out: bool) -> Findings:
    """A variant is held against all of the hold-out, an argument against those of the hold-out
    whom it would have been shown: chance alone parts them, in both."""
    held = [one for one in cells if one[0].held]
    shown = [one for one in cells if not one[0].held]
    everybody = _sum(held)
    return Findings(
        Group(HOLD_OUT, everybody["shown"], 0, [_alone(o, everybody) for o in OUTCOMES[1:]]),
        [
            _group(id, _of(shown, variant=id), everybody, hold_out=hold_out)
            for id in sorted({cell.variant for cell, _ in shown})
        ],
        [
            _group(id, _of(shown, lead=id), _of(held, lead=id), hold_out=hold_out)
            for id in sorted({cell.lead for cell, _ in shown})
        ],
    )


def _of(counted: Iterable[Counted], variant: str = "", lead: str = "") -> dict[Event, int]:
    return _sum(
        (cell, counts)
        for cell, counts in counted
        if variant in {"", cell.variant} and lead in {"", cell.lead}
    )


def _sum(counted: Iterable[Counted]) -> dict[Event, int]:
    total: dict[Event, int] = dict.fromkeys(EVENTS, 0)
    for _, counts in counted:
        for event, count in counts.items():
            total[event] += count
    return total


def _group(id: str, shown: Counts, held: Counts, *, hold_out: bool) -> Group:
    outcomes = [
        _alone(outcome, shown)
        if outcome == "clicked"  # nobody of the hold-out has anything to click on
        else _against(outcome, shown, held, hold_out=hold_out)
        for outcome in OUTCOMES
    ]
    return Group(id, shown["shown"], held["shown"], outcomes)


def _alone(outcome: Outcome, counts: Counts) -> Measured:
    share = Share(counts[outcome], counts["shown"])
    if not share.of:
        return Measured(outcome, share.hits, None, None, None)
    interval = wilson(share)
    return Measured(
        outcome, share.hits, _told(share.rate), _told(interval.low), _told(interval.high)
    )


def _against(outcome: Outcome, shown: Counts, held: Counts, *, hold_out: bool) -> Measured:
    alone = _alone(outcome, shown)
    one, other = (Share(counts[outcome], counts["shown"]) for counts in (shown, held))
    if not (one.of and other.of):
        verdict: Verdict = "too_little_data" if hold_out else "no_hold_out"
        return _with(alone, None, None, verdict)
    between = difference(one, other)
    return _with(alone, one.rate - other.rate, between, _verdict(one, other, between))


def _with(
    alone: Measured, gap: float | None, between: Interval | None, verdict: Verdict
) -> Measured:
    return Measured(
        alone.outcome,
        alone.count,
        alone.rate,
        alone.low,
        alone.high,
        None if gap is None else _told(gap),
        _told(between.low) if between else None,
        _told(between.high) if between else None,
        verdict,
    )


def _verdict(one: Share, other: Share, between: Interval) -> Verdict:
    did = one.hits + other.hits
    did_not = one.of + other.of - did
    if min(one.of, other.of) < LEAST_SHOWN or min(did, did_not) < LEAST_OUTCOMES:
        return "too_little_data"
    if between.low > 0:
        return "better"
    return "worse" if between.high < 0 else "no_difference"


def _told(rate: float) -> float:
    return round(rate, 6)
