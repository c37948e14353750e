"""An answer to what was asked about an order: counted once, paid once, and taken care of if it is
bad, or says something."""

from typing import NamedTuple

from msgspec.structs import replace

from functions.feedback.authors import member_author
from stamkund.rules import surveys as rules
from stamkund.rules import threads
from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.naming import named
from stamkund.rules.programme import Language, Survey
from stamkund.rules.surveys import Answer, Given
from stamkund.rules.threads import About, Event, Step, Thread
from stamkund.rules.words import ThreadKind
from stamkund.tables import accounts
from stamkund.tables import surveys as kept
from stamkund.tables import threads as talks
from stamkund.tables.orders import Placed
from stamkund.tables.posting import Conflict
from stamkund.tables.surveys import Answering
from stamkund.tables.threads import Also
from stamkund.web import earning
from stamkund.web.club import Club


class Wish(NamedTuple):
    """Who answers which question about what."""

    member: str
    order: str
    survey: str
    given: Given
    language: Language


def answer(club: Club, wish: Wish) -> tuple[Answer, bool]:
    """The answer, and whether it was there already.

    Refused: survey_not_found, invalid_field, missing_field, member_not_found, member_not_active,
    member_merged, order_not_found, answered_already, busy.
    """
    survey = rules.found(club.file, wish.survey)
    rules.refuse_unfit(survey, wish.given)
    found = kept.answering(club.shop, wish.member, wish.order, wish.survey)
    if found.account is None:
        raise Refused("member_not_found")
    accounts.refuse_inactive(found.account)
    placed = _theirs(club, found.placed, wish.member)
    known = found.answer or _given(club, survey, wish, found, placed)
    if known.given != wish.given:
        raise Refused("answered_already")
    reference = rules.answer_id(wish.order, wish.survey)
    earning.for_doing(club, wish.member, "survey", reference)
    return known, found.answer is not None


def _theirs(club: Club, placed: Placed | None, member: str) -> Placed:
    if placed is None or placed.status == "cancelled" or not placed.order.member:
        raise Refused("order_not_found")
    owner = placed.order.member
    if owner != member and accounts.survivor(club.shop, owner) != member:
        raise Refused("order_not_found")
    return placed


def _given(club: Club, survey: Survey, wish: Wish, found: Answering, placed: Placed) -> Answer:
    account = found.account
    assert account is not None
    made = Answer(
        survey=wish.survey,
        order=wish.order,
        member=account.member,
        cell=rules.cell_of(placed.order, club.programme.time_zone),
        given=wish.given,
        at=club.at.at,
    )
    bad = rules.is_bad(survey, wish.given)
    if not bad and not wish.given.text:
        written = kept.give(club.shop, made, found.open)
    else:
        thread, event = _thread(club, survey, wish, account, bad=bad)
        made = replace(made, thread=thread.id)
        written = _opened(club, thread, event, kept.giving(club.shop, made, found.open))
    return made if written else _known(club, wish)


def _opened(club: Club, thread: Thread, event: Event, also: Also) -> bool:
    """Whether nobody was faster."""
    try:
        return talks.open_thread(club.shop, thread, event, also=also) is None
    except Conflict:
        return False


def _known(club: Club, wish: Wish) -> Answer:
    """Somebody was faster, and it was the same person."""
    found = kept.answering(club.shop, wish.member, wish.order, wish.survey)
    if found.answer is None:
        raise Refused("busy")
    return found.answer


def _thread(
    club: Club, survey: Survey, wish: Wish, account: Account, *, bad: bool
) -> tuple[Thread, Event]:
    """A complaint has an owner from the beginning, and is due as any other."""
    text = _said(club, survey, wish)
    author = member_author(club, account, wish.language)
    step = Step(
        reference=f"survey.{wish.survey}",
        what="opened",
        side="member",
        by=account.member,
        at=club.at.at,
        text=text,
        held=author.new and threads.has_links(text),
        detail=f"survey:{wish.survey}",
    )
    kind: ThreadKind = "complaint" if bad else "survey_answer"
    about = About(order=wish.order)
    thread, event = threads.opened(step, kind, about, author, club.file.feedback)
    id = rules.answer_id(wish.order, wish.survey)
    return replace(thread, id=id, owner=club.file.surveys.owner if bad else ""), event


def _said(club: Club, survey: Survey, wish: Wish) -> str:
    """The question, the answer and the words, as the member would say them."""
    question, given = named(survey.question, wish.language, club.programme), wish.given
    answer = str(given.score) if given.score is not None else ""
    for choice in survey.choices:
        if choice.id == given.choice:
            answer = named(choice.name, wish.language, club.programme)
    return "\n".join(part for part in (f"{question} {answer}".strip(), given.text) if part)
