"""What stream and timed functions write, and that the guide to operations knows every field."""

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pynamodb.exceptions import GetError

from functions.checkout import reverse_unconfirmed
from functions.members import recalculate_tier, review_accounts
from stamkund.local.invocation import Context
from stamkund.tables import keys
from stamkund.web.metrics import Metric
from stamkund.web.runs import running
from tests.builders import ROOT, Clock
from tests.nobody import assert_nobody_in, broken, used_in
from tests.samples import Club
from tests.watching import watched


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
    stream, reverse, review, one, failed = log.lines
    assert (stream["function"], stream["looked_at"], stream["failed"]) == ("recalculate_tier", 1, 0)
    assert reverse["looked_at"] >= reverse["changed"] >= 1
    assert reverse["lag_s"] > 3600
    assert review["function"] == "review_accounts"
    assert (failed["failed"], failed["outcome"]) == (1, "failures")
    assert (one["shop"], one["member"], one["record"]) == (club.shop.id, club.member, "1")
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
            ids = {
                "shop": "s",
                "member": "m",
                "order": "o",
                "thread_id": "t",
                "record": "r",
                "announcement": "a",
                "part": "1",
            }
            ids |= {"module_of_page": "card"}
            run.failed_on(GetError(cause=throttled()), **ids)
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
