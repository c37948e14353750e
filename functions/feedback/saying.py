"""What people write: how much of it, about what, and what of it may be read at once."""

from typing import Annotated

from msgspec import Meta, Struct

from stamkund.rules.disguise import refuse_disguised
from stamkund.rules.errors import Refused
from stamkund.rules.ids import OrderKey, OutsideId
from stamkund.rules.threads import About
from stamkund.rules.word_lists import folded
from stamkund.rules.words import ArticleId

Said = Annotated[
    str,
    Meta(
        pattern=r"\S", max_length=4_000, description="Plain text; what looks like HTML stays text"
    ),
]
Tag = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
ThreadId = Annotated[str, Meta(pattern=r"^t[0-9a-f]{20}$")]
Version = Annotated[int, Meta(ge=1, le=10**6, description="As it was read")]


class Subject(Struct, frozen=True, forbid_unknown_fields=True):
    """What it is about: an article, an order, or a line of one; nothing of it is the shop."""

    article: ArticleId | None = None
    order: OrderKey | None = None
    line: OutsideId | None = None


def about_of(subject: Subject | None) -> About:
    """Refused: missing_field."""
    if subject is None:
        return About()
    if subject.line and not subject.order:
        raise Refused("missing_field", "about.order", detail="A line is one of an order")
    return About(subject.article or "", subject.order or "", subject.line or "")


def clean(text: str, field: str = "text") -> str:
    """Refused: invalid_field."""
    refuse_disguised(text, field)
    said = text.strip()
    if said and not folded(said).strip():
        raise Refused("invalid_field", field, detail="There is nothing in it that can be seen")
    return said
