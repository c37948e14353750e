"""The one way in which a rule says no."""

from typing import Any

from msgspec import Struct


class Refused(Exception):  # noqa: N818 -- a refusal is an answer, not a fault
    """The answer is no: `code` is the contract, `params` are what a text about it needs.

    `field` is the path of what was refused, such as `lines[2].quantity`, when it was sent.
    """

    def __init__(self, code: str, field: str | None = None, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.params = params


class Mistake(Struct, frozen=True):
    """One of several things that are wrong, where, and in words for the person who wrote them."""

    path: str
    code: str
    detail: str
