"""YAML as people mean it: texts, whole numbers, true and false, lists and keys.

`10:30` is a time of day and not a number to base 60, `no` is a word, a date is text, a key occurs
once, and nothing refers to something else, which a small text can use to become a huge one.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

import yaml

from stamkund.rules.errors import Refused
from stamkund.web.body import DEEPEST, refuse_control_characters

Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


LONGEST_PLACE = 200
KIND = "tag:yaml.org,2002:"
PLAIN = {KIND + kind for kind in ("str", "int", "float", "bool", "null", "seq", "map")}


class PlainLoader(Parser):  # type: ignore[misc]  # in C where there is a compiled one
    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}


def _resolve(kind: str, regular: str, first: list[str]) -> None:
    import re

    PlainLoader.add_implicit_resolver(KIND + kind, re.compile(regular), first)


_resolve("bool", r"^(?:true|false)$", list("tf"))
# However long: that it is too large is for its type to say.
_resolve("int", r"^-?(?:0|[1-9][0-9_]*)$", list("-0123456789"))
_resolve("float", r"^-?[0-9]+\.[0-9]+$", list("-0123456789"))
_resolve("null", r"^(?:null|~|)$", ["n", "~", ""])


def read(content: bytes) -> Any:
    try:
        text = content.decode()
        _refuse_what_is_not_plain(text)
        return _made_of(PlainLoader(text))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise Refused("not_yaml", detail=_first_line(error)) from None


def _made_of(loader: Any) -> Any:
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _look_through(loader, node, "")
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _look_through(loader: Any, node: yaml.Node, path: str) -> None:
    """While it is still known where everything stands. Refused: not_yaml, duplicate_key,
    invalid_field."""
    if node.tag not in PLAIN:
        raise Refused("not_yaml", path or None, detail=f"Only plain values are read, {_line(node)}")
    if isinstance(node, yaml.MappingNode):
        for name, value in _entries(loader, node, path):
            _look_through(loader, value, f"{path}.{name}" if path else name)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _look_through(loader, item, f"{path}[{index}]")
    else:
        refuse_control_characters(node.value, path)


def _entries(loader: Any, node: yaml.MappingNode, path: str) -> Iterator[tuple[str, yaml.Node]]:
    seen = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise Refused("not_yaml", path or None, detail=f"A key is a word, {_line(key)}")
        refuse_control_characters(key.value, path)
        name = loader.construct_object(key)
        if name in seen:
            place = f"{path}.{name}"[:LONGEST_PLACE].removeprefix(".")
            raise Refused("duplicate_key", place, detail=f"Once more in {_line(key)}")
        seen.add(name)
        yield str(name), value


def _refuse_what_is_not_plain(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=Parser):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Refused("not_yaml", detail="Anchors and aliases are not read")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise Refused("body_too_deep", deepest=DEEPEST)


def _line(found: yaml.Node) -> str:
    return f"line {found.start_mark.line + 1}"


def _first_line(error: Exception) -> str:
    problem = getattr(error, "problem", None) or getattr(error, "reason", "It cannot be read")
    mark = getattr(error, "problem_mark", None)
    return f"{problem}, line {mark.line + 1}" if mark else str(problem)
