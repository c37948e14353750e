"""One thing is made wrong in a file that has no mistakes: that thing is named, and nothing else."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import yaml

from functions.programme.mistakes import every_mistake
from tests.builders import ROOT

Place = tuple[str | int, ...]

EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.yaml"))
EACH = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.stem))


def places(value: Any, above: Place = ()) -> Iterator[Place]:
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in steps:
        yield (*above, step)
        if isinstance(inner, dict | list):
            yield from places(inner, (*above, step))


def around(file: Any, place: Place) -> Any:
    for step in place[:-1]:
        file = file[step]
    return file


def written(place: Place) -> str:
    return "".join(f"[{s}]" if isinstance(s, int) else f".{s}" for s in place).removeprefix(".")


def named(file: Any) -> dict[str, str]:
    return {mistake.path: mistake.code for mistake in every_mistake(file, lambda: None)}


@EACH
def test_a_value_that_is_nothing_at_all_is_one_mistake(path: Any) -> None:
    file = yaml.safe_load(path.read_text())
    assert named(file) == {}
    for place in places(file):
        broken = deepcopy(file)
        around(broken, place)[place[-1]] = 1.5
        of_kind = {f"{written(place)}": "invalid_field"}
        assert named(broken) == of_kind, place


@EACH
def test_a_misspelt_key_is_one_mistake_or_two_where_it_has_to_be_there(path: Any) -> None:
    file = yaml.safe_load(path.read_text())
    for place in places(file):
        if isinstance(place[-1], int) or place[-1] == "kind":
            continue  # which keys an effect has is said by its kind alone
        broken = deepcopy(file)
        beside = around(broken, place)
        beside["mispelt"] = beside.pop(place[-1])
        found = named(broken)
        wrong = written((*place[:-1], "mispelt"))
        assert found.pop(wrong, None) in {"unknown_field", "invalid_field", "unknown_tier"}, place
        assert found in ({}, {written(place): "missing_field"}), place
