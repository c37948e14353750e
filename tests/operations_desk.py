"""An operator to test with: `told("shop", "add", "nord")` is what the command prints."""

import json
from typing import Any

import pytest

from stamkund.operations.__main__ import main


class Desk:
    """Runs commands in this process, connected as the test is."""

    def __init__(self, printed: pytest.CaptureFixture[str]) -> None:
        self._printed = printed
        self.said = ""

    def __call__(self, *words: str) -> Any:
        """What it answers, which has to be no refusal."""
        status, answer = self._run(words)
        assert status == 0, self.said
        return json.loads(answer) if answer else None

    def tries(self, *words: str) -> None:
        """Whatever comes of it."""
        self._run(words)

    def refusal(self, *words: str) -> str:
        """Why it does not do it."""
        status, answer = self._run(words)
        assert (status, answer) == (1, "")
        return self.said

    def _run(self, words: tuple[str, ...]) -> tuple[int, str]:
        self._printed.readouterr()  # what others have said before
        status = main(words)
        answer, self.said = self._printed.readouterr()
        return status, answer
