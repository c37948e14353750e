"""Questions after a purchase: which are asked when, what an answer is worth, what came of them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from msgspec import Struct

from stamkund.rules.calendar import month_of
from stamkund.rules.errors import Refused
from stamkund.rules.order import Order
from stamkund.rules.programme import Language, Survey, SurveyKind
from stamkund.rules.programme_file import ProgrammeFile
from stamkund.rules.proportions import Interval, Share, net, wilson
from stamkund.rules.survey_rules import LaterSurvey, Surveys
from stamkund.rules.text import say

FIRST = "first-order"
CHECKOUT = "checkout"
ASKED = "*"  # counted beside the answers, and the id of no choice
# For so long it is on a member's page, unless they are asked about something else.
SHOWN_FOR = timedelta(days=30)
# What counts as good and as bad: of ten, and of five.
PROMOTERS, DETRACTORS, SATISFIED = 9, 6, 4
BAD: Mapping[SurveyKind, int] = {"nps": DETRACTORS, "csat": 2}


class Cell(Struct, frozen=True, array_like=True):
    """Where an answer is counted: by the month and tier of the order, and what most of it was."""

    month: str
    tier: str
    category: str


class Given(Struct, frozen=True):
    """An answer: a number, or the id of a choice, and perhaps words."""

    score: int | None = None
    choice: str | None = None
    text: str = ""


class Ask(Struct, frozen=True, kw_only=True):
    """What somebody is asked about an order, and when."""

    order: str
    member: str
    surveys: list[str]
    cell: Cell
    group: str
    due: datetime


class Open(Struct, frozen=True):
    """What a member is asked on their page: of one order, the one that they were asked about last,
    what they have not answered yet."""

    order: str
    left: frozenset[str]
    until: datetime


class Answer(Struct, frozen=True, kw_only=True):
    """`thread` is where it is taken care of, if it has to be."""

    survey: str
    order: str
    member: str
    cell: Cell
    given: Given
    at: datetime
    thread: str = ""


def of_first_orders(languages: Iterable[Language]) -> LaterSurvey:
    """Somebody who has bought for the first time is asked, whatever the programme says."""
    question = {language: say("survey_first_order", language) for language in languages}
    return LaterSurvey(id=FIRST, question=question, first=True)


def later(file: ProgrammeFile) -> list[LaterSurvey]:
    """With the one for first orders, unless the programme has one of its own: whether all went well
    cannot be told by an answer of which none is bad."""
    asked = file.surveys.asked
    if any(survey.first and _tells_what_was_bad(survey) for survey in asked):
        return list(asked)
    return [*asked, of_first_orders(file.languages)]


def those(file: ProgrammeFile, ids: Collection[str]) -> list[Survey]:
    """Of these the ones that the programme has by now, in its order."""
    return [survey for survey in [*file.checkout_questions, *later(file)] if survey.id in ids]


def _tells_what_was_bad(survey: Survey) -> bool:
    return survey.kind != "choice" or any(choice.bad for choice in survey.choices)


def found(file: ProgrammeFile, id: str) -> Survey:
    """Refused: survey_not_found."""
    for survey in those(file, {id}):
        return survey
    raise Refused("survey_not_found", "survey")


def groups(file: ProgrammeFile, *, first: bool) -> dict[str, list[str]]:
    """What is asked about an order, by when: those of one day come in one message."""
    when: dict[str, list[str]] = {}
    if file.checkout_questions:
        when[CHECKOUT] = [survey.id for survey in file.checkout_questions]
    for survey in later(file):
        if first or not survey.first:
            when.setdefault(f"{survey.days:03}", []).append(survey.id)
    return when


def due(order: Order, group: str, surveys: Surveys) -> datetime:
    """In a store it is delivered at once."""
    delivery = 0 if order.store else surveys.delivery_days
    return order.occurred_at + timedelta(days=delivery + int(group))


def cell_of(order: Order, zone: str) -> Cell:
    """One for each order, so that the parts add up: the category on which most was spent."""
    spent: dict[str, int] = {}
    for line in order.lines:
        if line.kind == "goods":
            category = line.category.partition("/")[0]
            spent[category] = spent.get(category, 0) + line.value
    most = max(spent, key=lambda category: spent[category], default="")
    return Cell(month_of(order.occurred_at, zone), order.tier, most)


def answer_id(order: str, survey: str) -> str:
    return "t" + sha256(f"survey#{order}#{survey}".encode()).hexdigest()[:20]


def refuse_unfit(survey: Survey, given: Given) -> None:
    """Refused: invalid_field, missing_field."""
    if survey.kind == "text":
        _refuse_unless(given.score is None, "score")
        _refuse_unless(given.choice is None, "choice")
        if not given.text:
            raise Refused("missing_field", "text")
    elif survey.kind == "choice":
        _refuse_unless(given.score is None, "score")
        _refuse_unless(given.choice in {choice.id for choice in survey.choices}, "choice")
    else:
        low, high = survey.range or (0, 0)
        _refuse_unless(given.choice is None, "choice")
        _refuse_unless(given.score is not None and low <= given.score <= high, "score")


def _refuse_unless(fits: bool, field: str) -> None:  # noqa: FBT001
    if not fits:
        raise Refused("invalid_field", field, detail="Not an answer to this question")


def is_bad(survey: Survey, given: Given) -> bool:
    """Somebody has to take care of it."""
    if survey.kind == "choice":
        return any(one.bad for one in survey.choices if one.id == given.choice)
    limit = survey.bad if survey.bad is not None else BAD.get(survey.kind)
    return given.score is not None and limit is not None and given.score <= limit


def value_of(given: Given) -> str:
    """Under what it is counted."""
    if given.score is not None:
        return f"{given.score:02}"
    return given.choice or "text"


# What came of it

Counts = Mapping[str, int]


class Result(Struct, frozen=True):
    """Shares and the net promoter score are in hundredths, with the ends of what is 95 per cent
    certain; null where there is nothing to tell it from."""

    asked: int
    answered: int
    response: int | None
    response_low: int | None
    response_high: int | None
    score: int | None
    score_low: int | None
    score_high: int | None
    answers: dict[str, int]


def result(kind: SurveyKind, counts: Counts) -> Result:
    """By value, and how often somebody was asked among them. Who answered was asked, also where
    nobody has noted it yet."""
    answers = {value: n for value, n in sorted(counts.items()) if value != ASKED and n}
    answered = sum(answers.values())
    asked = max(counts.get(ASKED, 0), answered)
    response = _share(answered, asked)
    score = _score(kind, answers, answered)
    plain = {value.lstrip("0") or "0": n for value, n in answers.items()}
    return Result(
        asked,
        answered,
        *response,
        *score,
        plain if kind in {"nps", "csat", "scale"} else answers,
    )


Found = tuple[int | None, int | None, int | None]
NOTHING: Found = (None, None, None)


def _share(hits: int, of: int) -> Found:
    if not of:
        return NOTHING
    share = Share(hits, of)
    return _hundredths(share.rate, wilson(share))


def _score(kind: SurveyKind, answers: Counts, n: int) -> Found:
    """NPS, the share of who is satisfied, or the average of a scale."""
    if not n or kind in {"choice", "text"}:
        return NOTHING
    # Under the same id something else may have been asked once.
    scores = {int(value): count for value, count in answers.items() if value.isdigit()}
    n = sum(scores.values())
    if not n:
        return NOTHING
    if kind == "csat":
        return _share(sum(c for score, c in scores.items() if score >= SATISFIED), n)
    if kind == "nps":
        good = Share(sum(c for score, c in scores.items() if score >= PROMOTERS), n)
        bad = Share(sum(c for score, c in scores.items() if score <= DETRACTORS), n)
        return _hundredths(good.rate - bad.rate, net(good, bad))
    average = sum(score * count for score, count in scores.items()) / n
    return (round(average * 100), None, None)


def _hundredths(value: float, interval: Interval) -> Found:
    return (round(100 * value), round(100 * interval.low), round(100 * interval.high))
