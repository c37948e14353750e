"""How well what people say is answered, as numbers."""

from datetime import datetime

from msgspec import Struct

from stamkund.rules.engagement import Engagement, Row, Silence, share
from stamkund.rules.errors import Refused
from stamkund.tables import Read, engagement
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Staff
from stamkund.web.endpoint import endpoint


class RowShown(Struct, frozen=True):
    """Of the threads that were opened in one month, of one `kind` or of `all`. Percentages are null
    of nothing. `within_due_percent` is of those that are answered or late; `told_percent` is how
    often somebody was told, of all times that somebody had to be."""

    month: str
    kind: str
    opened: int
    answered: int
    waiting: int
    late: int
    median_seconds: int | None
    ninetieth_seconds: int | None
    within_due_percent: int | None
    acted_on_percent: int | None
    told_percent: int | None


class SilenceShown(Struct, frozen=True):
    """Members who bought something since then, and those of them who said nothing in that time: no
    thread, no review, no answer to a question, no word in the forum."""

    buyers: int
    silent: int
    silent_percent: int | None


class EngagementShown(Struct, frozen=True):
    """As of last night; `made_at` says when. The months come in their order, and in each first
    all kinds together."""

    made_at: datetime
    since: str
    rows: list[RowShown]
    silence: SilenceShown


@endpoint(
    "GET",
    "/v1/feedback/engagement",
    caller=[Staff],
    access={Programmes: Read},
    problems=["no_report"],
)
def read_engagement(caller: Caller) -> EngagementShown:
    """Read how well what people say is answered.

    By month and kind, for twelve months: how soon, how much of it in time, how much was acted on,
    and whether people were told; and how many members buy and say nothing.
    """
    return shown(report_of(caller.shop))


def report_of(shop: str) -> Engagement:
    """Refused: no_report."""
    report = engagement.find(shop)
    if report is None:
        raise Refused("no_report")
    return report


def shown(report: Engagement) -> EngagementShown:
    rows = [_row(row) for row in report.rows]
    return EngagementShown(report.made_at, report.since, rows, _silence(report.silence))


def _row(row: Row) -> RowShown:
    return RowShown(
        month=row.month,
        kind=row.kind,
        opened=row.opened,
        answered=row.answered,
        waiting=row.waiting,
        late=row.late,
        median_seconds=row.median_seconds,
        ninetieth_seconds=row.ninetieth_seconds,
        within_due_percent=share(row.within_due, row.late),
        acted_on_percent=share(row.acted_on, row.opened - row.acted_on),
        told_percent=share(row.told, row.nobody_told),
    )


def _silence(one: Silence) -> SilenceShown:
    percent = share(one.silent, one.buyers - one.silent)
    return SilenceShown(one.buyers, one.silent, percent)
