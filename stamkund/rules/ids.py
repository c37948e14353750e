"""Ids from outside. They become parts of keys and of paths, and a path has no step `.` or `..`."""

from typing import Annotated

from msgspec import Meta

# One character at least that is no dot: whoever normalises a path takes the others for a way.
_ID = r"\.{0,63}[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}"

OutsideId = Annotated[
    str,
    Meta(
        pattern=f"^{_ID}$",
        max_length=64,
        extra={
            "words": "1 to 64 letters from A to Z, digits, `.`, `-` and `_`, and not dots alone"
        },
    ),
]
# A prefix of ours comes before it.
ShorterId = Annotated[str, Meta(pattern=f"^{_ID}$", max_length=60)]
OrderKey = Annotated[
    str,
    Meta(
        pattern=f"^{_ID}:{_ID}$",
        max_length=129,
        description="`source:id`: a web shop and two tills may all have a receipt number 17",
    ),
]
