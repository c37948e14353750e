import json
from contextlib import suppress
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stamkund.rules.errors import Refused
from stamkund.web import body


class Line(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    quantity: int


class Basket(msgspec.Struct, forbid_unknown_fields=True):
    lines: list[Line]
    note: str = ""
    tags: dict[str, int] = {}


DECODER = msgspec.json.Decoder(Basket)


def refusal_of(content: bytes) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        body.decode(content, DECODER)
    return refused.value.code, refused.value.field


def test_a_body_becomes_its_type() -> None:
    content = b'{"lines":[{"id":"a","quantity":2}]}'
    assert body.decode(content, DECODER) == Basket([Line("a", 2)])


@pytest.mark.parametrize(
    ("content", "code", "field"),
    [
        (b"", "not_json", None),
        (b"{", "not_json", None),
        (b'{"lines":[]}}', "not_json", None),
        (b'\xef\xbb\xbf{"lines":[]}', "not_json", None),
        (b'{"lines":[],"note":"\xff"}', "not_json", None),
        ('{"lines":[]}'.encode("utf-16"), "not_json", None),
        (b'{"lines":[{"id":"a","quantity":NaN}]}', "not_json", None),
        (b'{"lines":[{"id":"a","quantity":' + b"9" * 5000 + b"}]}", "not_json", None),
        (b'{"lines":[{"id":"a","quantity":1e308}]}', "invalid_field", "lines[0].quantity"),
        (b'{"lines":[{"id":"a","quantity":true}]}', "invalid_field", "lines[0].quantity"),
        (b'{"lines":[{"id":"a","quantity":"1"}]}', "invalid_field", "lines[0].quantity"),
        (b'{"lines":[{"id":"a","quantity":1.5}]}', "invalid_field", "lines[0].quantity"),
        (b'{"lines":[{"id":"a"}]}', "missing_field", "lines[0].quantity"),
        (b"{}", "missing_field", "lines"),
        (b'{"lines":[],"points":5}', "unknown_field", "points"),
        (b'{"lines":[{"id":"a","quantity":1,"x":1}]}', "unknown_field", "lines[0].x"),
        (b"[]", "invalid_field", None),
        (b"null", "invalid_field", None),
        (b'{"lines":[],"lines":[]}', "duplicate_key", "lines"),
        (b'{"lines":[],"lin\\u0065s":[]}', "duplicate_key", "lines"),
        (b'{"lines":[],"tags":{"a":1,"a":2}}', "duplicate_key", "a"),
        (b'{"lines":[],"note":"\\u0000"}', "invalid_field", "note"),
        (b'{"lines":[],"note":"a\\nb"}', "invalid_field", "note"),
        (b'{"lines":[],"note":"\x7f"}', "invalid_field", "note"),
        (b'{"lines":[],"note":"\xc2\x85"}', "invalid_field", "note"),
        (b'{"lines":[],"note":"\\ud800"}', "invalid_field", "note"),
        (b'{"lines":[{"id":"a\\n","quantity":1}]}', "invalid_field", "lines[0].id"),
        (b'{"lines":[],"tags":{"a\\u0000":1}}', "invalid_field", "tags"),
    ],
)
def test_what_is_wrong_is_named(content: bytes, code: str, field: str | None) -> None:
    assert refusal_of(content) == (code, field)


@pytest.mark.parametrize(
    "note",
    ["Åsa", "a \\ b", 'she said "no"', "[[[[[[[[[[", "\\u0000", "😀", "§ 5°", "שלום", "\u202eabc"],
)
def test_a_text_may_say_anything_that_can_be_read(note: str) -> None:
    escaped = json.dumps({"lines": [], "note": note}).encode()
    for content in (escaped, msgspec.json.encode(Basket([], note))):
        assert body.decode(content, DECODER).note == note


def test_eight_levels_are_read_and_nine_are_not() -> None:
    body.inspect(b"[" * 8 + b"]" * 8)
    with pytest.raises(Refused, match="body_too_deep"):
        body.inspect(b"[" * 9 + b"]" * 9)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":'])
def test_a_body_nested_beyond_reason_is_refused_at_once(opening: bytes) -> None:
    with pytest.raises(Refused, match="body_too_deep"):
        body.inspect(opening * (body.LARGEST // len(opening)))


def test_64_kilobytes_are_read_and_one_more_byte_is_not() -> None:
    body.inspect(b'"' + b"a" * (body.LARGEST - 2) + b'"')
    with pytest.raises(Refused, match="body_too_large"):
        body.inspect(b'"' + b"a" * (body.LARGEST - 1) + b'"')


@pytest.mark.parametrize("content", [b'"' * 65_000, b"\\" * 65_000, b'"\\' * 32_000, b"{" * 8])
def test_no_body_is_slow_to_refuse(content: bytes) -> None:
    with pytest.raises(Refused, match="not_json"):
        body.inspect(content)


def nested(depth: int, value: Any) -> int:
    if isinstance(value, dict):
        return max([nested(depth + 1, item) for item in value.values()], default=depth + 1)
    if isinstance(value, list):
        return max([nested(depth + 1, item) for item in value], default=depth + 1)
    return depth


texts = st.text(alphabet='[]{}"\\:, a\u00e5', max_size=6)
values = st.recursive(
    st.none() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
)


@given(values)
def test_depth_is_that_of_the_brackets_outside_texts(value: Any) -> None:
    for ascii_only in (True, False):
        content = json.dumps(value, ensure_ascii=ascii_only).encode()
        assert body.depth(content) == nested(0, value)


@given(st.binary(max_size=200))
def test_no_bytes_whatever_end_in_anything_but_a_refusal(content: bytes) -> None:
    with suppress(Refused):
        body.decode(content, DECODER)


class Keyed(msgspec.Struct):
    by_language: dict[Literal["sv", "en"], int] = {}


@pytest.mark.parametrize("content", [b'{"by_language": {"xx": 1}}', b'{"by_language": {"sv": ""}}'])
def test_what_is_wrong_with_a_key_or_a_value_under_one_is_named_by_what_holds_them(
    content: bytes,
) -> None:
    with pytest.raises(Refused) as refused:
        body.decode(content, msgspec.json.Decoder(Keyed))
    assert (refused.value.code, refused.value.field) == ("invalid_field", "by_language")
