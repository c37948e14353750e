"""The server of the shop, which calls the club: JSON over HTTP with the shop's key."""

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit


class Unexpected(Exception):  # noqa: N818 -- an answer, not a fault of this program
    """The club answered otherwise than the story needs."""

    def __init__(self, method: str, path: str, status: int, text: str) -> None:
        self.status = status
        super().__init__(f"{method} {path} answered {status}: {text}")


class ShopServer:
    """One connection, kept open. Every answer that is no success is raised."""

    def __init__(self, api_url: str, key: str) -> None:
        self._connection = HTTPConnection(urlsplit(api_url).netloc, timeout=60)
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: object = None) -> Any:
        content = None if body is None else json.dumps(body)
        self._connection.request(method, path, content, self._headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        if answer.status >= 400:
            raise Unexpected(method, path, answer.status, text)
        return json.loads(text) if text else None
