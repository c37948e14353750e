"""Reads a JSON body, refusing first what would be costly or ambiguous to parse."""

import json
from array import array
from collections.abc import Iterator
from itertools import accumulate
from re import compile as compile_pattern
from typing import Any, TypeVar

import msgspec

from stamkund.rules.errors import Refused

T = TypeVar("T")

LARGEST = 64 * 1024
DEEPEST = 8

_BRACKETS = b"[]{}"
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in _BRACKETS)
# As signed bytes: one step down for what opens, one step up for what closes.
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_CONTROL = compile_pattern("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_MARKS = (b"\\", b"\x7f", b"\xc2")
# The same in the body as sent: raw, or escaped; pairs of surrogates are looked at more closely.
_SUSPECT = compile_pattern(
    rb"\x7f|\xc2[\x80-\x9f]|\\(?:[bfnrt]|u00(?:[01]|7[fF]|[89])|u[dD][89a-fA-F])"
)
_PLACE = compile_pattern(r"^(?P<what>.*?)(?: - at (?:`key` in )?`(?:key in )?(?P<path>\$.*)`)?$")
_UNKNOWN = compile_pattern(r"^Object contains unknown field `(?P<name>.*)`$")
_MISSING = compile_pattern(r"^Object missing required field `(?P<name>.*)`$")


def decode(content: bytes, decoder: "msgspec.json.Decoder[T]", largest: int = LARGEST) -> T:
    """The body as the type that its endpoint declares."""
    inspect(content, largest)
    return as_declared(content, decoder)


def as_declared(content: "bytes | msgspec.Raw", decoder: "msgspec.json.Decoder[T]") -> T:
    """What has been looked at already, as its declared type."""
    try:
        return decoder.decode(content)
    except msgspec.ValidationError as error:
        raise invalid(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refused("not_json") from None


def inspect(content: bytes, largest: int = LARGEST) -> Any:
    """What it says, in plain types. Refuses what is too large, too deep, not JSON, says a key
    twice, or hides characters."""
    if len(content) > largest:
        raise Refused("body_too_large", largest=largest)
    if depth(content) > DEEPEST:
        raise Refused("body_too_deep", deepest=DEEPEST)
    try:
        # Twice as slow as msgspec, which however keeps the last of duplicate keys in silence.
        parsed = json.loads(content.decode(), object_pairs_hook=_distinct)
    except ValueError:
        raise Refused("not_json") from None
    if any(mark in content for mark in _MARKS) and _SUSPECT.search(content):
        _refuse_control_characters(parsed)
    return parsed


def depth(content: bytes) -> int:
    """How deep brackets nest, seen without parsing; those inside strings do not count."""
    if b"\\" in content:
        content = content.replace(b"\\\\", b"").replace(b'\\"', b"")
    outside = b"".join(content.split(b'"')[::2])
    steps = outside.translate(_STEPS, _NO_BRACKETS)
    return max(accumulate(array("b", steps)), default=0)


def invalid(error: msgspec.ValidationError, within: str = "") -> Refused:
    """msgspec's sentence as the path of the field and what is wrong with it."""
    place = _PLACE.match(str(error))
    what, path = (place["what"], place["path"] or "") if place else (str(error), "")
    # Of a value under any key it says `[...]`; what holds it is the last place with a name.
    known_path = path.removeprefix("$").partition("[...]")[0]
    field = f"{within}{known_path}".removeprefix(".")
    for code, known in (("unknown_field", _UNKNOWN), ("missing_field", _MISSING)):
        if named := known.match(what):
            return Refused(code, f"{field}.{named['name']}".removeprefix("."))
    return Refused("invalid_field", field or None, detail=what)


def refuse_control_characters(text: str, field: str) -> None:
    if _CONTROL.search(text):
        raise Refused("invalid_field", field, detail="Control characters are not allowed")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    known = dict(pairs)
    if len(known) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused("duplicate_key", twice[:64])
    return known


def _refuse_control_characters(parsed: object) -> None:
    for path, text in _texts(parsed, ""):
        refuse_control_characters(text, path)


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for name, item in value.items():
            yield path, name
            yield from _texts(item, f"{path}.{name}" if path else name)
