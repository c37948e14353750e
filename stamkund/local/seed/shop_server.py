"""The server of the shop, which calls the club: JSON over HTTP with the shop's key."""

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

JSON = "application/json"


class NotThere(Exception):  # noqa: N818 -- an answer, not a fault
    """The club knows nothing by that name."""


class Unexpected(Exception):  # noqa: N818 -- likewise
    """The club answered otherwise than the story needs."""


class ShopServer:
    """One connection, kept open. Every answer that is no success is raised."""

    def __init__(self, api_url: str, key: str) -> None:
        self._connection = HTTPConnection(urlsplit(api_url).netloc, timeout=60)
        self._credential = f"Bearer {key}"

    def call(self, method: str, path: str, body: object = None, media_type: str = JSON) -> Any:
        content = body if isinstance(body, bytes) else body and json.dumps(body)
        status, text = self._send(method, path, content, media_type)
        if status == 404:
            raise NotThere(path)
        if status >= 400:
            raise Unexpected(f"{method} {path} answered {status}: {text}")
        return json.loads(text)

    def _send(self, method: str, path: str, content: Any, media_type: str) -> tuple[int, str]:
        headers = {"Authorization": self._credential, "Content-Type": media_type}
        try:
            self._connection.request(method, path, content, headers)
            answer = self._connection.getresponse()
            return answer.status, answer.read().decode()
        except BaseException:
            # Whatever broke it off, Ctrl-C too: the next request begins on a connection of its own.
            self._connection.close()
            raise
