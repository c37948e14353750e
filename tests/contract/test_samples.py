"""Sample events are documentation and test input at once, so each is true."""

import pytest

from tests.builders import Clock
from tests.documented import EVENTS, Operation, operations
from tests.samples import Club, names, sample, shown, told, written

EACH = pytest.mark.parametrize("name", names())


@EACH
def test_every_endpoint_has_a_sample(name: str) -> None:
    assert (EVENTS / f"{name}.json").exists()


def test_every_sample_is_of_an_endpoint() -> None:
    written = {f"{path.parent.name}/{path.stem}" for path in EVENTS.glob("*/*.json")}
    assert written == set(names())


@pytest.mark.parametrize("name", written())
def test_a_sample_is_answered_as_it_says(time: Clock, name: str) -> None:
    answer = Club().run(name)
    assert answer.status in {200, 201, 202, 204}, answer.text
    if answer.text:
        assert shown(told(answer)) == shown(sample(name).response)


@pytest.mark.parametrize("one", operations(), ids=lambda one: str(one.name))
def test_every_endpoint_is_documented_with_an_example(one: Operation) -> None:
    if one.body:
        assert one.example is not None
    answers = next(iter(one.described["responses"].values())).get("content", {})
    assert all("example" in content for content in answers.values())
