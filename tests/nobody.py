"""That nobody is in the log: every personal text of the samples, and how to make one be said."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from msgspec.structs import asdict

from stamkund import tables
from tests.samples import JONAS, Club, told
from tests.watching import Log

PERSONAL = {
    "first_name", "last_name", "email", "phone", "customer_id", "card_number", "number", "card",
    "token", "quote", "payload", "qr", "svg", "proof",
}  # fmt: skip


def personal(value: Any, name: str = "") -> Iterator[str]:
    """Every text under a name that is personal, or is a credential, wherever it lies."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from personal(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from personal(inner, name)
    elif isinstance(value, str) and name in PERSONAL:
        yield value


def used_in(club: Club, name: str) -> set[str]:
    """In the bodies and the answers of all that happened in this club."""
    happened = {name, *club.answers}
    texts = [told(answer) for answer in club.answers.values() if answer.text]
    bodies = [club.body(each) for each in happened]
    keys = list(club.shop.keys.values())
    jonas = {key: value for key, value in asdict(JONAS).items() if key in PERSONAL}
    found = {*personal([texts, bodies, jonas]), *keys, *(key.rpartition(".")[2] for key in keys)}
    return {text for text in found if text and text != "..."}


def assert_nobody_in(log: Log, names: set[str]) -> None:
    """A short one may be part of a number, and is looked for by itself."""
    said = {str(value) for line in log.lines for value in line.values()}
    written_out = json.dumps(log.lines, ensure_ascii=False)
    found = {name for name in names if name in said or (len(name) > 4 and name in written_out)}
    assert not found


@contextmanager
def broken() -> Iterator[None]:
    """Every call fails in the words of whoever made it."""

    def fail(params: dict[str, Any], **_: object) -> None:
        raise ValueError(json.dumps(params, default=str))

    events = tables.client().client.meta.events
    events.register("before-parameter-build.dynamodb", fail, unique_id="broken")
    try:
        yield
    finally:
        events.unregister("before-parameter-build.dynamodb", unique_id="broken")
