"""What the visitors of the campaign need to know, and what they write down; in files, as they are
processes of their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

Line = TypeVar("Line")

# Where locust's process finds the folder with the plan.
VARIABLE = "STAMKUND_LOAD"

# In a household.
VISITORS, MEMBERS = 2, 3


class Plan(Struct, frozen=True):
    """`think`: seconds between two things that somebody does, at least and at most."""

    urls: list[str]
    shop_key: str
    members: list[str]  # by their customer ids, household after household
    think: tuple[float, float]

    def write(self, folder: Path) -> None:
        (folder / "plan.json").write_bytes(msgspec.json.encode(self))


def read(folder: Path) -> Plan:
    return msgspec.json.decode((folder / "plan.json").read_bytes(), type=Plan)


class Done(Struct, frozen=True, omit_defaults=True):
    """What the club has answered with yes: from then on it may not be lost.

    `sent` is written before the answer is there: an order that may be in the books or not.
    `contested` was answered with no, because something promised was taken meanwhile.
    """

    what: Literal["sent", "commit", "confirm", "cancel", "refund", "contested"]
    order: str
    at: float
    earned: int = 0
    spent: int = 0


class Looked(Struct, frozen=True):
    """The stream's reader has dealt with the entry of an order."""

    order: str
    at: float


def done(folder: Path) -> list[Done]:
    return [one for file in folder.glob("done-*.jsonl") for one in lines_of(file, Done)]


def looked(folder: Path) -> list[Looked]:
    return list(lines_of(folder / "looked.jsonl", Looked))


def lines_of(file: Path, type: type[Line]) -> Iterator[Line]:
    decoder = msgspec.json.Decoder(type)
    yield from map(decoder.decode, file.read_bytes().splitlines())
