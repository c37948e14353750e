"""Pages, whose cursors are good only for the list that they were given for."""

from typing import Annotated

from msgspec import Meta

from stamkund.rules.errors import Refused
from stamkund.web import secrets

Cursor = Annotated[str, Meta(max_length=512)]
Limit = Annotated[int, Meta(ge=1, le=100)]


def sealed(more: str | None, purpose: str, *bound: str) -> str | None:
    return secrets.seal(more.encode(), purpose, *bound) if more else None


def opened(cursor: str, purpose: str, *bound: str) -> str | None:
    """Where the page before it ended; None for the first. Refused: invalid_field."""
    if not cursor:
        return None
    before = secrets.unseal(cursor, purpose, *bound)
    if before is None:
        raise Refused("invalid_field", "cursor", detail="Expected the `next` of a page before")
    return before.decode()
