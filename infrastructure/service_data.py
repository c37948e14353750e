"""The data files of a package: what botocore has to know about AWS, and the time zones.

Botocore reads its description of a service as JSON when a client is made, and of all services'
addresses with it: 1.7 MB for one that speaks to DynamoDB. Here it finds the same files with what
is used in them, in the same form.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from shutil import copyfile
from typing import Any

Json = dict[str, Any]

# All that any function asks of AWS. What is missing here fails with the name of the operation.
USED: Mapping[str, tuple[str, ...]] = {
    "dynamodb": (
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",  # a sample of members, who are then reconciled
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    ),
    "events": ("PutEvents",),
    # Nobody makes a bucket: by the description of that, botocore signs a form.
    "s3": ("CreateBucket", "DeleteObject", "GetObject", "PutObject"),
    "secretsmanager": (
        "DescribeSecret",
        "GetSecretValue",
        "PutSecretValue",
        "UpdateSecretVersionStage",
    ),
    "sesv2": ("SendEmail",),
    "sns": ("Publish",),
    "sqs": ("SendMessage",),
}
DATA = Path("botocore/data")
# Its certificates are those of the whole web, and small beside everything else.
AS_THEY_ARE = (
    Path("botocore/cacert.pem"),
    DATA / "_retry.json",
    DATA / "partitions.json",
    DATA / "sdk-default-configuration.json",
)
# What a program never reads: texts for people.
PROSE = {"documentation", "documentationUrl", "examples"}
# But here botocore fails without it, when it looks for the address of a bucket.
WITH_PROSE = "clientContextParams"
ZONES = Path("tzdata/zoneinfo")


def write(site: Path, stage: Path) -> None:
    for file in AS_THEY_ARE:
        _copy(site, file, stage)
    prefixes = {
        _write_service(site, stage, service, operations) for service, operations in USED.items()
    }
    addresses = _addresses(_read(site / DATA / "endpoints.json"), prefixes)
    _write(stage / DATA / "endpoints.json", addresses)
    for zone in _zones(site):
        _copy(site, zone, stage)


def _write_service(site: Path, stage: Path, service: str, operations: tuple[str, ...]) -> str:
    """Answers what the service is called in addresses: SES, for one, is `email` there."""
    newest = max((site / DATA / service).iterdir())
    to = stage / newest.relative_to(site)
    model = _read(newest / "service-2.json.gz")
    _write(to / "service-2.json", cut(model, operations))
    rules = newest / "endpoint-rule-set-1.json.gz"
    _write(to / "endpoint-rule-set-1.json", _without_prose(_read(rules)))
    return str(model["metadata"]["endpointPrefix"])


def cut(model: Json, operations: tuple[str, ...]) -> Json:
    """A service with these operations, and the shapes that they are made of."""
    kept = {name: model["operations"][name] for name in operations}
    shapes = {name: model["shapes"][name] for name in sorted(_shapes(kept, model["shapes"]))}
    small: Json = _without_prose({**model, "operations": kept, "shapes": shapes})
    if WITH_PROSE in model:
        small[WITH_PROSE] = model[WITH_PROSE]
    return small


def _shapes(part: object, shapes: Json) -> set[str]:
    """The names of all shapes that are mentioned, and of those that these mention."""
    found, waiting = set[str](), list(_mentioned(part))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _mentioned(shapes[name])
    return found


def _mentioned(part: object) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _mentioned(item)
    elif isinstance(part, dict):
        if isinstance(part.get("shape"), str):
            yield part["shape"]
        for item in part.values():
            yield from _mentioned(item)


def _without_prose(part: Any) -> Any:
    if isinstance(part, list):
        return [_without_prose(item) for item in part]
    if not isinstance(part, dict):
        return part
    # A field of a shape may be called so too, and is then no text.
    return {
        name: _without_prose(item)
        for name, item in part.items()
        if name not in PROSE or not isinstance(item, str | list)
    }


def _addresses(endpoints: Json, prefixes: set[str]) -> Json:
    """Of the services that are used, in every region."""
    partitions = [_partition(one, prefixes) for one in endpoints["partitions"]]
    return {**endpoints, "partitions": partitions}


def _partition(partition: Json, prefixes: set[str]) -> Json:
    services = {name: one for name, one in partition["services"].items() if name in prefixes}
    return {**partition, "services": services}


def _zones(site: Path) -> Iterable[Path]:
    """Every zone that there is under every name that it has had. Left out are tables of zones for
    people and for other programs."""
    for file in sorted((site / ZONES).rglob("*")):
        if file.is_file() and (file.suffix == ".py" or file.read_bytes()[:4] == b"TZif"):
            yield file.relative_to(site)
    yield Path("tzdata/__init__.py")


def _copy(site: Path, file: Path, stage: Path) -> None:
    (stage / file).parent.mkdir(parents=True, exist_ok=True)
    copyfile(site / file, stage / file)


def _read(file: Path) -> Json:
    content = file.read_bytes()
    found: Json = json.loads(gzip.decompress(content) if file.suffix == ".gz" else content)
    return found


def _write(file: Path, content: Json) -> None:
    """Plain, not compressed: the zip is that already."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content, separators=(",", ":")))
