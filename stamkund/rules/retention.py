"""How long a club remembers somebody who does nothing."""

from typing import Annotated

from msgspec import Meta, Struct

from stamkund.rules.calendar import add_days, add_months

# Before the days in the index of who was seen when: they were told, and have until then.
TOLD = "told."


class Retention(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Members who have neither bought anything nor logged in for so many months are told, where
    they can be written to, and forgotten `notice_days` later."""

    months: Annotated[int, Meta(ge=6, le=120)]
    notice_days: Annotated[int, Meta(ge=14, le=180)] = 30


def last_month(retention: Retention, month: str) -> str:
    """Whoever was seen in no later month than this has been away for long enough: whole months
    are counted, and the first and the last are not whole."""
    return add_months(month, -retention.months - 1)


def told_until(day: str) -> str:
    return TOLD + day


def end_of(retention: Retention, day: str) -> str:
    """On which day somebody is forgotten who is told today."""
    return add_days(day, retention.notice_days)


def last_seen(place: str, active_on: str) -> str:
    """The month of the last login, or of the last purchase if that is later."""
    login = "" if place.startswith(TOLD) else place
    return max(login, active_on[:7])
