"""What a deployment would change, in words: two sets of templates, before and after."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from infrastructure.naming import SERVICE

Template = Mapping[str, Any]
Templates = Mapping[str, Template]

NOUNS = {
    "AWS::Lambda::Function": "function",
    "AWS::DynamoDB::Table": "table",
    "AWS::IAM::Role": "role",
    "AWS::Logs::LogGroup": "log",
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::ApiGatewayV2::Route": "route",
    "AWS::ApiGatewayV2::Stage": "entry",
    "AWS::Lambda::EventSourceMapping": "stream reader",
    "AWS::Events::Rule": "schedule",
    "AWS::WAFv2::WebACL": "firewall",
    "AWS::SQS::Queue": "queue",
    "AWS::S3::Bucket": "bucket",
}
# Where the name that people use stands; all else goes by its place in the tree of constructs.
NAMES = {
    "AWS::Lambda::Function": "FunctionName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::ApiGatewayV2::Route": "RouteKey",
    "AWS::Events::Rule": "Name",
    "AWS::SQS::Queue": "QueueName",
}
WORDS = {
    "MemorySize": "memory",
    "Timeout": "timeout",
    "ReservedConcurrentExecutions": "reserved concurrency",
    "Code.S3Key": "code",
    "RetentionInDays": "days kept",
    "OnDemandThroughput.MaxReadRequestUnits": "ceiling of reads",
    "OnDemandThroughput.MaxWriteRequestUnits": "ceiling of writes",
    "DeletionProtectionEnabled": "protected from deletion",
    "ScheduleExpression": "runs",
    "TracingConfig.Mode": "tracing",
    "ThrottlingRateLimit": "requests per second",
    "ThrottlingBurstLimit": "burst",
    "CorsConfiguration.AllowOrigins": "allowed origins",
}
# They hold data: whoever reads the list must not overlook them.
PRECIOUS = {
    "AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::S3::Bucket", "AWS::SecretsManager::Secret",
}  # fmt: skip
# What cannot be changed in place: CloudFormation makes a new one, and the old one goes.
FIXED = ("TableName", "KeySchema", "FunctionName", "QueueName", "LogGroupName", "BucketName")
# A generated secret is generated anew when this is touched.
GENERATED = "GenerateSecretString"
SILENT = {"AWS::CDK::Metadata"}
SAID_ELSEWHERE = ("AlarmDescription", "DashboardBody", "Tags")


class Resource(NamedTuple):
    kind: str
    name: str
    properties: Mapping[str, Any]
    kept: bool

    def __str__(self) -> str:
        noun = NOUNS.get(self.kind, self.kind.rpartition("::")[2].lower())
        return f"{noun} {self.name}"


def in_folder(folder: Path) -> Templates:
    files = sorted(folder.glob("*.template.json"))
    return {one.name.partition(".")[0]: json.loads(one.read_text()) for one in files}


def differences(before: Templates, after: Templates) -> list[str]:
    old, new = resources(before), resources(after)
    lines = [f"new: {new[key]}" for key in new.keys() - old.keys()]
    lines += [_gone(old[key]) for key in old.keys() - new.keys()]
    for key in old.keys() & new.keys():
        lines += _changed(old[key], new[key])
    return sorted(lines)


def resources(templates: Templates) -> dict[str, Resource]:
    """By stack and logical id."""
    return {
        f"{stack}/{id}": _resource(stack, id, content)
        for stack, template in templates.items()
        for id, content in template.get("Resources", {}).items()
        if content["Type"] not in SILENT
    }


def _resource(stack: str, id: str, content: Mapping[str, Any]) -> Resource:
    kind, properties = content["Type"], content.get("Properties", {})
    return Resource(
        kind,
        _name(stack, id, content),
        {name: value for name, value in properties.items() if name not in SAID_ELSEWHERE},
        content.get("DeletionPolicy") == "Retain",
    )


def _name(stack: str, id: str, content: Mapping[str, Any]) -> str:
    given = content.get("Properties", {}).get(NAMES.get(content["Type"], ""))
    if isinstance(given, str):
        return _short(given, stack)
    path = content.get("Metadata", {}).get("aws:cdk:path", f"{stack}/{id}")
    return _short(path.removesuffix("/Resource"), stack)


def _short(name: str, stack: str) -> str:
    """Without service and stage, which are the same for all."""
    prefix = "-".join(stack.split("-")[:2])
    for start in (f"{prefix}-", f"/{prefix.replace('-', '/')}/"):
        name = name.removeprefix(start)
    return name.removeprefix(f"{SERVICE}-")


def _gone(one: Resource) -> str:
    if one.kind not in PRECIOUS:
        return f"gone: {one}"
    what = "it stays in the account, outside the stack" if one.kept else "ITS CONTENT IS DELETED"
    return f"GONE: {one}: {what}"


def _changed(old: Resource, new: Resource) -> Iterator[str]:
    if old.kind == "AWS::IAM::Role":
        yield from _rights(old, new)
        return
    before, after = _leaves(old.properties), _leaves(new.properties)
    for path in sorted(before.keys() | after.keys()):
        was, will = before.get(path), after.get(path)
        if was != will:
            yield f"{new}: {_words(path)} {_shown(was)} -> {_shown(will)}{_warning(path)}"


def _warning(path: str) -> str:
    if path.startswith(GENERATED):
        return " THE SECRET IS MADE ANEW"
    return " REPLACED BY A NEW ONE" if path.startswith(FIXED) else ""


def _rights(old: Resource, new: Resource) -> Iterator[str]:
    before, after = rights(old.properties), rights(new.properties)
    for right in sorted(after - before):
        yield f"{new}: may now {right}"
    for right in sorted(before - after):
        yield f"{new}: may no longer {right}"


def rights(role: Mapping[str, Any]) -> set[str]:
    """`dynamodb:Query on table/stamkund-prod-accounts`, one for each pair."""
    return {
        f"{action} on {_shown(resource)}"
        for policy in role.get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
        for action in _several(statement["Action"])
        for resource in _several(statement["Resource"])
    }


def _several(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [value]


def _leaves(value: Any, path: str = "") -> dict[str, Any]:
    """Every value by its path; what CloudFormation works out is one value."""
    if isinstance(value, Mapping) and not _worked_out(value):
        parts: Iterable[tuple[str, Any]] = value.items()
    elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        parts = ((_called(one, number), one) for number, one in enumerate(value))
    else:
        return {path: value}
    found: dict[str, Any] = {}
    for name, part in parts:
        found |= _leaves(part, f"{path}.{name}" if path else name)
    return found


def _called(one: Any, number: int) -> str:
    """Things in a list by their name, so that a new one moves no other."""
    named = one if isinstance(one, Mapping) else {}
    return str(named.get("IndexName") or named.get("Name") or number)


def _worked_out(value: Mapping[str, Any]) -> bool:
    return len(value) == 1 and next(iter(value)).startswith(("Fn::", "Ref"))


def _words(path: str) -> str:
    for end, word in WORDS.items():
        if path == end:
            return word
        if path.endswith(f".{end}"):
            return f"{path.removesuffix(f'.{end}').rpartition('.')[2]}: {word}"
    return path.removeprefix("Environment.Variables.")


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping) and "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return _tail(separator.join(_shown(part) for part in parts))
    if isinstance(value, list):
        return ", ".join(_shown(one) for one in value)
    if isinstance(value, Mapping) and _worked_out(value):
        inner = next(iter(value.values()))
        name = ".".join(inner) if isinstance(inner, list) else str(inner)
        return f"<{name.removeprefix('AWS::')}>"
    return str(value)


def _tail(arn: str) -> str:
    """Of an ARN, what comes after the account."""
    return arn.split(":", 5)[5] if arn.startswith("arn:") and arn.count(":") >= 5 else arn
