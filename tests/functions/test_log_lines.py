"""What is written about each request: enough to find it again, and nobody's name."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError
from msgspec.structs import asdict
from pynamodb.exceptions import GetError

from functions.checkout import reverse_unconfirmed
from functions.members import recalculate_tier, review_accounts
from stamkund import tables
from stamkund.local.invocation import Context
from stamkund.tables import cache, keys
from stamkund.web.metrics import Metric
from stamkund.web.runs import running
from tests.builders import ROOT, Clock
from tests.emf import assert_emf
from tests.samples import JONAS, Club, sample, written
from tests.watching import Line, Log, metrics_of, watched

EACH = pytest.mark.parametrize("name", written())
ALWAYS = {
    "level", "message", "timestamp", "service", "endpoint", "request_id", "status", "outcome",
    "duration_ms", "calls", "retries", "database_ms", "read_units", "write_units",
}  # fmt: skip
KNOWN_CALLER = {"shop", "caller", "key"}
PERSONAL = {
    "first_name", "last_name", "email", "phone", "customer_id", "card_number", "number",
    "token", "quote", "payload", "qr", "svg", "proof",
}  # fmt: skip


def personal(value: Any, name: str = "") -> Iterator[str]:
    """Every text under a name that is personal, or is a credential, wherever it lies."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from personal(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from personal(inner, name)
    elif isinstance(value, str) and name in PERSONAL:
        yield value


def used_in(club: Club, name: str) -> set[str]:
    """In the bodies and the answers of all that happened in this club."""
    happened = {name, *club.answers}
    texts = [answer.json for answer in club.answers.values() if answer.text]
    bodies = [club.body(each) for each in happened]
    keys = list(club.shop.keys.values())
    jonas = {key: value for key, value in asdict(JONAS).items() if key in PERSONAL}
    found = {*personal([texts, bodies, jonas]), *keys, *(key.rpartition(".")[2] for key in keys)}
    return {text for text in found if text and text != "..."}


def assert_nobody_in(log: Log, names: set[str]) -> None:
    """A short one may be part of a number, and is looked for by itself."""
    said = {str(value) for line in log.lines for value in line.values()}
    written_out = json.dumps(log.lines, ensure_ascii=False)
    found = {name for name in names if name in said or (len(name) > 4 and name in written_out)}
    assert not found


@contextmanager
def broken() -> Iterator[None]:
    """Every call fails in the words of whoever made it."""

    def fail(params: dict[str, Any], **_: object) -> None:
        raise ValueError(json.dumps(params, default=str))

    events = tables.client().client.meta.events
    events.register("before-parameter-build.dynamodb", fail, unique_id="broken")
    try:
        yield
    finally:
        events.unregister("before-parameter-build.dynamodb", unique_id="broken")


@EACH
def test_a_request_is_one_line_with_nobody_in_it(time: Clock, name: str) -> None:
    club = Club()
    with watched() as log:
        club.run(name)
    assert len(log.lines) == len(club.answers)
    assert_nobody_in(log, used_in(club, name))
    line = log.last
    assert line["endpoint"] == name.partition("/")[2]
    assert line.keys() - {"_aws", "stage", *Metric} == ALWAYS | KNOWN_CALLER
    assert line["outcome"] == "done"
    assert line["request_id"] == club.answers[name].headers["x-request-id"]
    for counted in log.documents:
        assert_emf(counted)
        assert metrics_of(counted)
        assert counted["stage"] == "test"


@EACH
def test_a_request_that_breaks_is_one_line_with_nobody_in_it(time: Clock, name: str) -> None:
    club = Club()
    with watched() as log:
        for earlier in sample(name).after:
            club.run(earlier)
        cache.forget()
        with broken():
            answer = club.send(name)
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


