"""What members have answered, for staff."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from stamkund.rules.calendar import add_months, months_between
from stamkund.rules.errors import Refused
from stamkund.rules.naming import named
from stamkund.rules.programme import Id, SurveyKind
from stamkund.rules.surveys import Cell, Result, found, result
from stamkund.tables import Read, surveys
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.callers import Caller, Staff
from stamkund.web.club import club_at
from stamkund.web.endpoint import endpoint

Month = Annotated[str, Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
By = Literal["month", "tier", "category"]
USUAL_MONTHS = 12
MOST_MONTHS = 60


class Part(Struct, frozen=True):
    """Of one month, tier or category; of none where it is empty."""

    name: str
    result: Result


class SurveyReport(Struct, frozen=True):
    """Everything together, and its parts. Months, tiers and categories are those of the orders."""

    survey: str
    kind: SurveyKind
    question: str
    since: str
    until: str
    total: Result
    parts: list[Part]


@endpoint(
    "GET",
    "/v1/feedback/surveys/{survey}/results",
    caller=[Staff],
    access={Programmes: Read, Threads: Read},
    problems=["no_programme", "survey_not_found"],
)
def report_survey(
    survey: Id,
    caller: Caller,
    now: datetime,
    by: By = "month",
    since: Month | None = None,
    until: Month | None = None,
) -> SurveyReport:
    """Read what came of a survey.

    How many were asked, how many have answered and what, with intervals of 95 per cent: the net
    promoter score of `nps`, the share of 4 and 5 of `csat`, the average of a `scale`. By month,
    tier or category of the orders; the last twelve months unless others are asked for.
    """
    club = club_at(caller.shop, now)
    asked = found(club.file, survey)
    first, last = _months(since, until, club.at.month)
    total, parts = dict[str, int](), dict[str, dict[str, int]]()
    for one in surveys.counts(club.shop, survey, first, last):
        for counts in (total, parts.setdefault(_name(one.cell, by), {})):
            counts[one.value] = counts.get(one.value, 0) + one.n
    return SurveyReport(
        survey=survey,
        kind=asked.kind,
        question=named(asked.question, caller.language, club.programme),
        since=first,
        until=last,
        total=result(asked.kind, total),
        parts=[Part(name, result(asked.kind, counts)) for name, counts in sorted(parts.items())],
    )


def _name(cell: Cell, by: By) -> str:
    return {"month": cell.month, "tier": cell.tier, "category": cell.category}[by]


def _months(since: str | None, until: str | None, current: str) -> tuple[str, str]:
    """Refused: invalid_field."""
    last = until or current
    first = since or add_months(last, 1 - USUAL_MONTHS)
    if first > last or months_between(first, last) >= MOST_MONTHS:
        raise Refused("invalid_field", "since", detail=f"Ask for 1 to {MOST_MONTHS} months")
    return first, last
