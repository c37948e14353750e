"""What AWS charges for reads and writes, by its published rules, on items in their wire form.

DynamoDB Local reports twice the units for transactions that AWS documents, and moto none at all,
so units are worked out here on the items as they really were.
"""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, NamedTuple

Value = Mapping[str, Any]
Item = Mapping[str, Value]  # {"pk": {"S": "..."}}

KB = 1024
CONTAINER = 3  # bytes that a list or a map costs however little is in it


class Index(NamedTuple):
    """A secondary index that repeats these attributes, and has no entry where a key is missing."""

    keys: frozenset[str]
    projected: frozenset[str] | None  # None for all of them

    def entry(self, item: Item | None) -> Item | None:
        if item is None or not self.keys <= item.keys():
            return None
        return {name: item[name] for name in item if not self.projected or name in self.projected}


def item_size(item: Item) -> int:
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: Value) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S" | "B":
            return _length(content)
        case "N":
            return number_size(content)
        case "BOOL" | "NULL":
            return 1
        case "SS" | "BS":
            return sum(map(_length, content))
        case "NS":
            return sum(map(number_size, content))
        case "L":
            return CONTAINER + sum(1 + value_size(inner) for inner in content)
        case _:
            return CONTAINER + len(content) + item_size(content)


def number_size(number: str) -> int:
    """A byte, and another for every two significant digits."""
    digits = number.lstrip("-").replace(".", "").strip("0")
    return 1 + ceil(len(digits) / 2)


def write_units(before: Item | None, after: Item | None, *, transacted: bool) -> int:
    """The larger of the item before and after, refused or not; twice that within a transaction."""
    size = max(item_size(item) if item else 0 for item in (before, after))
    return max(1, ceil(size / KB)) * (2 if transacted else 1)


def index_units(index: Index, before: Item | None, after: Item | None) -> int:
    """An entry whose key moves is deleted and put. Transactions charge their items twice, not the
    entries of indexes that follow from them."""
    old, new = index.entry(before), index.entry(after)
    if old == new:
        return 0
    moved = not (old and new) or any(old[key] != new[key] for key in index.keys)
    if not moved:
        return write_units(old, new, transacted=False)
    return sum(write_units(entry, None, transacted=False) for entry in (old, new) if entry)


def read_units(items: Sequence[Item], *, consistent: bool, transacted: bool = False) -> float:
    """Of one read: what a query finds is put together before it is rounded up."""
    size = sum(map(item_size, items))
    factor = 2.0 if transacted else 1.0 if consistent else 0.5
    return max(1, ceil(size / (4 * KB))) * factor


def _length(content: str | bytes) -> int:
    return len(content.encode() if isinstance(content, str) else content)
