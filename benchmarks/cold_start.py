"""How long a function takes from nothing to its first answer, beside the least that one could do.

A process of its own each time, which has loaded what Lambda's bootstrap loads, and then only sees
the unpacked package and the standard library. Beside it, by turns, one with boto3 as pip installs
it, whose whole work is one GetItem. Both ask DynamoDB Local, and the time is that of the clock on
the wall: what the first caller waits. Each figure is the median of the ratios of the pairs.
"""

import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

from benchmarks.figures import Figure, at_most, information
from functions.background import MODULES
from infrastructure import packages, wheels
from infrastructure.packages import Target
from stamkund import tables
from stamkund.tables import clock, keys
from stamkund.web import messages
from stamkund.web.background import OnRotation, background
from tests.builders import OUTBOX, every_app, http_event
from tests.samples import MEMBER, Club, filled, first_caller, operation, sample, written

BUDGET = 0.75
QUOTE, UNIT = "checkout-quote", "of hello world"
PAIRS, PAIRS_OF_OTHERS, STARTS = 25, 3, 12
PREFIX = "bench-cold"
HELLO = """\
import os
import boto3

dynamodb = boto3.client("dynamodb")

def handler(event, context):
    key = {"pk": {"S": "nobody"}, "sk": {"S": "ACCOUNT"}}
    found = dynamodb.get_item(TableName=os.environ["HELLO_TABLE"], Key=key)
    return {"statusCode": 200, "body": str(found.get("Item"))}
"""
# What awslambdaric 4.2 imports, before it imports the function.
_STARTED = """
import decimal, enum, importlib, json, logging, math, os, sys, time, traceback
asked = json.load(sys.stdin)
sys.path.insert(0, asked["folder"])
class Context:
    aws_request_id = "first"
    function_name = "measured"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:eu-north-1:000000000000:function:measured"
    def get_remaining_time_in_millis(self): return 30000
before, busy = time.perf_counter(), time.process_time()
module, _, name = asked["handler"].rpartition(".")
handler = getattr(importlib.import_module(module), name)
answer = handler(asked["event"], Context())
after, busy = time.perf_counter() - before, time.process_time() - busy
print(json.dumps([after, busy, (answer or {}).get("statusCode", 200)]), file=sys.stderr)
"""


def figures() -> list[Figure]:
    with TemporaryDirectory() as folder:
        here = Path(folder)
        _packages(here)
        hello = {"folder": str(_hello(here)), "handler": "hello.handler", "event": {}}
        return [
            figure
            for name, asked in _first_calls(here)
            for figure in _measured(name, _ratios(hello, asked, _pairs(name)))
        ]


def starts(names: Collection[str]) -> dict[str, float]:
    """Of these functions, the processor's time until the first answer, in milliseconds: of the
    quietest of some starts, as what others do meanwhile only adds to it."""
    with TemporaryDirectory() as folder:
        here = Path(folder)
        _packages(here)
        return {
            name: round(min(_once(asked)[1] for _ in range(STARTS)) * 1000, 1)
            for name, asked in _first_calls(here)
            if name in names
        }


def _pairs(name: str) -> int:
    return PAIRS if name == QUOTE else PAIRS_OF_OTHERS


def _measured(name: str, ratios: tuple[float, float]) -> Iterator[Figure]:
    what, (wall, busy) = f"cold start of {name}", ratios
    if name == QUOTE:
        yield at_most(BUDGET, what, wall, UNIT)
        yield information(f"{what}, processor time", busy, UNIT)
    else:
        yield information(what, wall, UNIT)


def _packages(here: Path) -> None:
    runtime = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for package in packages.build(Target(runtime, wheels.HERE), here / "packages"):
        with ZipFile(package) as archive:
            archive.extractall(here / package.stem)


def _hello(here: Path) -> Path:
    """Plain boto3, as `pip install --target` leaves it: whole, with bytecode."""
    folder = here / "hello"
    constraints = packages.ROOT / "constraints.txt"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(folder)]
    subprocess.run([*pip, "--constraint", str(constraints), "boto3"], check=True)
    (folder / "hello.py").write_text(HELLO)
    return folder


def _first_calls(here: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Whoever nobody calls, while there is one shop with one member; then every endpoint, with its
    sample, but for those that send to people: there is nobody here to send by."""
    tables.connect(PREFIX, real_time=clock.utc_now)
    tables.create_all()
    messages.use(OUTBOX.append)
    club = Club()
    club.run("programme/publish_programme")
    for one in map(background, MODULES):
        domain = one.module.split(".")[1]
        if not isinstance(one.trigger, OnRotation):
            yield f"{domain}-{one.name}", _asked(here, domain, one.name, _entries_of(club.shop.id))
    senders = {
        f"{app.domain}/{one.name}" for app in every_app() for one in app.endpoints if one.sends
    }
    for name in sorted({*written()} - senders):
        domain, _, endpoint = name.partition("/")
        yield f"{domain}-{endpoint}", _asked(here, domain, endpoint, _event_of(name))


def _entries_of(shop: str) -> dict[str, Any]:
    """What the stream brings; who runs by the time does not look at it."""
    image = {"pk": {"S": keys.of(shop, MEMBER)}, "kind": {"S": "earn"}}
    change = {"NewImage": image, "SequenceNumber": "1", "Keys": {"pk": image["pk"]}}
    record = {"eventSource": "aws:dynamodb", "eventName": "INSERT", "dynamodb": change}
    return {"Records": [record]}


def _asked(here: Path, domain: str, function: str, event: dict[str, Any]) -> dict[str, Any]:
    handler = f"functions.start.{domain}-{function}"
    return {"folder": str(here / domain), "handler": handler, "event": event}


def _event_of(name: str) -> dict[str, Any]:
    """In a club in which all has happened that comes before; only who asks for the clock needs a
    sandbox, which costs a read more."""
    club = Club(sandbox=name.endswith("_clock"))
    given, one = sample(name), operation(name)
    club.come_first(name)
    caller = given.as_ or first_caller(one, given)
    credential = club.shop.credential(MEMBER if caller == "member" else caller)
    headers = {**given.headers, **credential}
    event = http_event(one.method, filled(one, given), club.body(name), headers)
    path = {name: str(value) for name, value in given.path.items()}
    return {**event, "routeKey": f"{one.method} {one.path}", "pathParameters": path}


def _ratios(hello: dict[str, Any], asked: dict[str, Any], pairs: int) -> tuple[float, float]:
    wall, busy = [], []
    for _ in range(pairs):
        plain, ours = _once(hello), _once(asked)
        wall.append(ours[0] / plain[0])
        busy.append(ours[1] / plain[1])
    return median(wall), median(busy)


def _once(asked: dict[str, Any]) -> list[float]:
    surroundings = {
        **os.environ,
        "HELLO_TABLE": f"{PREFIX}-accounts",
        "STAMKUND_PICTURES": "pictures",
        "STAMKUND_TABLE_PREFIX": PREFIX,
        "LAMBDA_TASK_ROOT": asked["folder"],
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _STARTED],
        input=json.dumps(asked),
        text=True,
        capture_output=True,
        env=surroundings,
        check=False,
    )
    assert not done.returncode, f"{asked['handler']}\n{done.stderr}"
    wall, busy, status = json.loads(done.stderr.splitlines()[-1])
    assert status < 500, (asked["handler"], status, done.stdout)
    return [wall, busy]
