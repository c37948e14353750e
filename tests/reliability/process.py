"""A process of the club, as far as secrets go: it does what a line of its input says, at the time
that the line says, and answers with a line. What it knows of the secret is its own affair.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stamkund.tables import clock
from stamkund.web import secrets, sessions


class Process:
    """Another process, from outside."""

    def __init__(self, around: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.process"],
            env={**os.environ, **around},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def sign(self, now: datetime) -> dict[str, str]:
        """A quote and a session."""
        return dict(self._ask(now, {}))

    def believes(self, signed: Mapping[str, str], now: datetime) -> bool:
        return bool(self._ask(now, signed))

    def _ask(self, now: datetime, signed: Mapping[str, str]) -> Any:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([now.isoformat(), signed]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def end(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def _answer(signed: dict[str, str]) -> Any:
    if not signed:
        session = sessions.issue("nord", "m1").token
        return {"quote": secrets.seal(b"?", "quote"), "session": session}
    checks = {"quote": _opens, "session": sessions.verify}
    return all(checks[kind](token) for kind, token in signed.items())


def _opens(token: str) -> bool:
    return secrets.unseal(token, "quote") == b"?"


def _serve() -> None:
    for line in sys.stdin:
        now, signed = json.loads(line)
        moment = datetime.fromisoformat(now)
        clock.use(lambda moment=moment: moment)  # type: ignore[misc]
        sys.stdout.write(json.dumps(_answer(signed)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
