"""Everything that is kept, as text: keys, attributes, and what lies packed in them."""

from collections.abc import Iterator
from typing import Any
from zlib import decompress, error

import msgspec

from tests.builders import everything_kept

Raw = dict[str, Any]


def said(items: dict[str, list[Raw]] | None = None) -> str:
    """Of every table, or of these items."""
    kept = everything_kept() if items is None else items
    lines = (f"{table} {' '.join(_item(item))}" for table, of in kept.items() for item in of)
    return "\n".join(lines)


def found_in(text: str, wanted: set[str]) -> set[str]:
    return {one for one in wanted if one in text}


def _item(item: Raw) -> Iterator[str]:
    for name, value in item.items():
        yield name
        yield from _value(value)


def _value(typed: Raw) -> Iterator[str]:
    ((kind, value),) = typed.items()
    match kind:
        case "B":
            yield from _bytes(value)
        case "BS":
            for each in value:
                yield from _bytes(each)
        case "M":
            yield from _item(value)
        case "L":
            for each in value:
                yield from _value(each)
        case _:
            yield str(value)


def _bytes(value: bytes) -> Iterator[str]:
    """As it is, in hex, and unpacked if it is packed."""
    yield value.decode("latin-1")
    yield value.hex()
    try:
        plain = decompress(value)
    except error:
        return
    yield plain.decode("utf-8", "replace")
    try:
        yield str(msgspec.msgpack.decode(plain))
    except msgspec.DecodeError:
        return  # JSON, which is text already
