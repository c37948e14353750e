"""A till of the shop: one connection to the club, kept open, and what is sent over it."""

import time
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

Answer = TypeVar("Answer")

_ATTEMPTS = 5
_PAUSE = 0.05
_BUSY = {429, 500, 502, 503, 504}


class Refused(Exception):  # noqa: N818 -- an answer, not a fault of this program
    """The club said no, or could not be reached however often it was tried."""


class Seen(Struct, frozen=True):
    """The part of an answer that the shop looks at; whatever else there is may be there."""


class Said(NamedTuple):
    """An answer as it came."""

    status: int
    body: bytes
    replayed: bool


class Till:
    def __init__(self, url: str, key: str) -> None:
        address = urlsplit(url)
        connection = HTTPSConnection if address.scheme == "https" else HTTPConnection
        self._connection = connection(address.netloc, timeout=60)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self.tried_again = 0

    def ask(
        self, method: str, path: str, body: object, answer: type[Answer]
    ) -> tuple[Answer, bool]:
        """The answer, and whether it is one to something said before. Raises Refused."""
        content = None if body is None else msgspec.json.encode(body)
        said = self._insist(method, path, content)
        if said.status >= 400:
            raise Refused(f"{method} {path}: {said.status} {said.body.decode()[:400]}")
        return msgspec.json.decode(said.body, type=answer), said.replayed

    def tell(self, method: str, path: str, body: object = None) -> None:
        self.ask(method, path, body, object)

    def publish(self, programme: bytes) -> None:
        """As the YAML file that it is; the same file again is the same version."""
        yaml = {**self._headers, "Content-Type": "application/yaml"}
        self._connection.request("POST", "/v1/programme/versions", programme, yaml)
        answer = self._connection.getresponse()
        said = answer.read().decode()
        if answer.status >= 400:
            raise Refused(f"the programme: {answer.status} {said}")

    def _insist(self, method: str, path: str, content: bytes | None) -> Said:
        """Whatever is sent may be sent again: that is the club's promise, and we lean on it."""
        for attempt in range(1, _ATTEMPTS):
            try:
                said = self._send(method, path, content)
            except (HTTPException, OSError):
                self._connection.close()
            else:
                if said.status not in _BUSY:
                    return said
            self.tried_again += 1
            time.sleep(_PAUSE * 2**attempt)
        return self._last_try(method, path, content)

    def _last_try(self, method: str, path: str, content: bytes | None) -> Said:
        try:
            return self._send(method, path, content)
        except (HTTPException, OSError) as trouble:
            raise Refused(f"{method} {path}: {trouble!r}") from trouble

    def _send(self, method: str, path: str, content: bytes | None) -> Said:
        self._connection.request(method, path, content, self._headers)
        answer = self._connection.getresponse()
        replayed = answer.getheader("Idempotent-Replayed") == "true"
        return Said(answer.status, answer.read(), replayed)
