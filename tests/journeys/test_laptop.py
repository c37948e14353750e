"""The parts of the laptop against the real thing: sockets, processes, DynamoDB Local."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import boto3
import msgspec
import pytest
import requests

from stamkund.local import dynamodb, tools
from stamkund.local.controls import Controls
from stamkund.local.dynamodb import Database
from stamkund.local.gateway import Gateway
from stamkund.local.pump import Pump
from stamkund.local.server import Server
from stamkund.local.stream import stream_of
from stamkund.web.app import build_app
from stamkund.web.endpoint import endpoint


class Note(msgspec.Struct, forbid_unknown_fields=True):
    text: str


@endpoint("POST", "/v1/notes/{name}", caller=[], access={})
def note(name: str, request: Note) -> Note:
    time.sleep(0.001)  # let the others in
    return Note(f"{name} {request.text}")


@pytest.fixture
def url() -> Iterator[str]:
    """A gateway on a port, in front of `note`."""
    gateway = Gateway([lambda: build_app("notes", note)], Controls({}, lambda _: True))
    server = Server(gateway, 0)
    thread = Thread(target=server.run)
    thread.start()
    yield server.url
    server.stop()
    thread.join()


def test_requests_side_by_side_do_not_meet(url: str) -> None:
    def ask(number: int) -> bool:
        answer = requests.post(f"{url}/v1/notes/n{number}", json={"text": str(number)}, timeout=5)
        return bool(answer.json() == {"text": f"n{number} {number}"})

    with ThreadPoolExecutor(16) as callers:
        assert all(callers.map(ask, range(300)))


def test_hundreds_of_browsers_keep_their_connection_and_are_answered(url: str) -> None:
    with ExitStack() as browsers:
        for number in range(300):
            browser = browsers.enter_context(requests.Session())
            answer = browser.post(f"{url}/v1/notes/n{number}", json={"text": "a"}, timeout=5)
            assert answer.json() == {"text": f"n{number} a"}


@pytest.mark.parametrize("chunked", [False, True])
def test_fifty_megabytes_are_refused_with_a_problem_document(url: str, chunked: bool) -> None:
    body = b'{"text":"' + b"x" * 50 * 1024 * 1024 + b'"}'
    pieces = (body[at : at + 2**16] for at in range(0, len(body), 2**16))
    sent: Any = pieces if chunked else body
    headers = {"content-type": "application/json"}
    answer = requests.post(f"{url}/v1/notes/a", data=sent, headers=headers, timeout=30)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_nesting_a_hundred_thousand_deep_is_refused(url: str) -> None:
    deep = b'{"text":' + b"[" * 30_000 + b"]" * 30_000 + b"}"
    answer = requests.post(f"{url}/v1/notes/a", data=deep, timeout=5)
    assert (answer.status_code, answer.json()["code"]) == (400, "body_too_deep")


@contextmanager
def a_table(database: Database) -> Iterator[tuple[Any, str]]:
    """A table with a stream; botocore's client for it, and its name."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in database.settings().items():
            patch.setenv(name, value)
        table, client = f"laptop-{uuid4().hex[:8]}", boto3.client("dynamodb")
        create(client, table)
        yield client, table
        client.delete_table(TableName=table)


def test_the_pump_delivers_within_a_second(database: Database) -> None:
    arrived: dict[str, float] = {}
    written: dict[str, float] = {}

    def function(event: dict[str, Any], _: Any) -> None:
        for record in event["Records"]:
            arrived[record["dynamodb"]["Keys"]["pk"]["S"]] = time.monotonic()

    with a_table(database) as (client, table):
        pump = Pump(boto3.client("dynamodbstreams"), stream_of(table, client), function)
        stop = Event()
        runner = Thread(target=pump.run, args=(stop,))
        runner.start()
        for number in range(20):
            client.put_item(TableName=table, Item={"pk": {"S": str(number)}})
            written[str(number)] = time.monotonic()
            time.sleep(0.02)
        assert pump.settle(10)
        stop.set()
        runner.join()
    late = sorted(arrived[item] - written[item] for item in written)
    assert late[len(late) // 2] < 1


def test_what_was_kept_is_found_after_a_restart(tmp_path: Path) -> None:
    for expected in ([], ["kept"]):
        with dynamodb.start_dynamodb_local(tmp_path) as database:
            client = a_client(database)
            assert client.list_tables()["TableNames"] == expected
            if not expected:
                create(client, "kept")
    assert database.keeps


def test_the_database_goes_when_its_parent_is_killed(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    endpoint = parent.stdout.readline().strip()
    assert requests.get(endpoint, timeout=5).status_code == 400
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    # The lock is free when the keeper has seen the server end.
    with dynamodb.start_dynamodb_local(tmp_path):
        assert not answers(endpoint)


PARENT = """
import sys, time
from pathlib import Path
from stamkund.local import dynamodb, tools
print(dynamodb.start_dynamodb_local(Path(sys.argv[1])).endpoint, flush=True)
time.sleep(60)
"""


def test_without_dynamodb_local_moto_stands_in_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DYNAMODB_LOCAL_JAR", str(tmp_path / "nowhere"))
    with dynamodb.start(tmp_path) as database:
        assert a_client(database).list_tables()["TableNames"] == []
    assert not database.keeps
    assert "NOTHING IS KEPT" in capsys.readouterr().err


def test_a_jar_that_is_given_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYNAMODB_LOCAL_JAR", str(tools.dynamodb_local()))
    with dynamodb.start_dynamodb_local(tmp_path, in_memory=True) as database:
        assert a_client(database).list_tables()["TableNames"] == []


def test_a_database_that_is_given_is_used_and_left_running(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", database.endpoint)
    with dynamodb.start(tmp_path) as given:
        assert given.endpoint == database.endpoint
    assert answers(database.endpoint)


def test_a_server_that_cannot_start_leaves_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "DynamoDBLocal.jar").write_text("no jar at all")
    monkeypatch.setenv("DYNAMODB_LOCAL_JAR", str(tmp_path))
    with pytest.raises(dynamodb.DidNotStart, match="jarfile"):
        dynamodb.start_dynamodb_local(tmp_path)


def a_client(database: Database) -> Any:
    settings = database.settings()
    return boto3.client(
        "dynamodb",
        endpoint_url=database.endpoint,
        region_name=settings["AWS_DEFAULT_REGION"],
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )


def create(client: Any, table: str) -> None:
    client.create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )


def answers(endpoint: str) -> bool:
    try:
        requests.get(endpoint, timeout=5)
    except requests.ConnectionError:
        return False
    return True
