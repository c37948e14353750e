"""Staff does the same to many threads."""

from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from functions.feedback.saying import ThreadId, Version
from functions.feedback.shown import InInbox, in_inbox
from functions.feedback.stepping import PROBLEMS, Doing, Wish, checked, is_about_pictures, taken
from stamkund.rules.errors import Refused
from stamkund.tables import Append, Delete, Read, Update
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.callers import Caller, Staff
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import PathId, endpoint

MOST = 25


class Which(Struct, frozen=True, forbid_unknown_fields=True):
    thread: ThreadId
    version: Version


class StepsRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The same `step` for each; the `reference` counts for each of them. Nothing is done here with
    pictures: each belongs to one thread."""

    reference: PathId
    threads: Annotated[list[Which], Meta(min_length=1, max_length=MOST)]
    step: Doing


class Outcome(Struct, frozen=True):
    """What became of one: as it is now, or the code of the problem and its parameters."""

    thread: str
    now: InInbox | None
    problem: str | None
    params: dict[str, Any]


class Outcomes(Struct, frozen=True):
    """In the sequence in which they were sent."""

    outcomes: list[Outcome]


@endpoint(
    "POST",
    "/v1/feedback/steps",
    caller=[Staff],
    access={Profiles: Read, Programmes: Read, Threads: Read | Append | Update | Delete},
    problems=["no_programme"],
    lines=["text"],
)
def take_steps(request: StepsRequest, caller: Caller, now: datetime) -> Outcomes:
    """Do the same to many threads.

    Up to 25, each by itself: one that is refused does not hold up the others. Send the same again
    after any fault; what was done already is only answered once more.
    """
    doing = checked(request.step)
    if is_about_pictures(doing):
        raise Refused("invalid_field", "step", detail="A picture belongs to one thread")
    club = club_at(caller.shop, now)
    return Outcomes([_one(club, request, doing, which, caller.key) for which in request.threads])


def _one(club: Club, request: StepsRequest, doing: Doing, which: Which, key: str) -> Outcome:
    wish = Wish(request.reference, which.version, doing, key, club.at.at)
    try:
        after, _ = taken(club, which.thread, wish)
    except Refused as refused:
        if refused.code not in PROBLEMS:
            raise
        return Outcome(which.thread, None, refused.code, refused.params)
    return Outcome(which.thread, in_inbox(after, club.at.at), None, {})
