"""Whatever a body says that it may not, in any field of any endpoint: it is refused by name, costs
no call, and changes nothing."""

import json
import re
from collections.abc import Collection, Iterator
from copy import deepcopy
from typing import Any, NamedTuple

import pytest

from stamkund.tables import Read, actions_of
from tests.builders import Answer, Clock, every_app, everything_kept
from tests.documented import Json, Operation, accepts, the_document
from tests.samples import Club, operation, written

Path = tuple[str | int, ...]

HERE = "@here@"
# As JSON, because most of them cannot be said in Python.
VALUES = (
    "null", "true", "0", "-1", "1.5", "1.0", "NaN", "-Infinity", "1e308", "1e400", "-0.0",
    str(10**18), str(2**63), str(10**30), "9" * 5_000,
    '""', '" "', '"x"', f'"{"x" * 101}"', f'"{"x" * 20_000}"', '"5"', '"NaN"',
    '"a#b"', '"a:b"', '"a/b"', '"../../etc/passwd"', '"%2e%2e%2f"', '".."',
    '"caf\\u00e9"', '"cafe\\u0301"', '"\\u212b"', '"\\uff21"', '"\\u0661\\u0662"',
    '"\\u05d0\\u05d1"', '"\\u202egnirts"', '"\\ud83d\\udc68\\u200d\\ud83d\\udc69"', '"\\ufeffx"',
    '"a\\u0000b"', '"\\u0000"', '"a\\nb"', '"a\\u007fb"', '"a\\u009fb"', '"\\u2028"',
    '"\\ud800"', '"\\udfff\\ud800"', '"a\tb"',
    "[]", "[null]", "[[[]]]", "{}", '{"a":1}', '{"":{}}',
    '"2026-03-10T12:00:00"', '"2026-02-30T12:00:00Z"', '"0001-01-01T00:00:00+14:00"',
    '"9999-12-31T23:59:59-14:00"', '"2026-03-10"', '"2026-03-10T12:00:60Z"', '"SEK "', '"sek"',
)  # fmt: skip
READS = actions_of(Read)
HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# Where people write, and may do so in several lines.
IN_LINES = {one.name: one.lines for app in every_app() for one in app.endpoints}


class Bad(NamedTuple):
    """A body, and which field of it is wrong; `sure` if no endpoint may take it."""

    text: str
    field: str
    sure: bool


def places(schema: Json, value: Any, path: Path = ()) -> Iterator[Path]:
    """Every field that a body of this kind may have, where the sample has its like."""
    meant = resolved(schema, value)
    if isinstance(value, dict):
        for name, inner in meant.get("properties", {}).items():
            yield (*path, name)
            yield from places(inner, value.get(name), (*path, name))
    elif isinstance(value, list) and value:
        yield (*path, 0)
        yield from places(meant.get("items", {}), value[0], (*path, 0))


def resolved(schema: Json, value: Any) -> Json:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return resolved(the_document()["components"]["schemas"][name], value)
    for choice in schema.get("anyOf", []):
        if value is not None and accepts(choice, value):
            return resolved(choice, value)
    return schema


def objects(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict):
        yield path
        for name, inner in value.items():
            yield from objects(inner, (*path, name))
    elif isinstance(value, list) and value:
        yield from objects(value[0], (*path, 0))


def bodies(one: Operation, body: Any) -> Iterator[Bad]:
    every = list(places(one.body or {}, body))
    # Of a body with many fields each gets some of the values, and every value many of the fields.
    step = 1 + len(every) // 20
    for number, place in enumerate(every):
        changed = json.dumps(put(body, place, HERE))
        for value in VALUES[number % step :: step]:
            yield bad(one, changed.replace(f'"{HERE}"', value), dotted(place))
    for place in objects(body):
        yield bad(one, json.dumps(put(body, (*place, "colour"), 1)), dotted((*place, "colour")))
        for name in at(body, place):
            left_out = json.dumps(without(body, (*place, name)))
            yield bad(one, left_out, dotted((*place, name)))
            twice = json.dumps(put(body, (*place, HERE), 1)).replace(HERE, name)
            yield Bad(twice, name, sure=True)
    for place in places(one.body or {}, body):
        items = at(body, place)
        if isinstance(items, list) and items:
            for count in (0, 6, 26, 101, 201, 3_000):
                many = [{**items[0], "id": str(n)} if isinstance(items[0], dict) else items[0]
                        for n in range(count)]  # fmt: skip
                yield bad(one, json.dumps(put(body, place, many)), dotted(place))


