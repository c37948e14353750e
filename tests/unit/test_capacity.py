"""The published rules of what DynamoDB charges, on the examples they are published with."""

from typing import Any

import pytest

from tests.capacity import Index, index_units, item_size, number_size, read_units, write_units

HOLDS = Index(frozenset({"hold_key", "hold_until"}), frozenset({"hold_key", "hold_until", "pk"}))


def an_item(size: int) -> dict[str, dict[str, Any]]:
    return {"pk": {"S": "x" * (size - 2)}}


def held(until: str) -> dict[str, dict[str, Any]]:
    return {"pk": {"S": "1"}, "hold_key": {"S": "k"}, "hold_until": {"S": until}}


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "åäö"}, 6),
        ({"B": b"four"}, 4),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"NS": ["1", "100"]}, 4),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}]}, 6),
        ({"M": {"name": {"S": "ab"}}}, 10),
    ],
)
def test_an_item_is_as_large_as_its_names_and_values(value: dict[str, Any], size: int) -> None:
    assert item_size({"pk": value}) == 2 + size


@pytest.mark.parametrize(
    ("number", "size"), [("0", 1), ("7", 2), ("12", 2), ("123", 3), ("100", 2), ("-0.05", 2)]
)
def test_a_number_takes_a_byte_and_one_for_every_two_significant_digits(
    number: str, size: int
) -> None:
    assert number_size(number) == size


def test_a_write_is_charged_by_the_larger_of_before_and_after() -> None:
    assert write_units(an_item(1024), an_item(10), transacted=False) == 1
    assert write_units(an_item(10), an_item(1025), transacted=False) == 2
    assert write_units(None, None, transacted=False) == 1


def test_a_transaction_is_charged_twice() -> None:
    assert write_units(None, an_item(1025), transacted=True) == 4
    assert read_units([an_item(10)], consistent=True, transacted=True) == 2


def test_what_a_query_finds_is_put_together_before_it_is_rounded() -> None:
    assert read_units([an_item(3000), an_item(1000)], consistent=True) == 1
    assert read_units([an_item(3000), an_item(3000)], consistent=True) == 2
    assert read_units([], consistent=False) == 0.5


def test_an_index_is_charged_only_for_entries_that_change() -> None:
    alone = {"pk": {"S": "1"}}
    assert index_units(HOLDS, None, alone) == 0
    assert index_units(HOLDS, None, held("1")) == 1
    assert index_units(HOLDS, held("1"), held("1") | {"status": {"S": "held"}}) == 0
    assert index_units(HOLDS, held("1"), held("2")) == 2
    assert index_units(HOLDS, held("1"), alone) == 1
