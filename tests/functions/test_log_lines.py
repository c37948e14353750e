"""What is written about each request: enough to find it again, and nobody's name."""

import json

import pytest

from stamkund.tables import cache
from stamkund.web.metrics import Metric
from tests.builders import Clock
from tests.emf import assert_emf
from tests.nobody import assert_nobody_in, broken, used_in
from tests.samples import JONAS, Club, written
from tests.watching import Line, Log, metrics_of, watched

EACH = pytest.mark.parametrize("name", written())
ALWAYS = {
    "level", "message", "timestamp", "service", "endpoint", "request_id", "status", "outcome",
    "duration_ms", "calls", "retries", "database_ms", "read_units", "write_units",
}  # fmt: skip
KNOWN_CALLER = {"shop", "caller", "key"}
OF_SOME = {"left"}  # whom a restore would bring back


@EACH
def test_a_request_is_one_line_with_nobody_in_it(time: Clock, name: str) -> None:
    club = Club()
    with watched() as log:
        club.run(name)
    assert len(log.lines) == len(club.answers) + club.beside
    assert_nobody_in(log, used_in(club, name))
    line = log.last
    assert line["endpoint"] == name.partition("/")[2]
    assert line.keys() - {"_aws", "stage", *Metric, *OF_SOME} == ALWAYS | KNOWN_CALLER
    # What a sample says may have been so before.
    again = "idempotent-replayed" in club.answers[name].headers
    assert line["outcome"] == ("replayed" if again else "done")
    assert line["request_id"] == club.answers[name].headers["x-request-id"]
    for counted in log.documents:
        assert_emf(counted)
        assert metrics_of(counted)
        assert counted["stage"] == "test"


@EACH
def test_a_request_that_breaks_is_one_line_with_nobody_in_it(time: Clock, name: str) -> None:
    club = Club()
    with watched() as log:
        club.come_first(name)
        cache.forget()
        body = club.body(name)
        with broken():
            answer = club.send(name, body=body)
    assert answer.code == "unexpected"
    assert_nobody_in(log, used_in(club, name))
    line = log.last
    assert (line["level"], line["outcome"], line["error"]) == ("ERROR", "fault", "ValueError")
    assert log.counted(Metric.FAILURES) == 1


def test_a_name_in_the_log_would_be_found() -> None:
    log = Log()
    log.stream.write(json.dumps({"message": f"{JONAS.email} called"}) + "\n")
    with pytest.raises(AssertionError):
        assert_nobody_in(log, {JONAS.email})
    with pytest.raises(AssertionError):
        assert_nobody_in(log, {f"{JONAS.email} called"})


def refused(line: Line) -> tuple[int, str, str]:
    return line["status"], line["outcome"], line["code"]


def test_a_refusal_says_which(time: Clock) -> None:
    club = Club()
    club.run("checkout/quote")
    with watched() as log:
        club.shop.call("GET", "/v1/members/nobody/card")
        club.shop.call("GET", "/v1/members/nobody/card", as_="nobody")
        club.shop.call("GET", "/v1/nothing")
    found, stranger, unknown = log.lines
    assert refused(found) == (404, "refused", "member_not_found")
    assert refused(stranger) == (401, "refused", "unauthenticated")
    assert refused(unknown) == (404, "refused", "not_found")
    assert "shop" not in stranger
    assert "endpoint" not in unknown
    assert log.documents == []


def test_a_repeat_is_said_to_be_one_and_counts_nothing(time: Clock) -> None:
    club = Club()
    club.run("checkout/commit")
    with watched() as log:
        club.send("checkout/commit")
        club.send("members/enrol")
    commit, enrol = log.lines
    assert (commit["outcome"], commit["status"]) == ("replayed", 200)
    assert "_aws" not in commit
    assert metrics_of(enrol)[Metric.POINTS_ISSUED] == enrol.get("PointsIssued", 0)
