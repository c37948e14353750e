"""YAML as people mean it: texts, whole numbers, true and false, lists and keys.

`10:30` is a time of day and not a number to base 60, `no` is a word, a date is text, a key occurs
once, and nothing refers to something else, which a small text can use to become a huge one.
"""

from typing import Any, ClassVar

import yaml

from stamkund.rules.errors import Refused
from stamkund.web.body import DEEPEST, refuse_control_characters

Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class PlainLoader(Parser):  # type: ignore[misc]  # in C where there is a compiled one
    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        made: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        if len(made) != len(node.value):
            raise Refused("duplicate_key", detail=f"In what begins at {_line(node)}")
        return made


def _resolve(tag: str, regular: str, first: str) -> None:
    import re

    PlainLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(regular), list(first))


_resolve("bool", r"^(?:true|false)$", "tf")
_resolve("int", r"^-?(?:0|[1-9][0-9_]{0,17})$", "-0123456789")
_resolve("float", r"^-?[0-9]+\.[0-9]+$", "-0123456789")
_resolve("null", r"^(?:null|~|)$", "n~")


def read(content: bytes) -> Any:
    try:
        text = content.decode()
        _refuse_what_is_not_plain(text)
        return yaml.load(text, Loader=PlainLoader)  # noqa: S506 -- it is a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise Refused("not_yaml", detail=_first_line(error)) from None


def _refuse_what_is_not_plain(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=Parser):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Refused("not_yaml", detail="Anchors and aliases are not read")
        if isinstance(event, yaml.ScalarEvent):
            refuse_control_characters(event.value, _line(event))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise Refused("body_too_deep", deepest=DEEPEST)


def _line(found: yaml.Event | yaml.Node) -> str:
    return f"line {found.start_mark.line + 1}" if found.start_mark else ""


def _first_line(error: Exception) -> str:
    problem = getattr(error, "problem", None) or "It cannot be read"
    mark = getattr(error, "problem_mark", None)
    return f"{problem}, line {mark.line + 1}" if mark else str(problem)
