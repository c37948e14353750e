"""Whether the login offer makes people log in, and which argument does."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from stamkund.rules.calendar import add_days, days_between
from stamkund.rules.errors import Refused
from stamkund.rules.login_offer import experiment_of
from stamkund.rules.login_report import (
    LEAST_OUTCOMES,
    LEAST_SHOWN,
    MOST_DAYS,
    Group,
    Verdict,
    findings,
)
from stamkund.rules.programme import Language
from stamkund.rules.programme_file import ProgrammeFile
from stamkund.rules.text import say
from stamkund.tables import Read, login_counters, programmes
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Staff
from stamkund.web.club import club_at
from stamkund.web.endpoint import endpoint

USUAL_DAYS = 28
FIRST_DAY = "2026-01-01"
VersionNumber = Annotated[int, Meta(ge=1, le=99_999)]
VERDICTS: tuple[Verdict, ...] = (
    "better",
    "worse",
    "no_difference",
    "too_little_data",
    "no_hold_out",
)


class LoginReport(Struct, frozen=True):
    """Shares are of one, with 95 per cent confidence; days are the shop's, both included.

    A verdict needs `least_shown` visitors on each side, and at least `least_outcomes` on both
    together who did it and who did not.
    """

    experiment: str
    since: date
    until: date
    least_shown: int
    least_outcomes: int
    hold_out: Group
    variants: list[Group]
    arguments: list[Group]
    verdicts: dict[Verdict, str]


@endpoint(
    "GET",
    "/v1/members/login-offers/report",
    caller=[Staff],
    access={Programmes: Read},
    problems=["no_programme", "not_found"],
)
def report_login_offers(
    caller: Caller,
    now: datetime,
    since: date | None = None,
    until: date | None = None,
    version: VersionNumber | None = None,
) -> LoginReport:
    """Read what came of login offers.

    By variant and by the argument in the headline: how many saw it, what they did, and how much
    more that is than in the hold-out. The last 28 days of today's programme, unless another
    `version` is asked for, whose way of arguing may be the same.
    """
    club = club_at(caller.shop, now)
    file = club.file if version is None else _as_of(caller.shop, version)
    first, last = _days(since, until, club.at.day)
    experiment = experiment_of(file.login_offer)
    cells = login_counters.cells(caller.shop, experiment, first, last)
    found = findings(list(cells), hold_out=file.login_offer.hold_out > 0)
    return LoginReport(
        experiment,
        date.fromisoformat(first),
        date.fromisoformat(last),
        LEAST_SHOWN,
        LEAST_OUTCOMES,
        found.hold_out,
        found.variants,
        found.arguments,
        _verdicts(caller.language),
    )


def _as_of(shop: str, version: int) -> ProgrammeFile:
    try:
        return programmes.published_version(shop, version)[1]
    except Refused as refused:
        raise Refused(refused.code, "version") from None


def _days(since: date | None, until: date | None, today: str) -> tuple[str, str]:
    last = until.isoformat() if until else today
    if last < FIRST_DAY:
        raise Refused("invalid_field", "until", detail=f"Nothing was counted before {FIRST_DAY}")
    first = since.isoformat() if since else add_days(last, 1 - USUAL_DAYS)
    if not 0 <= days_between(first, last) < MOST_DAYS:
        raise Refused("invalid_field", "since", detail=f"Ask for 1 to {MOST_DAYS} days")
    return first, last


def _verdicts(language: Language) -> dict[Verdict, str]:
    return {verdict: say(f"login_verdict_{verdict}", language) for verdict in VERDICTS}
