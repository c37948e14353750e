"""What the embedded metric format demands, written down from its specification.

"CloudWatch embedded metric format: specification" has the structure of a document, its limits, and
what a reader may ignore; what no schema can say is asserted beside it.
"""

import json
from time import time
from typing import Any

from jsonschema import Draft202012Validator

UNITS = [
    "Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes",
    "Terabytes", "Bits", "Kilobits", "Megabits", "Gigabits", "Terabits", "Percent", "Count",
    "Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second", "Terabytes/Second",
    "Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second",
    "Count/Second", "None",
]  # fmt: skip


def text(longest: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": longest}


DEFINITION = {
    "type": "object",
    "required": ["Name"],
    "additionalProperties": False,
    "properties": {
        "Name": text(1024),
        "Unit": {"enum": UNITS},
        "StorageResolution": {"enum": [1, 60]},
    },
}
DIRECTIVE = {
    "type": "object",
    "required": ["Namespace", "Dimensions", "Metrics"],
    "additionalProperties": False,
    "properties": {
        "Namespace": {**text(1024), "pattern": r"^[^:].*$"},
        "Dimensions": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "array", "maxItems": 30, "items": text(250)},
        },
        "Metrics": {"type": "array", "minItems": 1, "maxItems": 100, "items": DEFINITION},
    },
}
DOCUMENT = {
    "type": "object",
    "required": ["_aws"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "properties": {
                "Timestamp": {"type": "integer"},
                "CloudWatchMetrics": {"type": "array", "items": DIRECTIVE},
            },
        }
    },
}
LARGEST = 256 * 1024
DAYS_BACK, HOURS_AHEAD = 14, 2


def assert_emf(line: dict[str, Any]) -> None:
    Draft202012Validator(DOCUMENT).validate(line)
    assert len(json.dumps(line).encode()) <= LARGEST
    age = time() - line["_aws"]["Timestamp"] / 1000
    assert -HOURS_AHEAD * 3600 < age < DAYS_BACK * 86400
    for directive in line["_aws"]["CloudWatchMetrics"]:
        _assert_targets(line, directive)


def _assert_targets(line: dict[str, Any], directive: dict[str, Any]) -> None:
    """What a directive names is a member of the root: dimensions are text, metrics are numbers."""
    for dimension in (name for names in directive["Dimensions"] for name in names):
        assert isinstance(line[dimension], str)
        assert 0 < len(line[dimension]) <= 1024
    names = [metric["Name"] for metric in directive["Metrics"]]
    assert len(names) == len(set(names))
    for name in names:
        assert type(line[name]) in {int, float}