def test_stream_and_timed_functions_have_a_line_each_with_nobody_in_it(time: Clock) -> None:
    club = Club(sandbox=False)
    club.run("checkout/commit")
    time.advance(days=1)
    image = {"pk": {"S": keys.of(club.shop.id, club.member)}, "kind": {"S": "earn"}}
    record = {"eventID": "1", "dynamodb": {"SequenceNumber": "1", "NewImage": image}}
    with watched() as log:
        recalculate_tier.handler({"Records": [record]}, Context("stream"))  # type: ignore[arg-type]
        reverse_unconfirmed.handler({}, Context("timed"))
        review_accounts.handler({}, Context("timed"))
        with broken():
            recalculate_tier.handler({"Records": [record]}, Context("stream"))  # type: ignore[arg-type]
    assert_nobody_in(log, used_in(club, "checkout/commit"))
    assert [line["message"] for line in log.lines] == ["run", "run", "run", "failed", "run"]
    stream, reverse, review, _, failed = log.lines
    assert (stream["function"], stream["looked_at"], stream["failed"]) == ("recalculate_tier", 1, 0)
    assert reverse["looked_at"] >= reverse["changed"] >= 1
    assert reverse["lag_s"] > 3600
    assert review["function"] == "review_accounts"
    assert (failed["failed"], failed["outcome"]) == (1, "failures")
    assert stream["read_units"] > 0


def test_the_lag_of_a_batch_is_that_of_its_oldest_record(time: Clock) -> None:
    from time import time as on_the_wall

    def record(number: int, age: int) -> dict[str, Any]:
        written_at = {"ApproximateCreationDateTime": on_the_wall() - age}
        return {"eventID": str(number), "dynamodb": {"SequenceNumber": str(number), **written_at}}

    with watched() as log:
        records = [record(1, 30), record(2, 90), record(3, 1)]
        recalculate_tier.handler({"Records": records}, Context("stream"))  # type: ignore[arg-type]
    assert log.last["looked_at"] == 3
    assert 90 <= log.last["lag_s"] < 120


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


def test_every_field_of_every_line_is_documented_and_every_documented_field_is_used(
    time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-2-3;Parent=4;Sampled=1")
    club = Club(sandbox=False)
    with watched() as log:
        a_promise_is_broken(club)
        with broken():
            club.send("checkout/quote")
        time.advance(days=1)
        reverse_unconfirmed.handler({}, Context("timed"))
        for function in (reverse_unconfirmed, review_accounts):
            with broken(), pytest.raises(ValueError, match="TableName"):
                function.handler({}, Context("timed"))
        with running("members", "any", Context("timed")) as run:
            run.failed_on(GetError(cause=throttled()), shop="s", member="m", order="o", record="r")
    seen = {(line["message"], field) for line in log.lines for field in line}
    counted = {(message, metric) for message in ("request", "run") for metric in Metric}
    assert seen - counted == documented_fields() - {("request", "cause"), ("run", "cause")}


def a_promise_is_broken(club: Club) -> None:
    """As another order uses the voucher first."""
    club.run("checkout/quote")
    body = {**club.body("checkout/commit"), "quote": with_voucher(club)}
    other = {**body, "quote": with_voucher(club), "order_id": "another"}
    assert club.send("checkout/commit", body=body).status == 201
    assert club.send("checkout/commit", body=other).code == "voucher_not_open"


def with_voucher(club: Club) -> str:
    answer = club.send("checkout/quote", body={**club.body("checkout/quote"), "vouchers": ["v1"]})
    return str(answer.json["quote"])


def throttled() -> ClientError:
    return ClientError({"Error": {"Code": "ThrottlingException"}}, "GetItem")


def documented_fields() -> set[tuple[str, str]]:
    """Of which line, and its name."""
    text = (ROOT / "docs/operations.md").read_text()
    table = text.partition("## Logs")[2].partition("\n\nBodies")[0]
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| ([\w, ]+) \|", table, re.MULTILINE)
    every = "request, run, failed"
    return {
        (message, name)
        for names, messages in rows
        for name in re.findall(r"\w+", names)
        for message in re.findall(r"\w+", every if messages == "all" else messages)
    }
