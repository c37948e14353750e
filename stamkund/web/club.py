"""What an endpoint stands on: the shop's club, by its programme in force, at an instant."""

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from stamkund.rules.programme import Programme
from stamkund.rules.selection import Moment, moment
from stamkund.tables import programmes
from stamkund.tables.programmes import Published

if TYPE_CHECKING:
    from stamkund.rules.programme_file import ProgrammeFile

# What may be wrong with the member that a path names.
MEMBER_PROBLEMS = (
    "not_found",
    "member_not_found",
    "member_not_active",
    "member_merged",
    "no_programme",
)


class Club(Struct, frozen=True):
    """A shop's club at an instant."""

    shop: str
    published: Published
    at: Moment

    @property
    def programme(self) -> Programme:
        return self.published.programme

    @property
    def file(self) -> "ProgrammeFile":
        """The whole of what the shop says, beyond what prices, points and tiers are made of."""
        return self.published.file


def club_at(shop: str, now: datetime) -> Club:
    """Refused: no_programme."""
    return club_by(shop, programmes.current(shop, now), now)


def club_by(shop: str, published: Published, now: datetime) -> Club:
    """By a programme that is known already."""
    at = moment(now, published.programme.time_zone)
    return Club(shop, programmes.in_month(published, at.month), at)