def bad(one: Operation, text: str, field: str) -> Bad:
    try:
        said = json.loads(text)
    except ValueError:
        return Bad(text, field, sure=True)
    lines = IN_LINES.get(one.name, frozenset())
    hidden = any(HIDDEN.search(text) for text in texts(said, lines))
    return Bad(text, field, sure=hidden or not accepts(one.body or {}, said))


def texts(value: Any, lines: Collection[str]) -> Iterator[str]:
    """Every one, without the ends of lines where there may be several."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, lines)
    elif isinstance(value, dict):
        for name, inner in value.items():
            several = name in lines and isinstance(inner, str)
            yield from texts(inner.replace("\n", "") if several else inner, lines)


def put(body: Any, place: Path, value: Any) -> Any:
    copy = deepcopy(body)
    at(copy, place[:-1])[place[-1]] = value
    return copy


def without(body: Any, place: Path) -> Any:
    copy = deepcopy(body)
    del at(copy, place[:-1])[place[-1]]
    return copy


def at(body: Any, place: Path) -> Any:
    for step in place:
        body = body.get(step) if isinstance(body, dict) else body[step]
    return body


def dotted(place: Path) -> str:
    parts = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return "".join(parts).removeprefix(".")


def faults(bad: Bad, answer: Answer) -> Iterator[str]:
    """What is wrong with how a body was answered."""
    if answer.status >= 500:
        yield "a fault of ours"
    within = refused_within(answer)
    if within is not None:
        if bad.sure and not related(within, bad.field):
            yield f"{bad.field} is not named"
        return
    if bad.sure and answer.status < 400:
        yield "taken"
    # Every mistake in a programme is named, also one that only the programme in force shows.
    if bad.sure and answer.asked and answer.code != "programme_invalid":
        yield f"asked for {set(answer.asked)}"
    if answer.status == 422 and not named(answer, bad):
        yield f"{bad.field} is not named"


def refused_within(answer: Answer) -> str | None:
    """The field, if it is the first order of a batch that was refused: the others are not."""
    answers = answer.json.get("answers") if answer.status == 200 else None
    if not answers or not isinstance(answers, list) or "problem" not in answers[0]:
        return None
    problem = answers[0]["problem"]
    return f"orders[0].{problem['field'] or ''}".removesuffix(".") if problem else None


def named(answer: Answer, bad: Bad) -> bool:
    if answer.code == "programme_invalid":
        paths = [mistake["path"] for mistake in answer.json["mistakes"]]
        return any(related(path, bad.field) or not bad.sure for path in paths)
    field = answer.json.get("field")
    # What is wrong only together with something else is named there.
    return related(field or "?", bad.field) if bad.sure else bool(field)


def related(said: str, field: str) -> bool:
    return said.startswith(field) or field.startswith(said)


WITH_BODY = [name for name in written() if operation(name).body]


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_body_that_is_wrong_somewhere_is_refused_by_name(local: Clock, name: str) -> None:
    found = list(all_faults(name))
    assert not found, "\n\n".join([f"{len(found)} in all", *found[:20]])


def all_faults(name: str) -> Iterator[str]:
    # Only a sandbox has a clock to set, and only there is the time a call of its own.
    club = Club(sandbox=name == "programme/set_clock")
    club.run(name)
    body = dict(club.body(name))
    body.pop("quote", None)
    looked = 0
    for number, bad in enumerate(bodies(operation(name), body)):
        if not bad.sure and number % 3:
            continue  # what may well be taken is slow, and less of it says as much
        answer = club.send(name, body=bad.text)
        wrong = list(faults(bad, answer))
        if answer.status >= 400 and looked < 8 and any(a.action not in READS for a in answer.asked):
            looked += 1
            wrong += changes(club, name, bad)
        yield from (f"{w}: {answer.status} {bad.text[:900]} {answer.text[:600]}" for w in wrong)


def changes(club: Club, name: str, bad: Bad) -> list[str]:
    """Whether a refusal changes anything: only one that asks for a write can."""
    before = everything_kept()
    club.send(name, body=bad.text)
    return [] if everything_kept() == before else ["changed something"]
