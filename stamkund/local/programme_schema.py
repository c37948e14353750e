"""Prints the programme file's JSON Schema, for editors that complete and check while one types:
`python -m stamkund.local.programme_schema > docs/programme.schema.json`.
"""

import json
from typing import Any

import msgspec

from stamkund.rules.programme_file import ProgrammeFile

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def programme_schema() -> dict[str, Any]:
    return {
        "$schema": DRAFT,
        "title": "A stamkund programme file",
        **msgspec.json.schema(ProgrammeFile),
    }


def as_text() -> str:
    return json.dumps(programme_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(as_text(), end="")
