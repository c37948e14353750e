"""What all tables share: their names, one connection, and the verbs of access."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from enum import Flag, auto
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, NamedTuple

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError  # noqa: A004
from pynamodb.connection.base import Connection, MetaTable
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import (
    DeleteError,
    PutError,
    PynamoDBException,
    TransactGetError,
    TransactWriteError,
    UpdateError,
)
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from stamkund.tables import cache, clock, session, work

DatabaseError = PynamoDBException


class Access(Flag):
    """What an endpoint may do with the items of a table."""

    READ = auto()
    APPEND = auto()
    UPDATE = auto()
    DELETE = auto()
    SCAN = auto()


Read, Append, Update, Delete = Access.READ, Access.APPEND, Access.UPDATE, Access.DELETE
Nothing = Access(0)
Scan = Access.SCAN  # of nobody who is asked for anything

# In the words of IAM, which asks for those of its items wherever there is a transaction.
_ACTIONS = {
    Access.READ: frozenset({"BatchGetItem", "GetItem", "Query"}),
    Access.APPEND: frozenset({"PutItem"}),
    Access.UPDATE: frozenset({"UpdateItem"}),
    Access.DELETE: frozenset({"DeleteItem"}),
    Access.SCAN: frozenset({"Scan"}),
}


def actions_of(access: Access) -> frozenset[str]:
    """What a role needs for it, such as `GetItem`; never what changes a table."""
    return frozenset[str]().union(*(_ACTIONS[verb] for verb in access))


class Index(NamedTuple):
    keys: tuple[str, ...]
    projection: str


class Shape(NamedTuple):
    """What has to be said to create a table; of keys the partition key comes first."""

    types: Mapping[str, str]
    keys: tuple[str, ...]
    indexes: Mapping[str, Index]
    expires_by: str | None
    stream: str | None
    personal: bool


class Table(Model):
    """A table is a direct subclass; the kinds of item in it are subclasses of that."""

    @classmethod
    def short_name(cls) -> str:
        """Without the prefix."""
        return str(cls.Meta.name)  # type: ignore[attr-defined]

    @classmethod
    def shape(cls) -> Shape:
        schema = cls._get_schema()
        every_type = [*schema["attribute_definitions"]]
        for index in schema["global_secondary_indexes"]:
            every_type += index["attribute_definitions"]
        expires_by = cls._ttl_attribute()  # type: ignore[no-untyped-call]
        return Shape(
            types={one["AttributeName"]: one["AttributeType"] for one in every_type},
            keys=_names_of(schema["key_schema"]),
            indexes={
                index["index_name"]: Index(
                    _names_of(index["key_schema"]), index["projection"]["ProjectionType"]
                )
                for index in schema["global_secondary_indexes"]
            },
            expires_by=expires_by.attr_name if expires_by else None,
            stream=getattr(cls.Meta, "stream_view_type", None),
            personal=getattr(cls.Meta, "personal", False),
        )

    @classmethod
    def full_name(cls, prefix: str | None = None) -> str:
        return f"{prefix or _connection().prefix}-{cls.short_name()}"

    def save_if(self, condition: Condition) -> bool:
        """Whether the condition held, and it is saved."""
        return _held(lambda: self.save(condition), REFUSED)

    def update_if(
        self, actions: list[Action], condition: Condition, *, gives_way: bool = False
    ) -> bool:
        """Whether the condition held, and it is changed. `gives_way`: a transaction that is at the
        item is taken to make it not hold."""
        no = {*REFUSED, "TransactionConflictException"} if gives_way else REFUSED
        return _held(lambda: self.update(actions, condition), no)

    def delete_if(self, condition: Condition) -> bool:
        """Whether the condition held, and it is gone."""
        return _held(lambda: self.delete(condition), REFUSED)

    @classmethod
    def _get_connection(cls) -> TableConnection:
        known = cls._connection
        if known is not None and known.connection is client():
            return known
        cls.Meta.table_name = cls.full_name()
        cls._connection = None
        cls._connection = _through_one_client(super()._get_connection())
        return cls._connection


class _Client(Connection):
    """PynamoDB's, with its answers noted. It makes clients anew while they lack credentials."""

    _heard: Any = None

    @property
    def session(self) -> Any:
        if getattr(self._local, "session", None) is None:
            self._local.session = session.made()
        return super().session

    @property
    def client(self) -> Any:
        made = super().client
        if made is not self._heard:
            work.listen(made.meta.events)
            self._heard = made
        return made


class _Connected(NamedTuple):
    prefix: str
    client: Connection


