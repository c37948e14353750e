"""Where the secrets are: in the environment, or in the secret that STAMKUND_SECRETS names.

A process reads that once and then at most once a minute, beside a request and not before it. Only
what is too old to be trusted (a process that slept) is read anew before it is used: how old it may
be at the most is what a rotation waits for before a new key signs.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock, Thread
from typing import Any

import msgspec
from botocore.config import Config
from botocore.session import get_session
from msgspec import Struct

from stamkund import tables
from stamkund.tables import clock
from stamkund.tables.cache import also_forget
from stamkund.web import log
from stamkund.web.settings import settings

REFRESHED_AFTER = timedelta(minutes=1)
OLDEST = timedelta(minutes=5)
SERVICE, CURRENT = "secretsmanager", "AWSCURRENT"


class SigningKey(Struct, frozen=True):
    id: str
    secret: str


class Secrets(Struct, frozen=True):
    """Of the signing keys the first signs, and all are believed; of `origins` any will do."""

    signing_keys: tuple[SigningKey, ...] = ()
    pepper: str = ""
    origins: tuple[str, ...] = ()


class _Written(Struct, frozen=True):
    """What is in the secret; other things may be beside it."""

    signing_keys: str = ""
    pepper: str = ""
    origin: str = ""


def _beside(task: Callable[[], None]) -> None:
    Thread(target=task, daemon=True).start()


class Kept:
    """What a store says, remembered as the head of this module has it."""

    def __init__(
        self,
        load: Callable[[], Secrets],
        beside: Callable[[Callable[[], None]], None] = _beside,
    ) -> None:
        self._load = load
        self._beside = beside
        self._lock = Lock()
        self._known: Secrets | None = None
        self._as_of: datetime | None = None
        self._asked: datetime | None = None

    def __call__(self, now: datetime) -> Secrets:
        if self._known is None:
            self._take(self._load(), now)
        elif self._may_ask(now):
            if self._too_old(now):
                self._refresh(now)
            else:
                self._beside(lambda: self._refresh(now))
        assert self._known is not None
        return self._known

    def _may_ask(self, now: datetime) -> bool:
        """True to one of all threads, once a minute, whether the last answer came or not."""
        with self._lock:
            if self._asked and abs(now - self._asked) < REFRESHED_AFTER:
                return False
            self._asked = now
            return True

    def _too_old(self, now: datetime) -> bool:
        return self._as_of is None or abs(now - self._as_of) >= OLDEST

    def _refresh(self, now: datetime) -> None:
        try:
            self._take(self._load(), now)
        except Exception as error:  # noqa: BLE001 -- whatever it is, what is known is still good
            fields = {"error": type(error).__name__}
            log.logger_of("secrets").warning("secrets not refreshed", extra=fields)

    def _take(self, secrets: Secrets, asked: datetime) -> None:
        with self._lock:
            # A process may be frozen while it asks, and the answer be older than what is known.
            if self._asked is None or asked >= self._asked:
                self._known, self._as_of, self._asked = secrets, asked, asked


def known() -> Secrets:
    around = settings()
    if around.secret:
        return _kept(around.secret)(clock.real_time())
    return _given(around.signing_keys, around.pepper)


def read(text: str) -> Secrets:
    """From the JSON of the secret."""
    written = msgspec.json.decode(text, type=_Written)
    origins = tuple(part.strip() for part in written.origin.split(",") if part.strip())
    return Secrets(keys_in(written.signing_keys), written.pepper, origins)


def keys_in(text: str) -> tuple[SigningKey, ...]:
    """`id:secret`, separated by commas."""
    pairs = [pair.partition(":") for pair in text.split(",") if pair.strip()]
    return tuple(SigningKey(id.strip(), secret.strip()) for id, _, secret in pairs)


def client() -> Any:
    """Of the secret store. Who waits for it is a request, so it does not wait for long."""
    # A session reads half a megabyte of what botocore knows; the tables' has done that.
    session = tables.client().session if tables.connected() else get_session()
    patience = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2})
    return session.create_client(SERVICE, config=patience)


@lru_cache(maxsize=2)
def _given(signing_keys: str, pepper: str) -> Secrets:
    return Secrets(keys_in(signing_keys), pepper)


@lru_cache(maxsize=2)
def _kept(secret: str) -> Kept:
    store = client()

    def load() -> Secrets:
        found = store.get_secret_value(SecretId=secret, VersionStage=CURRENT)
        return read(found["SecretString"])

    return Kept(load)


also_forget(_kept.cache_clear)
