"""The file of records that the stream's function could not do: the pump adds, a command removes."""

import fcntl
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class DeadLetters:
    """A record a line. Two processes may be at it, and either may be killed."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def add(self, record: dict[str, Any]) -> None:
        with self._held(), self._file.open("a") as letters:
            letters.write(json.dumps(record) + "\n")

    def lines(self) -> list[str]:
        return self._file.read_text().splitlines() if self._file.exists() else []

    def remove(self, done: Collection[str]) -> None:
        with self._held():
            left = [line for line in self.lines() if line not in done]
            fresh = self._file.with_suffix(".new")
            fresh.write_text("".join(f"{line}\n" for line in left))
            fresh.replace(self._file)

    @contextmanager
    def _held(self) -> Iterator[None]:
        with self._file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
