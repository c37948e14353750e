"""A member did something that the programme gives points for, and the shop says so."""

from datetime import datetime

from msgspec import Struct

from functions.members.shown import REPLAYED
from stamkund.rules.errors import Refused
from stamkund.rules.ids import ShorterId
from stamkund.rules.naming import named
from stamkund.rules.programme import Id, Language
from stamkund.rules.programme_file import Action
from stamkund.tables.earnings import Earned
from stamkund.web import earning
from stamkund.web.callers import Caller, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import Reply, endpoint


class EarningRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`action` is one of the programme's. `reference` is yours, and makes it count once."""

    reference: ShorterId
    action: Id


class EarningShown(Struct, frozen=True):
    """The points are pending, and end, as those of an order."""

    reference: str
    action: str
    name: str
    points: int
    earned_at: datetime


@endpoint(
    "POST",
    "/v1/members/{member}/earnings",
    caller=[Shop],
    access=earning.ACCESS,
    problems=[*MEMBER_PROBLEMS, "no_points", "action_not_found", "limit_reached", "busy"],
    status=(201, 200),
)
def earn_for_action(
    member: str, request: EarningRequest, caller: Caller, now: datetime
) -> Reply[EarningShown]:
    """Give points for something done.

    Once for each reference, and as often as the programme says. The same again is answered the
    same.
    """
    club = club_at(caller.shop, now)
    action = _action(club, request.action)
    owner = member_of(caller, member)
    made, again = earning.earn(club, owner, action, request.reference)
    answer = _shown(club, action, made, caller.language)
    return Reply(answer, 200, REPLAYED) if again else Reply(answer, 201)


def _action(club: Club, id: str) -> Action:
    for action in club.file.actions:
        if action.id == id:
            return action
    raise Refused("action_not_found", "action")


def _shown(club: Club, action: Action, made: Earned, language: Language) -> EarningShown:
    return EarningShown(
        made.reference,
        action.id,
        named(action.name, language, club.programme),
        made.points,
        made.earned_at,
    )
