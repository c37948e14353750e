"""Everything that is wrong with a file, where msgspec names only the first thing.

What has not the shape of its type is named and left out, and what the rest means is checked. Where
something has to be there, a stand-in is, and nothing is said that was found by what was left out.
"""

import re
import types
from collections.abc import Callable, Iterator
from functools import cached_property
from hashlib import sha256
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo, fields

from functions.programme.in_words import allowed, has_to_be
from stamkund.rules.checking import check, seen_by
from stamkund.rules.errors import Mistake
from stamkund.rules.programme_file import ProgrammeFile
from stamkund.web.body import invalid

LEFT_OUT: Any = object()
_INDEX = re.compile(r"\[\d+\]")
_LAST_INDEX = re.compile(r"^(.*)\[(\d+)\]$")


def every_mistake(plain: object, before: Callable[[], ProgrammeFile | None]) -> list[Mistake]:
    """In the shape, and in the meaning of all that can be read."""
    reading = Reading()
    kept = reading.read(plain, ProgrammeFile, "")
    if kept is LEFT_OUT:
        return reading.mistakes
    found = map(reading.as_written, check(msgspec.convert(kept, ProgrammeFile), before()))
    return [*reading.mistakes, *(mistake for mistake in found if reading.is_sure_of(mistake))]


class Reading:
    """Reads what can be read. `unclear`: the places that say nothing, or nobody knows what;
    `items`: of lists of which something was left out, which ones are left."""

    def __init__(self) -> None:
        self.mistakes: list[Mistake] = []
        self.unclear: set[str] = set()
        self.items: dict[str, list[int]] = {}

    def read(self, value: object, annotation: Any, path: str) -> Any:
        """As much of the value as has the shape of its type, or LEFT_OUT."""
        kept = self._inside(value, annotation, path)
        error = _error(kept, annotation)
        if error is None:
            return kept
        if kept is not LEFT_OUT and not _is_less(kept, value):
            refused = invalid(error, within=path)
            self._say(refused.field or "", refused.code, _in_words(refused.code, value, annotation))
        self.unclear.add(path)
        return LEFT_OUT

    def as_written(self, mistake: Mistake) -> Mistake:
        """With its path in the file, of which some items of a list may have been left out."""
        last = _LAST_INDEX.match(mistake.path)
        if last is None or last[1] not in self.items:
            return mistake
        path = f"{last[1]}[{self.items[last[1]][int(last[2])]}]"
        return Mistake(path, mistake.code, mistake.detail)

    def is_sure_of(self, mistake: Mistake) -> bool:
        """Whether it is one whatever was meant by what is unclear."""
        places = (mistake.path, *seen_by(mistake))
        return not any(self._is_unclear(above) for place in places for above in _up_from(place))

    def _is_unclear(self, place: str) -> bool:
        return place in (self._unclear_kinds if "[]" in place else self.unclear)

    @cached_property
    def _unclear_kinds(self) -> set[str]:
        """Whichever items of lists they are; asked for when all has been read."""
        return {_INDEX.sub("[]", place) for place in self.unclear}

    def _say(self, path: str, code: str, detail: str) -> None:
        self.mistakes.append(Mistake(path, code, detail))
        self.unclear.add(path)

    def _inside(self, value: object, annotation: Any, path: str) -> Any:
        meant = _meant(value, annotation)
        if isinstance(value, list) and get_origin(meant) is list:
            return self._items(value, get_args(meant)[0], path)
        if isinstance(value, dict) and get_origin(meant) is dict:
            return self._pairs(value, get_args(meant), path)
        if isinstance(value, dict) and _is_struct(meant):
            return self._fields(value, meant, path)
        return value

    def _items(self, value: list[Any], annotation: Any, path: str) -> list[Any]:
        kept = {}
        for index, item in enumerate(value):
            place = f"{path}[{index}]"
            read = self.read(item, annotation, place)
            if read is LEFT_OUT and _is_struct(annotation):
                read = _stand_in(annotation, place)
            if read is not LEFT_OUT:
                kept[index] = read
        if len(kept) < len(value):
            self.items[path] = list(kept)
        return list(kept.values())

    def _pairs(self, value: dict[Any, Any], pair: tuple[Any, ...], path: str) -> dict[Any, Any]:
        name_type, item_type = pair
        wrong = [name for name in value if _error(name, name_type)]
        for name in wrong:
            self._say(_below(path, name), "invalid_field", has_to_be(name_type, name))
        if wrong and get_origin(name_type) is Literal:
            self._may_be_meant(set(get_args(name_type)) - value.keys(), path)
        read = {
            name: self.read(item, item_type, _below(path, name))
            for name, item in value.items()
            if name not in wrong
        }
        return {name: item for name, item in read.items() if item is not LEFT_OUT}

    def _fields(self, value: dict[Any, Any], struct: type[msgspec.Struct], path: str) -> Any:
        known: dict[str, FieldInfo] = {field.encode_name: field for field in fields(struct)}
        tag = struct.__struct_config__.tag_field
        unknown = [name for name in value if name not in known and name != tag]
        for name in unknown:
            detail = f"Is not known here, where there can be {', '.join(known)}"
            self._say(_below(path, name), "unknown_field", detail)
        if unknown:
            self._may_be_meant(known.keys() - value.keys(), path)
        kept = {tag: value[tag]} if tag in value else {}
        for name, field in known.items():
            read = self._field(value, name, field, _below(path, name))
            if read is not LEFT_OUT:
                kept[name] = read
            elif field.required:
                return LEFT_OUT
        return kept

    def _field(self, value: dict[Any, Any], name: str, field: FieldInfo, path: str) -> Any:
        read = LEFT_OUT
        if name in value:
            read = self.read(value[name], field.type, path)
        elif field.required:
            self._say(path, "missing_field", _in_words("missing_field", None, field.type))
        return _stand_in(field.type, path) if read is LEFT_OUT and field.required else read

    def _may_be_meant(self, names: set[str], path: str) -> None:
        """Whoever wrote a name that nobody knows may have meant any that is not there."""
        self.unclear |= {_below(path, name) for name in names}


