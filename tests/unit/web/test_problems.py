import re

import pytest

from stamkund.rules.errors import Refused
from stamkund.web.problems import PROBLEMS, headers_of, problem_of
from tests.builders import ROOT

SOURCES = [
    path for folder in ("functions", "stamkund") for path in sorted((ROOT / folder).rglob("*.py"))
]


def test_every_refusal_in_the_code_has_a_status_and_a_title() -> None:
    raised = {
        code for path in SOURCES for code in re.findall(r'Refused\(\s*"(\w+)"', path.read_text())
    }
    assert raised - PROBLEMS.keys() == set()


@pytest.mark.parametrize("code", PROBLEMS)
def test_a_problem_has_a_client_error_or_is_ours(code: str) -> None:
    status, title = PROBLEMS[code]
    assert 400 <= status < 500 or code in {"unexpected", "busy", "not_sent"}
    assert title == title.strip().rstrip(".")


def test_mistakes_stand_beside_the_parameters() -> None:
    problem = problem_of(Refused("programme_invalid", mistakes=[], detail="d", x=1), "r", "sv")
    assert (problem.mistakes, problem.detail, problem.params) == ([], "d", {"x": 1})


def test_only_what_passes_by_itself_says_when_to_try_again() -> None:
    waits = {
        code
        for code in PROBLEMS
        if "Retry-After" in headers_of(problem_of(Refused(code), "r", "sv"))
    }
    assert waits == {"busy", "not_sent", "too_many_attempts"}
