"""From what a function declares to what its role allows, and nothing beyond that.

Plain data, so that it can be read and compared; `where` turns names into ARNs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from infrastructure.declared import Declared
from infrastructure.stage import Messages, Stage
from stamkund.tables import Access, Table, actions_of
from stamkund.tables.ledger import Ledger
from stamkund.web.background import OnEntries, OnMessages, OnRotation, Reading
from stamkund.web.queue import Queue

READING = frozenset({"kms:Decrypt", "kms:DescribeKey"})
WRITING = frozenset({"kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"})


@dataclass(frozen=True)
class Grant:
    """`because` says so in the role, for whoever reads it there. `only_if` is a key of IAM's and
    what it has to be. What is not `allowed` is refused, whatever else is allowed."""

    because: str
    actions: frozenset[str]
    resources: tuple[str, ...]
    only_if: tuple[str, str] | None = None
    allowed: bool = True


class Where(Protocol):
    """What a role names."""

    @property
    def region(self) -> str: ...
    def table(self, name: str) -> str: ...
    def index(self, table: str, index: str) -> str: ...
    def key_of(self, table: str) -> str | None: ...
    def log_streams(self, function: Declared) -> str: ...
    def stream(self, table: str) -> str: ...
    @property
    def dead_letters(self) -> str: ...
    @property
    def secret(self) -> str: ...
    def identities(self, address: str) -> tuple[str, ...]: ...
    @property
    def bus(self) -> str: ...
    def queue(self, name: Queue) -> str: ...
    @property
    def pictures(self) -> str: ...
    @property
    def every_topic(self) -> str: ...


def grants(function: Declared, where: Where, stage: Stage) -> list[Grant]:
    made = [*_of_tables(function.access, where), *_of_trigger(function, where)]
    made += _of_messages(function, where, stage.messages)
    if function.tells:
        made.append(_grant("Events", {"events:PutEvents"}, where.bus))
    if function.queues:
        made.append(_grant("Queues", {"sqs:SendMessage"}, *map(where.queue, function.queues)))
    made += _of_pictures(function.pictures, where.pictures)
    if function.secrets:
        made.append(_grant("Secrets", {"secretsmanager:GetSecretValue"}, where.secret))
    if stage.tracing:
        made.append(TRACES)
    writing = {"logs:CreateLogStream", "logs:PutLogEvents"}
    return [*made, _grant("OwnLog", writing, where.log_streams(function))]


# X-Ray knows no resources: IAM takes nothing but a star for these two.
TRACES = Grant("Traces", frozenset({"xray:PutTraceSegments", "xray:PutTelemetryRecords"}), ("*",))


def _of_tables(access: Mapping[type[Table], Access], where: Where) -> Iterator[Grant]:
    for table, verbs in sorted(access.items(), key=lambda one: one[0].short_name()):
        name = table.short_name()
        actions = {f"dynamodb:{action}" for action in actions_of(verbs)}
        yield _grant(f"Table{name.title()}", actions, where.table(name))
        indexes = [where.index(name, index) for index in table.shape().indexes]
        if Access.READ in verbs and indexes:
            yield _grant(f"Indexes{name.title()}", {"dynamodb:Query"}, *indexes)
        key = where.key_of(name)
        if key:
            # Only what DynamoDB does with it for the function, and nothing by the function itself.
            yield Grant(
                f"Key{name.title()}",
                _of_key(verbs),
                (key,),
                ("kms:ViaService", f"dynamodb.{where.region}.amazonaws.com"),
            )


_OF_PICTURES = {
    Access.READ: "s3:GetObject",
    Access.APPEND: "s3:PutObject",
    Access.DELETE: "s3:DeleteObject",
}


def _of_pictures(access: Access, bucket: str) -> Iterator[Grant]:
    actions = {_OF_PICTURES[verb] for verb in access if verb in _OF_PICTURES}
    if actions:
        yield _grant("Pictures", actions, f"{bucket}/*")
    if Access.SCAN in access:
        # Nothing is listed; without it S3 says of what is not there that it is forbidden.
        yield _grant("PicturesThere", {"s3:ListBucket"}, bucket)


def _of_key(verbs: Access) -> frozenset[str]:
    return READING if verbs == Access.READ else READING | WRITING


def _of_trigger(function: Declared, where: Where) -> Iterator[Grant]:
    if isinstance(function.trigger, Reading):
        reading = {"DescribeStream", "GetRecords", "GetShardIterator"}
        stream = where.stream(read_by(function.trigger))
        yield _grant("Stream", {f"dynamodb:{one}" for one in reading}, stream)
    if isinstance(function.trigger, OnEntries):
        yield _grant("DeadLetters", {"sqs:SendMessage"}, where.dead_letters)
    if isinstance(function.trigger, OnMessages):
        reading = {"ReceiveMessage", "DeleteMessage", "GetQueueAttributes"}
        actions = {f"sqs:{one}" for one in reading}
        yield _grant("Queue", actions, where.queue(function.trigger.queue))
    if isinstance(function.trigger, OnRotation):
        changing = {f"secretsmanager:{action}" for action in function.trigger.actions}
        yield _grant("Rotation", changing, where.secret)


def read_by(trigger: Reading) -> str:
    """The table whose stream it reads."""
    table = Ledger if isinstance(trigger, OnEntries) else trigger.table
    return table.short_name()


def _of_messages(function: Declared, where: Where, messages: Messages) -> Iterator[Grant]:
    address = messages.mail_from
    if address and "email" in function.sends:
        sending, as_it = frozenset({"ses:SendEmail"}), ("ses:FromAddress", address)
        yield Grant("Mail", sending, where.identities(address), as_it)
    if messages.sms_countries and "sms" in function.sends:
        # A phone is nothing that IAM could name, and there is no condition for it. What can be
        # named are topics, through which a text would reach whoever listens: none of them.
        yield TEXTS
        yield Grant("NoTopics", TEXTS.actions, (where.every_topic,), allowed=False)


TEXTS = Grant("Texts", frozenset({"sns:Publish"}), ("*",))


def _grant(because: str, actions: set[str] | frozenset[str], *resources: str) -> Grant:
    return Grant(because, frozenset(actions), resources)
