"""What a shop says about its forum."""

from typing import Annotated

from msgspec import Meta

from stamkund.rules.programme import Part

Times = Annotated[int, Meta(ge=1, le=10_000)]


class ForumRules(Part, frozen=True):
    """How much a member may do there in a day.

    What somebody writes in the first `hold_days` after their first word waits for staff, and so
    does what so many different members as `reports_to_hide` have reported.
    """

    topics_a_day: Times = 5
    answers_a_day: Times = 30
    thanks_a_day: Times = 100
    reports_a_day: Times = 10
    hold_days: Annotated[int, Meta(ge=0, le=365)] = 7
    reports_to_hide: Annotated[int, Meta(ge=1, le=100)] = 3
