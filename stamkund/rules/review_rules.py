"""What a shop says about reviews, and the lottery among them."""

from typing import Annotated, Literal

from msgspec import Meta

from stamkund.rules.programme import Language, Part, Text

ListedWord = Annotated[
    str,
    Meta(
        pattern=r"^\w{2,40}\*?$",
        extra={"words": "one word of 2 to 40 letters, perhaps with `*` at its end"},
    ),
]


class ReviewRules(Part, frozen=True):
    """Reviews of what members have bought, within so many `days`.

    With `publish: clean` one is shown at once, unless a word of the list in its language is in it,
    or a link; otherwise each waits for staff. A word with `*` at its end is all that begin so.
    """

    publish: Literal["approved", "clean"] = "approved"
    words: dict[Language, Annotated[list[ListedWord], Meta(max_length=1_000)]] = {}
    days: Annotated[int, Meta(ge=1, le=3_650)] = 365


class Lottery(Part, frozen=True):
    """A draw among the reviews that were first shown in a period of the calendar."""

    prize: Text
    every: Literal["month", "quarter", "year"] = "month"
