"""What a shop says about what is asked some days after a purchase."""

from typing import Annotated

from msgspec import Meta

from stamkund.rules.programme import Part, Survey

StaffKey = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z0-9]{1,32}$", extra={"words": "1 to 32 letters from A to Z and digits"}),
]
Days = Annotated[int, Meta(ge=0, le=365)]


class LaterSurvey(Survey, frozen=True):
    """Asked so many `days` after delivery; with `first` only about the first order of somebody."""

    days: Days = 7
    first: bool = False


class Surveys(Part, frozen=True):
    """What is asked when somebody has had time to try what they bought; `delivery_days` is how long
    it is under way, if not from a store. `owner` takes care of what is bad."""

    asked: Annotated[list[LaterSurvey], Meta(max_length=20)] = []
    delivery_days: Days = 3
    owner: StaffKey = "service"
