"""Publishes a programme: from then on it is what the club does, and what it did stays as it was."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from stamkund.rules.checking import check
from stamkund.rules.errors import Mistake, Refused
from stamkund.rules.programme_file import ProgrammeFile
from stamkund.tables import Append, Read, programmes
from stamkund.tables.programmes import Programmes
from stamkund.web import body
from stamkund.web.callers import Caller, Shop, Staff
from stamkund.web.endpoint import JSON, RawBody, Reply, endpoint

YAML = "application/yaml"
LARGEST = 1024 * 1024
MOST_TOLD = 1_000  # a megabyte has room for more mistakes than an answer
Before = Callable[[], ProgrammeFile | None]


class PublishReceipt(Struct, frozen=True):
    version: int
    published_at: datetime


@endpoint(
    "POST",
    "/v1/programme/versions",
    caller=[Shop, Staff],
    access={Programmes: Read | Append},
    problems=["programme_invalid", "programme_too_large", "publish_conflict", "not_yaml"],
    status=(201, 200),
    media_types=(JSON, YAML),
    largest_body=LARGEST,
    raw_type=ProgrammeFile,
)
def publish_programme(request: RawBody, caller: Caller, now: datetime) -> Reply[PublishReceipt]:
    """Publish a programme.

    JSON, or the same as YAML. Every mistake is named with its path. The same content again is the
    same version, answered with 200. Tier rules take effect at the next start of a month, all else
    within a minute.
    """
    programme = read(request, lambda: _in_force(caller.shop, now))
    published, is_new = programmes.publish(caller.shop, programme, caller.key, now)
    receipt = PublishReceipt(published.version, published.published_at)
    if is_new:
        return Reply(receipt, 201)
    return Reply(receipt, 200, {"Idempotent-Replayed": "true"})


def read(request: RawBody, before: Before) -> ProgrammeFile:
    """What is in force (`before`) is asked for once there is something to compare it with."""
    plain = _plain(request)
    try:
        programme = msgspec.convert(plain, ProgrammeFile)
    except msgspec.ValidationError:
        raise _invalid(_every_mistake(plain, before)) from None
    mistakes = check(programme, before())
    if mistakes:
        raise _invalid(mistakes)
    return programme


def _invalid(mistakes: list[Mistake]) -> Refused:
    return Refused("programme_invalid", mistakes=mistakes[:MOST_TOLD])


def _plain(request: RawBody) -> Any:
    if request.media_type == YAML:
        from functions.programme import plain_yaml

        return plain_yaml.read(request.content)
    return body.inspect(request.content, LARGEST)


def _in_force(shop: str, now: datetime) -> ProgrammeFile | None:
    """At most a minute old, which is good enough to name a mistake beside others."""
    published = programmes.current_or_none(shop, now)
    return published.file if published else None


def _every_mistake(plain: Any, before: Before) -> list[Mistake]:
    from functions.programme.mistakes import every_mistake

    return every_mistake(plain, before)
