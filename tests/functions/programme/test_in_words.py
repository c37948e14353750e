from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
import pytest
from msgspec import Meta

from functions.programme.in_words import allowed, has_to_be
from stamkund.rules.programme_file import ProgrammeFile


def annotations(annotation: Any, seen: set[Any]) -> Iterator[Any]:
    """All that the file is made of."""
    yield annotation
    for part in get_args(annotation):
        yield from annotations(part, seen)
    is_section = isinstance(annotation, type) and issubclass(annotation, msgspec.Struct)
    if is_section and annotation not in seen:
        seen.add(annotation)
        for field in msgspec.structs.fields(annotation):
            yield from annotations(field.type, seen)


def test_nobody_who_writes_a_programme_reads_a_pattern() -> None:
    everything = list(annotations(ProgrammeFile, set()))
    patterns = [
        meta.pattern
        for one in everything
        if get_origin(one) is Annotated
        for meta in get_args(one)[1:]
        if isinstance(meta, Meta) and meta.pattern
    ]
    assert len(patterns) > 5
    said = [allowed(one) for one in everything if get_origin(one) is not Literal]
    assert [words for words in said if any(pattern in words for pattern in patterns)] == []


def test_there_are_words_for_everything_in_it() -> None:
    types = [
        one for one in annotations(ProgrammeFile, set()) if get_origin(one) or one in {int, str}
    ]
    assert [one for one in types if "something else" in allowed(one)] == []


@pytest.mark.parametrize(
    ("annotation", "value", "said"),
    [
        (Annotated[int, Meta(ge=1)], 0, "Has to be a whole number, at least 1, and is 0"),
        (Annotated[int, Meta(le=9)], True, "Has to be a whole number, at most 9, and is true"),
        (Annotated[str, Meta(max_length=3)], "x" * 50, "Has to be a text, at most 3 characters"),
        (Annotated[str, Meta(pattern="^a$")], "b", "Has to be a text, like ^a$, and is 'b'"),
        (list[int], {"a": 1}, "Has to be a list"),
        (bool | None, None, "Has to be true or false, and is left empty"),
    ],
)
def test_what_is_allowed_is_said_and_what_is_there(annotation: Any, value: Any, said: str) -> None:
    assert has_to_be(annotation, value) == said
