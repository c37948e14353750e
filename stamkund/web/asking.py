"""Questions about an order as they are shown, and the link by which somebody answers who is not
logged in.

The link holds no contact, only which order it is about and whose; it opens nothing else.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from stamkund.rules.errors import Refused
from stamkund.rules.naming import named
from stamkund.rules.order import Order
from stamkund.rules.programme import Language, Programme, Survey, SurveyKind
from stamkund.web.secrets import seal_for_long, unseal_of_long

_PURPOSE = "stamkund survey"
LIFETIME = timedelta(days=90)

SurveyLink = Annotated[str, Meta(min_length=1, max_length=1_000)]


class ChoiceShown(Struct, frozen=True):
    id: str
    name: str


class Question(Struct, frozen=True):
    """What is asked. A number from `low` to `high`, or one of `choices`; words may always be
    added, and of the kind `text` they are the answer."""

    survey: str
    kind: SurveyKind
    question: str
    low: int | None
    high: int | None
    choices: list[ChoiceShown]


class Asked(Struct, frozen=True, array_like=True):
    """Who may answer about which order, until when."""

    order: str
    member: str
    expires: int


def questions(
    surveys: Iterable[Survey], programme: Programme, language: Language
) -> list[Question]:
    return [_question(survey, programme, language) for survey in surveys]


def _question(survey: Survey, programme: Programme, language: Language) -> Question:
    low, high = survey.range or (None, None)
    choices = [
        ChoiceShown(choice.id, named(choice.name, language, programme)) for choice in survey.choices
    ]
    question = named(survey.question, language, programme)
    return Question(survey.id, survey.kind, question, low, high, choices)


def link_for(shop: str, order: Order) -> str:
    """The same for the same order."""
    until = int((order.occurred_at + LIFETIME).timestamp())
    content = Asked(order.key, order.member, until)
    return seal_for_long(msgspec.msgpack.encode(content), _PURPOSE, shop)


def asked_by(shop: str, link: str, now: datetime) -> Asked:
    """Refused: survey_link_invalid."""
    content = unseal_of_long(link, _PURPOSE, shop)
    asked = msgspec.msgpack.decode(content, type=Asked) if content else None
    if asked is None or now.timestamp() >= asked.expires:
        raise Refused("survey_link_invalid", "survey")
    return asked
