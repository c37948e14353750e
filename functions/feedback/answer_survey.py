"""A member answers what was asked about an order."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from functions.feedback import answering, asked
from functions.feedback.answering import Wish
from functions.feedback.saying import clean
from functions.feedback.shown import REPLAYED
from stamkund.rules.ids import OrderKey
from stamkund.rules.programme import Id
from stamkund.rules.surveys import Given
from stamkund.tables import Append, Read, Update
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.asking import SurveyLink
from stamkund.web.callers import Caller, Member, Storefront
from stamkund.web.club import club_at
from stamkund.web.endpoint import Reply, endpoint


class AnswerRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `score` and `choice`, as the question asks, and `text` besides, or alone where the
    question is for words. `link` is only for who is not logged in, and says which order."""

    survey: Id
    order: OrderKey | None = None
    score: Annotated[int, Meta(ge=0, le=10)] | None = None
    choice: Id | None = None
    text: Annotated[str, Meta(max_length=4_000)] = ""
    link: SurveyLink | None = None


class Answered(Struct, frozen=True):
    """`thread` is where somebody takes care of it; null where nobody has to."""

    survey: str
    order: str
    answered_at: datetime
    thread: str | None


@endpoint(
    "POST",
    "/v1/feedback/answers",
    caller=[Member, Storefront],
    access={
        Accounts: Read | Append | Update,
        Ledger: Append,
        Orders: Read,
        Programmes: Read,
        Threads: Read | Append | Update,
    },
    problems=[
        "no_programme", "survey_not_found", "survey_link_invalid", "member_not_found",
        "member_not_active", "member_merged", "order_not_found", "answered_already", "busy",
    ],
    status=(201, 200),
    lines=["text"],
)  # fmt: skip
def answer_survey(request: AnswerRequest, caller: Caller, now: datetime) -> Reply[Answered]:
    """Answer a question about an order.

    Each question about an order is answered once; the same again is answered the same. A bad answer
    opens a complaint that somebody takes care of, and one with words a thread.
    """
    member, order = asked.who(caller, request.order, request.link)
    given = Given(request.score, request.choice, clean(request.text))
    club = club_at(caller.shop, now)
    wish = Wish(member, order, request.survey, given, caller.language)
    answer, again = answering.answer(club, wish)
    shown = Answered(answer.survey, answer.order, answer.at, answer.thread or None)
    return Reply(shown, 200, REPLAYED) if again else Reply(shown)
