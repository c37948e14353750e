"""Attribute types that PynamoDB does not have: exact whole numbers by name, and packed structs."""

from typing import Any, Generic, TypeVar
from zlib import compress, decompress

import msgspec
from pynamodb.attributes import Attribute
from pynamodb.constants import BINARY, MAP

Content = TypeVar("Content")


class Numbers(Attribute[dict[str, int]]):
    """A map of whole numbers. A number within it is changed in place: `lots["key"].set(...)`."""

    attr_type = MAP

    def serialize(self, value: dict[str, int]) -> dict[str, dict[str, str]]:
        return {key: {"N": str(number)} for key, number in value.items()}

    def deserialize(self, value: dict[str, dict[str, str]]) -> dict[str, int]:
        return {key: int(number["N"]) for key, number in value.items()}


class Packed(Attribute[Content], Generic[Content]):
    """A struct nobody needs to look into from outside, as compressed MessagePack."""

    attr_type = BINARY

    def __init__(self, content: Any, **options: Any) -> None:
        super().__init__(**options)
        self._encode = msgspec.msgpack.Encoder().encode
        self._decoder = msgspec.msgpack.Decoder(content)

    def serialize(self, value: Content) -> bytes:
        return compress(self._encode(value), 6)

    def deserialize(self, value: bytes) -> Content:
        return self._decoder.decode(decompress(value))  # type: ignore[no-any-return]
