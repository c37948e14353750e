"""One published version, which never changes."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from stamkund.rules.programme_file import ProgrammeFile
from stamkund.tables import Read, programmes
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Shop, Staff
from stamkund.web.endpoint import endpoint

VersionNumber = Annotated[int, Meta(ge=1, le=99_999)]


class ProgrammeVersion(Struct, frozen=True):
    version: int
    published_at: datetime
    programme: ProgrammeFile


@endpoint(
    "GET",
    "/v1/programme/versions/{version}",
    caller=[Shop, Staff],
    access={Programmes: Read},
    problems=["not_found"],
)
def read_version(caller: Caller, version: VersionNumber) -> ProgrammeVersion:
    """Read a version of the programme."""
    known, programme = programmes.published_version(caller.shop, version)
    return ProgrammeVersion(known.version, known.published_at, programme)
