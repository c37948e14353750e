"""The club that is driven: DynamoDB Local in memory, gateways and the stream's reader each in a
process of their own, one shop with its members."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from stamkund.local import dynamodb
from stamkund.local.dynamodb import Database
from stamkund.local.home import REPOSITORY, Home
from stamkund.local.replay.till import Till
from stamkund.local.run import prepare
from stamkund.local.seed import PROGRAMME
from stamkund.rules.programme import Programme
from stamkund.tables import programmes, shops
from stamkund.tables.clock import real_time

SHOP = "campaign"
GATEWAY, READER = "stamkund.local.replay.serve", "benchmarks.load.reader"


class Stack(Struct, frozen=True):
    urls: Sequence[str]
    key: str
    reader: "Reader"


class Reader:
    """The process that reads the stream."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def settle(self) -> bool:
        """Waits until all that was written by now has been looked at."""
        return _asked(self._process, "settle\n") == "settled"


@contextmanager
def started(folder: Path, gateways: int, given: Database | None = None) -> Iterator[Stack]:
    with ExitStack() as closing:
        database = given or closing.enter_context(
            dynamodb.start_dynamodb_local(folder, in_memory=True)
        )
        prepare(Home(folder), database)
        key = _shop()
        urls = [closing.enter_context(_gateway()) for _ in range(gateways)]
        yield Stack(urls, key, closing.enter_context(_reader(folder)))


def _shop() -> str:
    """What is earned can be spent at once: a campaign in which nobody pays with points would
    leave out the half of it that can go wrong."""
    shops.add_shop(SHOP)
    programme = msgspec.yaml.decode(PROGRAMME.read_bytes(), type=Programme)
    assert programme.points
    points = replace(programme.points, pending_days=0)
    programmes.publish(SHOP, replace(programme, points=points), "load", real_time())
    return shops.add_key(SHOP, "shop", label="load")


def joined(stack: Stack, members: int) -> list[str]:
    """Customer ids of so many who have joined."""
    till = Till(stack.urls[0], stack.key)
    customers = [f"customer-{n}" for n in range(members)]
    for customer in customers:
        till.tell("POST", "/v1/members", {"customer_id": customer})
    return customers


@contextmanager
def _gateway() -> Iterator[str]:
    with _process(GATEWAY) as process:
        yield _said(process)


@contextmanager
def _reader(folder: Path) -> Iterator[Reader]:
    with _process(READER, str(folder)) as process:
        assert _said(process) == "reading"
        yield Reader(process)


@contextmanager
def _process(module: str, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Ends when its standard input does, however we end."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        env=os.environ.copy(),
        start_new_session=True,
        text=True,
    )
    try:
        yield process
    finally:
        assert process.stdin
        process.stdin.close()
        process.wait()


def _asked(process: "subprocess.Popen[str]", question: str) -> str:
    assert process.stdin
    process.stdin.write(question)
    process.stdin.flush()
    return _said(process)


def _said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    return process.stdout.readline().strip()