_current: list[_Connected] = []


def connect(
    prefix: str,
    *,
    real_time: Callable[[], datetime] = clock.utc_now,
    region: str | None = None,
) -> None:
    """Says where the tables are; the first use opens the connection.

    The endpoint comes from botocore's own settings (AWS_ENDPOINT_URL_DYNAMODB), and so do region
    and credentials. Connecting again forgets everything remembered from before.
    """
    # PynamoDB's own defaults wait 15 and 30 seconds; by then nobody is at the till any more.
    one = _Client(
        region=region, connect_timeout_seconds=1, read_timeout_seconds=3, max_retry_attempts=2
    )
    _current[:] = [_Connected(prefix, one)]
    clock.use(real_time)
    cache.forget()


def connected() -> bool:
    return bool(_current)


def client() -> Connection:
    """The one connection of this process: clients are dear to build, and threads may share one."""
    return _connection().client


def endpoint() -> str:
    """Where the database is."""
    return str(client().client.meta.endpoint_url)


def prefix() -> str:
    return _connection().prefix


def every_table() -> list[type[Table]]:
    """All tables there are, by name; imports the modules of this package."""
    for module in iter_modules(import_module("stamkund.tables").__path__):
        import_module(f"stamkund.tables.{module.name}")
    return sorted(Table.__subclasses__(), key=lambda table: table.short_name())


@contextmanager
def others(prefix: str) -> Iterator[None]:
    """The tables of another prefix meanwhile, through the same client."""
    before = _connection()
    _switch(before._replace(prefix=prefix))
    try:
        yield
    finally:
        _switch(before)


def _switch(one: _Connected) -> None:
    _current[:] = [one]
    for table in every_table():
        _forget_name(table)
    cache.forget()


def _forget_name(model: type[Table]) -> None:
    model._connection = None  # noqa: SLF001
    for kind in model.__subclasses__():
        _forget_name(kind)


def create_all() -> None:
    """Creates the tables that are missing."""
    for table in every_table():
        # Of a table that is there already it is an error that its items expire already.
        table.create_table(wait=True, billing_mode="PAY_PER_REQUEST", ignore_update_ttl_errors=True)


REFUSED = ("ConditionalCheckFailedException",)

_PASSING = {
    "InternalServerError",
    "ProvisionedThroughputExceeded",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingError",
    "ThrottlingException",
    "TransactionConflict",
    "TransactionConflictException",
    "TransactionInProgressException",
}


def is_busy(error: Exception) -> bool:
    """Whether the same call may well succeed in a moment, as opposed to a fault or a refusal."""
    if isinstance(error, TransactWriteError | TransactGetError) and error.cancellation_reasons:
        reasons = {reason.code for reason in error.cancellation_reasons if reason}
        return bool(reasons) and reasons <= _PASSING
    cause = error.cause if isinstance(error, PynamoDBException) else error
    if isinstance(cause, ClientError):
        return cause.response.get("Error", {}).get("Code") in _PASSING
    return isinstance(cause, HTTPClientError | ConnectionError)


def code_of(error: PynamoDBException) -> str:
    """DynamoDB's own word for it; empty where no answer came, of which PynamoDB makes a fault."""
    response = getattr(error.cause, "response", None) or {}
    code: str = response.get("Error", {}).get("Code", "")
    return code


def _held(write: Callable[[], object], no: Collection[str]) -> bool:
    try:
        write()
    except (PutError, UpdateError, DeleteError) as error:
        if code_of(error) not in no:
            raise
        return False
    return True


def refused_by_condition(error: TransactWriteError) -> bool:
    """Whether a condition said no, as opposed to a fault."""
    reasons = error.cancellation_reasons
    return any(reason.code == "ConditionalCheckFailed" for reason in reasons if reason)


def _names_of(key_schema: Iterable[Any]) -> tuple[str, ...]:
    # "HASH" comes before "RANGE" in the alphabet as well.
    in_order = sorted(key_schema, key=lambda one: one["KeyType"])
    return tuple(one["AttributeName"] for one in in_order)


def _connection() -> _Connected:
    if not connected():
        raise RuntimeError("stamkund.tables.connect(prefix) comes before the first use of a table")
    return _current[0]


def _through_one_client(table: TableConnection) -> TableConnection:
    """PynamoDB gives every model a client of its own, at 200 ms and a socket each."""
    known: dict[str, MetaTable] = client()._tables  # noqa: SLF001 -- adding a known one raises
    if table.table_name not in known:
        client().add_meta_table(table.get_meta_table())
    table.connection = client()
    return table
