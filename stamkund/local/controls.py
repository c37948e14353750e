"""What only a laptop has, under /_local/: health, timed jobs at will, waiting for the stream."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from stamkund.local.invocation import Context, Handler

_PATIENCE = 30.0


class Controls:
    def __init__(
        self, jobs: Mapping[str, Handler], settle: Callable[[float], bool], database: str = ""
    ) -> None:
        """`database`: where a command finds it that is about this club."""
        self._jobs = jobs
        self._settle = settle
        self._database = database

    def answer(self, method: str, path: str) -> dict[str, Any]:
        match method, path.split("/"):
            case "GET", ["health"]:
                jobs = sorted(self._jobs)
                return _json(200, {"status": "ok", "jobs": jobs, "database": self._database})
            case "POST", ["settle"]:
                settled = self._settle(_PATIENCE)
                return _json(200 if settled else 503, {"settled": settled})
            case "POST", ["jobs", name] if name in self._jobs:
                return _json(200, {"job": name, "result": run(name, self._jobs[name])})
            case _:
                return _json(404, {"code": "not_found", "jobs": sorted(self._jobs)})


def run(name: str, job: Handler) -> Any:
    """Calls a timed function as EventBridge's scheduler would."""
    event = {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "resources": [],
        "detail": {},
    }
    return job(event, Context(name))


def _json(status: int, body: Mapping[str, Any]) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    return {"statusCode": status, "headers": headers, "body": json.dumps(body)}