def _in_words(code: str, value: object, annotation: Any) -> str:
    if code == "missing_field":
        return f"Is missing, and has to be {allowed(annotation)}"
    return has_to_be(annotation, value)


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


def _stand_in(annotation: Any, path: str) -> Any:
    """Something of the type, and no id or name that is anywhere else; LEFT_OUT if nothing is."""
    meant, candidates = annotation, list[Any]()
    while get_origin(meant) in {Annotated, Union, types.UnionType}:
        meant = get_args(meant)[0]
    if _is_struct(meant):
        made = {f.encode_name: _stand_in(f.type, path) for f in fields(meant) if f.required}
        config = meant.__struct_config__
        candidates = [{**made, config.tag_field: config.tag} if config.tag_field else made]
    elif get_origin(meant) is Literal:
        candidates = [get_args(meant)[0]]
    elif get_origin(meant) is list:
        candidates = [[], [_stand_in(get_args(meant)[0], path)]]
    elif get_origin(meant) is dict:
        candidates = [{}, {_name(path): _stand_in(get_args(meant)[1], path)}]
    else:
        candidates = [_name(path), 0, 1]
    return next((value for value in candidates if not _error(value, annotation)), LEFT_OUT)


def _name(path: str) -> str:
    """As short as an id has to be, and by chance nobody's."""
    return sha256(path.encode()).hexdigest()[:40]


def _error(value: object, annotation: Any) -> msgspec.ValidationError | None:
    try:
        msgspec.convert(value, annotation)
    except msgspec.ValidationError as error:
        return error
    return None


def _is_struct(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, msgspec.Struct)


def _is_less(kept: object, value: object) -> bool:
    """Whether it is too short only because of what was left out, which has been named."""
    return (
        isinstance(kept, list | dict) and isinstance(value, list | dict) and len(kept) < len(value)
    )


def _up_from(place: str) -> Iterator[str]:
    """The place and all that it lies in."""
    yield place
    yield from (place[:end] for end, sign in enumerate(place) if sign in ".[")


def _below(path: str, name: object) -> str:
    return f"{path}.{name}" if path else str(name)
