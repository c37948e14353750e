"""What a stage is: everything that operations decide, in one file each, checked before anything.

The description of each key becomes docs/stages.md.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from msgspec import Meta, Struct, convert

from functions.programme import plain_yaml
from functions.programme.mistakes import Reading
from stamkund.rules.errors import Refused
from stamkund.rules.login import Country

LONGEST_REQUEST = 29
FOLDER = Path(__file__).parent / "stages"

LogDays = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653]
Runtime = Literal["python3.11", "python3.12", "python3.13", "python3.14"]
NEWEST: str = get_args(Runtime)[-1]
Positive = Annotated[int, Meta(ge=1)]
Text = Annotated[str, Meta(min_length=1)]


class Strict(Struct, frozen=True, forbid_unknown_fields=True):
    """Whatever is not known here is a mistake."""


class FunctionSettings(Strict, frozen=True, kw_only=True):
    """Of one function, or of those that a pattern fits; of several, the last in the file counts."""

    memory: Annotated[
        int,
        Meta(
            ge=128,
            le=10_240,
            description="MB. Lambda gives processor time in proportion: more is often as cheap.",
        ),
    ] = 512
    timeout: Annotated[
        int,
        Meta(
            ge=1,
            le=900,
            description="Seconds until Lambda gives up. Behind HTTP at most 29: the API waits no"
            " longer than 30.",
        ),
    ] = 10
    reserved_concurrency: Annotated[
        Annotated[int, Meta(ge=0)] | None,
        Meta(
            description="At most so many run at once, and nobody else may take their places. null"
            " shares the account's limit; 0 switches the function off.",
        ),
    ] = None
    provisioned_concurrency: Annotated[
        int,
        Meta(ge=0, description="So many are kept started, and paid for, day and night."),
    ] = 0
    snap_start: Annotated[
        bool,
        Meta(
            description="Starts from a snapshot taken at deployment. Not together with provisioned"
            " concurrency.",
        ),
    ] = False
    log_level: Annotated[
        Literal["INFO", "WARNING", "ERROR"],
        Meta(
            description="Of the club's own lines. `INFO` writes one per request, `WARNING` only"
            " what is odd, and what is counted."
        ),
    ] = "INFO"
    system_log_level: Annotated[
        Literal["INFO", "WARN"],
        Meta(
            description="Of Lambda's lines. `WARN` has timeouts and crashes; `INFO` three more for"
            " each invocation, in which stands how much memory it took."
        ),
    ] = "WARN"
    alarm_errors: Annotated[
        int,
        Meta(ge=1, description="Alarm when so many invocations fail within five minutes."),
    ] = 1
    alarm_slow_ms: Annotated[
        int,
        Meta(
            ge=1,
            description="Alarm when one in twenty takes longer than this, in three of three"
            " periods of five minutes.",
        ),
    ] = 3_000
    schedule: Annotated[
        Annotated[str, Meta(pattern=r"^(rate|cron)\(.+\)$")] | None,
        Meta(
            description="Only for a timed function: when it runs, in UTC, instead of when it says"
            " itself. `rate(5 minutes)`, `cron(30 1 * * ? *)`.",
        ),
    ] = None
    settings: Annotated[
        dict[Annotated[str, Meta(pattern="^STAMKUND_[A-Z_]+$")], Text],
        Meta(description="Settings of docs/operations.md for it, by name, as texts in quotes."),
    ] = {}


class Throttle(Strict, frozen=True, kw_only=True):
    """Of one route, or of those that a pattern fits; of several, the last in the file counts."""

    rate: Annotated[
        float,
        Meta(gt=0, description="Requests per second over all callers; what exceeds it gets 429."),
    ] = 100.0
    burst: Annotated[
        int,
        Meta(ge=1, description="So many at once, before `rate` begins to count."),
    ] = 200


class Ceiling(Strict, frozen=True, kw_only=True):
    """Of one table, or of those that a pattern names. Its indexes have the same."""

    reads: Annotated[
        Positive | None,
        Meta(description="At most so many read units per second; beyond it, `busy`."),
    ] = None
    writes: Annotated[
        Positive | None,
        Meta(description="At most so many write units per second; beyond it, `busy`."),
    ] = None


class Retention(Strict, frozen=True, kw_only=True):
    logs: Annotated[LogDays, Meta(description="Days that the functions' log lines are kept.")] = 30
    access_logs: Annotated[
        LogDays,
        Meta(description="Days that access logs are kept, which have addresses in them."),
    ] = 30
    dead_letters: Annotated[
        int,
        Meta(ge=1, le=14, description="Days that a dead letter waits to be looked at."),
    ] = 14
    point_in_time: Annotated[
        int,
        Meta(ge=1, le=35, description="Days back to which any table can be restored."),
    ] = 35


class Domain(Strict, frozen=True, kw_only=True):
    name: Annotated[
        str,
        Meta(
            pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$",
            description="Where the club is reached, such as `club.example.com`. CloudFront answers"
            " there; `origin.` before it is the way to the API behind it.",
        ),
    ]
    zone: Annotated[Text, Meta(description="The zone in Route 53 that `name` lies in.")]
    zone_id: Annotated[
        str,
        Meta(pattern=r"^Z[A-Z0-9]+$", description="Its id; certificates and records go there."),
    ]


class Stream(Strict, frozen=True, kw_only=True):
    batch: Annotated[
        int, Meta(ge=1, le=1000, description="At most so many entries per invocation.")
    ] = 100
    wait_seconds: Annotated[
        int,
        Meta(
            ge=0,
            le=300,
            description="Waits so long for a batch to fill. Invocations become fewer, and what"
            " the function does comes so much later.",
        ),
    ] = 0
    parallel: Annotated[
        int,
        Meta(ge=1, le=10, description="Invocations at once per shard of the stream."),
    ] = 2
    retries: Annotated[
        int,
        Meta(ge=0, le=100, description="Tries again so often, in halves, before a dead letter."),
    ] = 8
    age_hours: Annotated[
        int,
        Meta(ge=1, le=24, description="What is older than this becomes a dead letter too."),
    ] = 6
    alarm_behind_seconds: Annotated[
        Positive, Meta(description="Alarm when the oldest entry not yet read is older than this.")
    ] = 300


class Alarms(Strict, frozen=True, kw_only=True):
    email: Annotated[
        list[Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$")]],
        Meta(description="Who is told. Each address gets a mail to confirm first."),
    ] = []
    failed_percent: Annotated[
        float,
        Meta(gt=0, le=100, description="Alarm when more of all requests than this get a 5xx."),
    ] = 1.0
    failures: Annotated[
        Positive, Meta(description="Alarm when so many faults are logged in five minutes.")
    ] = 5
    throttled: Annotated[
        Positive,
        Meta(
            description="Alarm when so many calls to a table or function are throttled in five"
            " minutes."
        ),
    ] = 10
    promises_broken: Annotated[
        Positive, Meta(description="Alarm when so many promises are not kept within an hour.")
    ] = 1


class Edge(Strict, frozen=True, kw_only=True):
    """CloudFront and its firewall."""

    requests_per_address: Annotated[
        int,
        Meta(
            ge=10,
            le=2_000_000_000,
            description="More requests than this from one address within five minutes are refused.",
        ),
    ] = 2_000
    exchange: Annotated[
        int,
        Meta(
            ge=0,
            description="Raise it by one when CloudFront has to read again what it shows the API.",
        ),
    ] = 0
    trusted_addresses: Annotated[
        list[Annotated[str, Meta(pattern=r"^[0-9.]+/[0-9]{1,2}$")]],
        Meta(description="IPv4 ranges without that limit: the shops' own servers."),
    ] = []


class Messages(Strict, frozen=True, kw_only=True):
    """What is sent to people. Only the function that sends it is told, and may."""

    mail_from: Annotated[
        Annotated[str, Meta(pattern=r"^[^@\s]+@[a-z0-9-]+(\.[a-z0-9-]+)+$")] | None,
        Meta(
            description="The address that codes are mailed from. It, or its domain, is an identity"
            " that SES has verified in `region`. null sends no mail."
        ),
    ] = None
    sms_sender: Annotated[
        # What networks take for a name: at least one letter, and no more than eleven signs.
        Annotated[str, Meta(pattern=r"^(?=.*[A-Za-z])[A-Za-z0-9]{1,11}$")] | None,
        Meta(
            description="The name that text messages come from, of letters and digits, where a"
            " country knows such names. null is a number of AWS's."
        ),
    ] = None
    sms_countries: Annotated[
        list[Country],
        Meta(description="Where text messages may go. Without any, none is sent."),
    ] = []
    sms_monthly_usd: Annotated[
        int,
        Meta(
            ge=0,
            description="Whole dollars that text messages may cost in a month, after which"
            " none is sent.",
        ),
    ] = 1


class Stage(Strict, frozen=True, kw_only=True):
    region: Annotated[
        str,
        Meta(
            pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$",
            description="Where everything is but the edge, which is always in us-east-1.",
        ),
    ]
    account: Annotated[
        Annotated[str, Meta(pattern=r"^[0-9]{12}$")] | None,
        Meta(
            description="The account it belongs in, in quotes. With it, nothing is ever deployed"
            " into another by mistake; null takes that of the credentials."
        ),
    ] = None
    domain: Annotated[
        Domain | None,
        Meta(
            description="Without one there is no CloudFront and no firewall: the API is called at"
            " the address that AWS gives it. Good for a stage that nobody knows."
        ),
    ] = None
    runtime: Annotated[
        Runtime,
        Meta(description="The Python that runs it. Packages are compiled by the same one."),
    ] = "python3.13"
    table_prefix: Annotated[
        Annotated[str, Meta(pattern=r"^[a-zA-Z0-9_.-]{1,200}$")] | None,
        Meta(
            description="Tables are called `<prefix>-accounts`, ... null is `stamkund-<stage>`."
            " Another one after a restore: see docs/cloud.md."
        ),
    ] = None
    protected: Annotated[
        bool,
        Meta(
            description="Tables, keys, secrets and pictures cannot be deleted and outlive the"
            " stacks. Only a stage whose data nobody needs goes without."
        ),
    ] = True
    tracing: Annotated[bool, Meta(description="X-Ray traces of every function.")] = False
    access_log: Annotated[
        bool,
        Meta(
            description="A line of the API for each request, beside that of the function and that"
            " of CloudFront. It alone has what the API itself refuses."
        ),
    ] = True
    allowed_origins: Annotated[
        list[Annotated[str, Meta(pattern=r"^https?://[^/*]+$")]],
        Meta(min_length=1, description="The websites whose pages may call from a browser."),
    ]
    retention: Annotated[Retention, Meta(description="How long what is kept.")] = Retention()
    functions: Annotated[
        dict[Text, FunctionSettings],
        Meta(description='By function, `<domain>-<name>`, or pattern: `"*"`, `checkout-*`.'),
    ]
    throttles: Annotated[
        dict[Text, Throttle],
        Meta(description="By function that answers HTTP, or pattern, as `functions`."),
    ]
    tables: Annotated[
        dict[Text, Ceiling],
        Meta(description="By table, or pattern. What no ceiling is given for has the account's."),
    ] = {}
    streams: Annotated[
        dict[Text, Stream],
        Meta(
            description="By function that reads a stream, or pattern. How what is new in the ledger"
            " or a table reaches it."
        ),
    ] = {}
    at_once: Annotated[
        int,
        Meta(
            ge=2,
            le=1000,
            description="Invocations at once that do what waits in a queue: an announcement is told"
            " in so many parts at a time.",
        ),
    ] = 10
    alarms: Annotated[Alarms, Meta(description="When somebody is told, and who.")] = Alarms()
    edge: Annotated[Edge, Meta(description="What CloudFront's firewall lets through.")] = Edge()
    messages: Annotated[
        Messages, Meta(description="What is sent to people, and what it may cost.")
    ] = Messages()
    rotation_days: Annotated[
        int,
        Meta(ge=2, le=1000, description="Signing keys are replaced every so many days."),
    ] = 90


class WrongStage(Exception):  # noqa: N818 -- it says what is wrong, line by line
    """Each line a path and what is the matter with it."""


@dataclass(frozen=True)
class Known:
    """The names that patterns are for."""

    functions: frozenset[str]
    routes: frozenset[str]
    timed: frozenset[str]
    streams: frozenset[str]
    tables: frozenset[str]


def load(name: str, known: Known, folder: Path = FOLDER) -> Stage:
    file = folder / f"{name}.yaml"
    if not file.exists():
        there_are = ", ".join(sorted(one.stem for one in folder.glob("*.yaml")))
        raise WrongStage(f"{name}: there is no such stage; there are {there_are}")
    return parse(file.read_bytes(), file.name, known)


def parse(content: bytes, file: str, known: Known) -> Stage:
    """A stage in which everything goes by name, and patterns are gone."""
    try:
        read = plain_yaml.read(content)
    except Refused as refused:
        detail = refused.params.get("detail", "")
        raise WrongStage(f"{file}: {refused.code.replace('_', ' ')}. {detail}") from None
    reading = Reading()
    reading.read(read, Stage, "")
    mistakes = [f"{one.path}: {one.detail}" for one in reading.mistakes]
    mistakes = mistakes or [*_without_a_name(read, known)]
    if not mistakes:
        stage = convert(_by_name(read, known), Stage)
        mistakes = [*_contradictions(stage, known)]
    if mistakes:
        raise WrongStage("\n".join(f"{file}: {one}" for one in mistakes))
    return stage


def _names(known: Known) -> dict[str, frozenset[str]]:
    return {
        "functions": known.functions,
        "throttles": known.routes,
        "tables": known.tables,
        "streams": known.streams,
    }


def _without_a_name(read: Mapping[str, Any], known: Known) -> Iterator[str]:
    """A pattern that fits nothing is a slip of the pen, or about something that is gone."""
    for section, names in _names(known).items():
        for pattern in read.get(section, {}):
            if not any(fnmatchcase(name, pattern) for name in names):
                yield f"{section}.{pattern}: nothing is called that"


def _by_name(read: Mapping[str, Any], known: Known) -> dict[str, Any]:
    sections = {
        section: {name: _settled(read.get(section, {}), name) for name in sorted(names)}
        for section, names in _names(known).items()
    }
    return {**read, **sections}


def _settled(patterns: Mapping[str, Mapping[str, Any]], name: str) -> dict[str, Any]:
    """Whatever fits, on top of each other, in the order of the file."""
    values: dict[str, Any] = {}
    for pattern, said in patterns.items():
        if fnmatchcase(name, pattern):
            values |= said
    return values


def _contradictions(stage: Stage, known: Known) -> Iterator[str]:
    for name, one in stage.functions.items():
        yield from _of_function(name, one, stage, known)
    for name, how in stage.streams.items():
        if how.wait_seconds >= how.alarm_behind_seconds:
            never_over = "the alarm of alarm_behind_seconds would never be over"
            yield f"streams.{name}.wait_seconds: {never_over}"
    if stage.domain and not stage.domain.name.endswith(f".{stage.domain.zone}"):
        yield f"domain.name: does not lie in the zone {stage.domain.zone}"


def _of_function(name: str, one: FunctionSettings, stage: Stage, known: Known) -> Iterator[str]:
    path = f"functions.{name}"
    reserved = sys.maxsize if one.reserved_concurrency is None else one.reserved_concurrency
    if one.snap_start and one.provisioned_concurrency:
        yield f"{path}: snap_start and provisioned_concurrency exclude each other"
    if one.provisioned_concurrency > reserved:
        yield f"{path}.provisioned_concurrency: more than reserved_concurrency"
    if name in known.routes and one.timeout > LONGEST_REQUEST:
        yield f"{path}.timeout: the API waits for {LONGEST_REQUEST} seconds at most"
    if one.schedule and name not in known.timed:
        yield f"{path}.schedule: nothing runs it by the time"
    if one.snap_start and stage.runtime < "python3.12":
        yield f"{path}.snap_start: not with {stage.runtime}"
