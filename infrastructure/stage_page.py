"""Prints docs/stages.md: every key of a stage file, from where it is declared."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Meta, Struct
from msgspec.structs import FieldInfo, fields

from infrastructure.stage import Stage

HEAD = """# What a stage file says

One file per stage in `infrastructure/stages`. A key that is not listed here, or a value that does
not fit, is refused with its path before anything is made of it. What a file leaves out has the
value in the last column. This page is written by `make stages`.

`functions`, `throttles`, `tables` and `streams` go by name or pattern: `"*"` is all of them,
`checkout-*` all that begin so. They are read in the order of the file, and what comes later is laid
on top, key by key. A pattern that fits nothing is refused. Functions are called `<domain>-<name>`,
such as `checkout-quote` or `members-review_accounts`.
"""


def page() -> str:
    return "\n".join([HEAD, *_sections("", Stage)])


def _sections(title: str, struct: type[Struct]) -> Iterator[str]:
    if title:
        yield f"## {title}\n"
    yield "| key | | values | if it is not said |"
    yield "|---|---|---|---|"
    within = []
    for field in fields(struct):
        cells = f"`{field.name}`", _described(field.type), _values(field.type), _default(field)
        yield f"| {' | '.join(cells)} |"
        within += [(field.name, inner) for inner in _structs(field.type)]
    yield ""
    for name, inner in within:
        yield from _sections(f"{title}.{name}".lstrip("."), inner)


def _described(annotation: Any) -> str:
    found = [one.description for one in _metas(annotation) if one.description]
    return str(found[0])


def _metas(annotation: Any) -> Iterator[Meta]:
    if get_origin(annotation) is Annotated:
        inner, *metas = get_args(annotation)
        yield from (one for one in metas if isinstance(one, Meta))
        yield from _metas(inner)


def _structs(annotation: Any) -> Iterator[type[Struct]]:
    if isinstance(annotation, type) and issubclass(annotation, Struct):
        yield annotation
    for part in get_args(annotation):
        yield from _structs(part)


def _values(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return f"{_values(arguments[0])}{_limits([*_metas(annotation)])}"
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in arguments)
    if origin in {Union, types.UnionType}:
        return " or ".join(_values(one) for one in arguments)
    if origin is list:
        return f"list of: {_values(arguments[0])}"
    if origin is dict:
        return "texts by name" if _values(arguments[1]) == "text" else "a section by name"
    return _WORDS.get(annotation, "a section")


_WORDS: dict[Any, str] = {
    int: "whole number",
    float: "number",
    str: "text",
    bool: "`true` or `false`",
    types.NoneType: "`null`",
}


def _limits(metas: list[Meta]) -> str:
    words = {"ge": "from", "gt": "above", "le": "to"}
    return "".join(
        f" {word} {getattr(one, name):,}"
        for one in metas
        for name, word in words.items()
        if getattr(one, name) is not None
    )


def _default(field: FieldInfo) -> str:
    if field.required:
        return "it must be said"
    value = field.default if field.default is not NODEFAULT else field.default_factory()
    if isinstance(value, Struct):
        return "as below"
    return f"`{msgspec.json.encode(value).decode()}`"


if __name__ == "__main__":
    print(page(), end="")
