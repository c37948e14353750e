"""What somebody is asked about an order."""

from datetime import datetime

from msgspec import Struct

from functions.feedback import asked
from stamkund.rules.errors import Refused
from stamkund.rules.ids import OrderKey
from stamkund.rules.surveys import those
from stamkund.tables import Read, orders, surveys
from stamkund.tables.orders import Orders
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web import asking
from stamkund.web.asking import Question, SurveyLink
from stamkund.web.callers import Caller, Member, Storefront
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import endpoint


class QuestionsRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`link` is only for who is not logged in, and says which order. It is in the body, so that it
    is in no log."""

    order: OrderKey | None = None
    link: SurveyLink | None = None


class Questions(Struct, frozen=True):
    """What is not answered yet."""

    order: str
    questions: list[Question]


@endpoint(
    "POST",
    "/v1/feedback/questions",
    caller=[Member, Storefront],
    access={Orders: Read, Programmes: Read, Threads: Read},
    problems=["no_programme", "survey_link_invalid", "order_not_found"],
)
def read_questions(request: QuestionsRequest, caller: Caller, now: datetime) -> Questions:
    """Read what is asked about an order.

    In the session of the member, or by the link of a message or a receipt: the questions that were
    asked about it, in the language of the request, without those that are answered.
    """
    member, order = asked.who(caller, request.order, request.link)
    club = club_at(caller.shop, now)
    state = surveys.asked_about(caller.shop, order)
    wanted = {id for ask in state.asks if ask.member == member for id in ask.surveys}
    if not state.asks:
        wanted = _at_once(club, member, order)
    shown = those(club.file, wanted - state.answered)
    if not wanted:
        raise Refused("order_not_found")
    return Questions(order, asking.questions(shown, club.programme, caller.language))


def _at_once(club: Club, member: str, order: str) -> set[str]:
    """Of an order that nobody else has heard of yet."""
    placed = orders.look_up(club.shop, order)
    if placed is None or placed.order.member != member or placed.status == "cancelled":
        return set()
    return {survey.id for survey in club.programme.checkout_questions}
