"""Everything that is wrong with the shape of a value, where msgspec names only the first thing."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo, fields

from stamkund.rules.programme import Mistake
from stamkund.web.body import invalid


def mistakes_of_shape(value: object, annotation: Any, path: str = "") -> list[Mistake]:
    """Those inside it if there are any, or else what is wrong with the whole."""
    return list(_inside(value, annotation, path)) or list(_of_the_whole(value, annotation, path))


def _of_the_whole(value: object, annotation: Any, path: str) -> Iterator[Mistake]:
    try:
        msgspec.convert(value, annotation)
    except msgspec.ValidationError as error:
        refused = invalid(error, within=path)
        yield Mistake(refused.field or "", refused.code, refused.params.get("detail", ""))


def _inside(value: object, annotation: Any, path: str) -> Iterator[Mistake]:
    meant = _meant(value, annotation)
    if isinstance(value, list) and get_origin(meant) is list:
        for index, item in enumerate(value):
            yield from mistakes_of_shape(item, get_args(meant)[0], f"{path}[{index}]")
    elif isinstance(value, dict) and get_origin(meant) is dict:
        for name, item in value.items():
            yield from _of_pair(name, item, get_args(meant), _below(path, name))
    elif isinstance(value, dict) and isinstance(meant, type) and issubclass(meant, msgspec.Struct):
        yield from _of_fields(value, meant, path)


def _of_pair(name: object, item: object, pair: tuple[Any, ...], path: str) -> Iterator[Mistake]:
    of_name = [Mistake(path, one.code, one.detail) for one in _of_the_whole(name, pair[0], path)]
    yield from of_name or mistakes_of_shape(item, pair[1], path)


def _of_fields(value: dict[Any, Any], struct: type[msgspec.Struct], path: str) -> Iterator[Mistake]:
    known: dict[str, FieldInfo] = {field.encode_name: field for field in fields(struct)}
    for name in value:
        if name not in known and name != struct.__struct_config__.tag_field:
            yield Mistake(_below(path, name), "unknown_field", "Is not known here")
    for name, field in known.items():
        if name in value:
            yield from mistakes_of_shape(value[name], field.type, _below(path, name))
        elif field.required:
            yield Mistake(_below(path, name), "missing_field", "Is missing")


def _meant(value: object, annotation: Any) -> Any:
    """The one of several types that was meant: not null, and of the kind that it says it is."""
    if get_origin(annotation) is Annotated:
        return _meant(value, get_args(annotation)[0])
    if get_origin(annotation) not in {Union, types.UnionType}:
        return annotation
    choices = [choice for choice in get_args(annotation) if choice is not type(None)]
    if len(choices) == 1:
        return _meant(value, choices[0])
    return next((choice for choice in choices if _says(value, choice)), None)


def _says(value: object, choice: Any) -> bool:
    config = getattr(choice, "__struct_config__", None)
    if config is None or not isinstance(value, dict):
        return False
    return bool(value.get(config.tag_field) == config.tag)


def _below(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)
