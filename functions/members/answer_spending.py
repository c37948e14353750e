"""A member confirms on the phone what a till wants to spend, or refuses it."""

from msgspec import Struct

from functions.members.shown import NOT_KEPT
from stamkund.tables import Read, Update, clock, spendings
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.spendings import Answer
from stamkund.web.callers import Caller, Member, member_of
from stamkund.web.endpoint import PathId, Reply, endpoint


class SpendingAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    answer: Answer


class SpendingAnswered(Struct, frozen=True):
    spending: str
    answer: Answer


@endpoint(
    "PUT",
    "/v1/members/{member}/spendings/{spending}/answer",
    caller=[Member],
    access={Profiles: Read | Update, Programmes: Read},
    problems=["spending_not_found", "spending_closed", "busy"],
)
def answer_spending(
    member: str, spending: PathId, request: SpendingAnswer, caller: Caller
) -> Reply[SpendingAnswered]:
    """Confirm or refuse what a till asks for.

    Once, within ten minutes. The same answer again is no harm; another one is refused.
    """
    owner, now = member_of(caller, member), clock.real_time()
    spendings.answer(caller.shop, owner, spending, request.answer, now)
    return Reply(SpendingAnswered(spending, request.answer), headers=NOT_KEPT)
