"""What may not stand in what people write, wherever others read it."""

import re

from stamkund.rules.errors import Refused

# They turn the writing round, so that a text reads as something that it does not say.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def refuse_disguised(text: str, field: str) -> None:
    """Refused: invalid_field."""
    if _TURNING.search(text):
        raise Refused("invalid_field", field, detail="Marks that turn the writing are not allowed")
