"""The programme in force, and the versions before it."""

from datetime import datetime

from msgspec import Struct

from stamkund.rules.programme_file import ProgrammeFile
from stamkund.tables import Read, programmes
from stamkund.tables.programmes import Programmes, PublishedVersion
from stamkund.web.callers import Caller, Shop, Staff
from stamkund.web.endpoint import endpoint


class CurrentProgramme(Struct, frozen=True):
    version: int
    published_at: datetime
    programme: ProgrammeFile
    history: tuple[PublishedVersion, ...]


@endpoint(
    "GET",
    "/v1/programme",
    caller=[Shop, Staff],
    access={Programmes: Read},
    problems=["no_programme"],
)
def read_programme(caller: Caller, now: datetime) -> CurrentProgramme:
    """Read the programme in force.

    What other processes answer by is at most a minute older.
    """
    known = programmes.current(caller.shop, now)
    return CurrentProgramme(known.version, known.published_at, known.file, known.history)
