"""What may stand at a place of the programme file, in words for whoever wrote it."""

import types
from datetime import datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Meta

LONGEST_SHOWN = 40
KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    datetime: "a time with its offset from UTC, such as 2026-11-02T00:00:00+01:00",
    list: "a list",
    dict: "a section with keys and values",
}


def has_to_be(annotation: Any, value: object) -> str:
    """`Has to be one of mon, tue, and is 'tisdag'`."""
    shown = _shown(value)
    return f"Has to be {allowed(annotation)}" + (f", and is {shown}" if shown else "")


def allowed(annotation: Any) -> str:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _bounded(parts[0], [part for part in parts[1:] if isinstance(part, Meta)])
    if origin in {Union, types.UnionType}:
        return _one_of_kinds([part for part in parts if part is not types.NoneType])
    if origin is Literal:
        return f"one of {', '.join(map(str, parts))}"
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return f"a section with the keys {', '.join(_keys(annotation))}"
    return KINDS.get(origin or annotation, "something else")


def _one_of_kinds(choices: list[Any]) -> str:
    """Of sections that say what they are by a key, that key is what can be wrong."""
    if len(choices) == 1:
        return allowed(choices[0])
    configs = [choice.__struct_config__ for choice in choices]
    tags = ", ".join(str(config.tag) for config in configs)
    return f"a section whose `{configs[0].tag_field}` is one of {tags}"


def _bounded(kind: Any, metas: list[Meta]) -> str:
    """Where a pattern is declared, so are the `words` for it."""
    words = [str(meta.extra["words"]) for meta in metas if meta.extra and "words" in meta.extra]
    if words:
        return ", ".join(words)
    bounds = [bound for meta in metas for bound in _bounds(meta, of_text=kind is str)]
    return ", ".join([allowed(kind), *(bound for bound in bounds if bound)])


def _bounds(meta: Meta, *, of_text: bool) -> list[str]:
    return [
        _between(meta.ge, meta.le),
        _between(meta.min_length, meta.max_length, "characters" if of_text else "long"),
        f"like {meta.pattern}" if meta.pattern else "",
    ]


def _between(least: float | None, most: float | None, unit: str = "") -> str:
    numbers = [f"{number:,}" for number in (least, most) if number is not None]
    if not numbers:
        return ""
    word = "" if len(numbers) == 2 else ("at least " if most is None else "at most ")
    return f"{word}{' to '.join(numbers)} {unit}".rstrip()


def _keys(struct: type[msgspec.Struct]) -> list[str]:
    return [field.encode_name for field in msgspec.structs.fields(struct)]


def _shown(value: object) -> str:
    """What was written, if it is short."""
    if value is None:
        return "left empty"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str | int | float):
        return ""
    text = repr(value) if isinstance(value, str) else f"{value:,}"
    return text if len(text) <= LONGEST_SHOWN else ""
