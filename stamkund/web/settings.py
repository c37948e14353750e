"""What the surroundings say, read from the environment once, when first needed."""

import os
from functools import lru_cache

from msgspec import Struct

from stamkund import tables


class SigningKey(Struct, frozen=True):
    id: str
    secret: str


class Settings(Struct, frozen=True):
    table_prefix: str
    signing_keys: tuple[SigningKey, ...]
    pepper: str
    stage: str


@lru_cache(maxsize=1)
def settings() -> Settings:
    return Settings(
        table_prefix=os.environ.get("STAMKUND_TABLE_PREFIX", "stamkund"),
        signing_keys=_signing_keys(os.environ.get("STAMKUND_SIGNING_KEYS", "")),
        pepper=os.environ.get("STAMKUND_PEPPER", ""),
        stage=os.environ.get("STAMKUND_STAGE", ""),
    )


def connect_tables() -> None:
    """Every way into a process calls this first; tests and the laptop have connected already."""
    if not tables.connected():
        tables.connect(settings().table_prefix)


def _signing_keys(text: str) -> tuple[SigningKey, ...]:
    pairs = [pair.partition(":") for pair in text.split(",") if pair.strip()]
    return tuple(SigningKey(id.strip(), secret.strip()) for id, _, secret in pairs)
