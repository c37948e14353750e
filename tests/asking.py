"""A club that asks what members have to say about what they bought, and what the stream tells."""

from typing import Any

from functions.operations import follow_up
from stamkund.local.invocation import Context
from stamkund.rules.programme import Survey, SurveyChoice
from stamkund.rules.programme_file import Action, ProgrammeFile
from stamkund.rules.survey_rules import LaterSurvey, Surveys
from tests.builders import Shop
from tests.reviewing import Bought, a_club, reversal

RECOMMEND = LaterSurvey(
    "recommend", {"sv": "Rekommendera?", "en": "Recommend?"}, kind="nps", days=10
)
EASY = Survey("easy", {"sv": "Lätt?", "en": "Easy?"}, kind="scale", most=4, bad=1)
HOW = Survey(
    "how",
    {"sv": "Hur?", "en": "How?"},
    kind="choice",
    choices=[
        SurveyChoice("friend", {"sv": "Vän", "en": "Friend"}),
        SurveyChoice("lost", {"sv": "Fel", "en": "Wrong"}, bad=True),
    ],
)
WORDS = Survey("words", {"sv": "Något mer?", "en": "Anything else?"}, kind="text")
ANSWERING = Action("survey", {"sv": "Svar", "en": "Answers"}, 10, kind="survey", most=50)


def asking(**sections: Any) -> ProgrammeFile:
    usual: dict[str, Any] = {
        "surveys": Surveys(asked=[RECOMMEND]),
        "checkout_questions": [EASY, HOW, WORDS],
        "actions": [ANSWERING],
    }
    return a_club(**usual | sections)


def purchase(shop: Shop, who: Bought) -> dict[str, Any]:
    event = reversal(shop, who)
    event["Records"][0]["dynamodb"]["NewImage"]["kind"] = {"S": "earn"}
    return event


def heard_of(shop: Shop, who: Bought) -> None:
    answer = follow_up.handler(purchase(shop, who), Context("stream"))  # type: ignore[arg-type]
    assert answer["batchItemFailures"] == []
