"""What a shop calls its goods and its channels: in a basket as in its programme."""

from functools import lru_cache
from typing import Annotated, Literal

from msgspec import Meta

from stamkund.rules.ids import OutsideId

LONGEST_WORD = 100

ArticleId = OutsideId
# What people begin by themselves; what they write in the forum they do not say to the shop.
SaidKind = Literal["comment", "complaint", "idea", "question", "review", "survey_answer"]
ThreadKind = Literal[SaidKind, "forum"]
Channel = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9_-]{1,20}$", extra={"words": "1 to 20 small letters, digits, `-` and `_`"}
    ),
]
# Of a line that has no brand, or no category, it is empty.
Word = Annotated[str, Meta(max_length=LONGEST_WORD, pattern=r"^[^\x00-\x1f\x7f#]*$")]
Brand = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=LONGEST_WORD,
        pattern=r"^[^\x00-\x1f\x7f#]*$",
        extra={"words": f"1 to {LONGEST_WORD} characters, without `#`"},
    ),
]
CategoryPath = Annotated[
    str,
    Meta(
        max_length=LONGEST_WORD,
        pattern=r"^[^\x00-\x1f\x7f#/]+(/[^\x00-\x1f\x7f#/]+)*$",
        extra={
            "words": f"1 to {LONGEST_WORD} characters such as `shoes/running`, without `#`, and "
            "with `/` only between two words"
        },
    ),
]


def composed(word: str) -> str:
    """As words are compared: an `ö` may come as one character, or as an `o` and two dots."""
    return word if word.isascii() else _composed(word)


@lru_cache(maxsize=2_000)  # the same few words for every rule and every line
def _composed(word: str) -> str:
    # Where everything is called in ASCII it is never loaded.
    from unicodedata import normalize

    return normalize("NFC", word)
