"""Pictures on a laptop: a folder, with the forms and links that a bucket has in the cloud.

What a form allows is signed into it, and held against what comes: the name, the type and the size.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from stamkund.local.http_api import Environ, method_of, path_of
from stamkund.rules.pictures import LARGEST, PictureType
from stamkund.tables.clock import utc_now
from stamkund.web import secrets
from stamkund.web.pictures import FORM_SECONDS, LINK_SECONDS, Form

PICTURES = "/_local/pictures"
_PURPOSE = "stamkund local picture"
_ANYWHERE = {"Access-Control-Allow-Origin": "*"}


class _Allowed(Struct, frozen=True, array_like=True):
    """`type` is empty where it is only shown."""

    key: str
    type: str
    until: int


def pictures_in(home: Path) -> Path:
    return home / "pictures"


class PictureFolder:
    """`url` is that of the gateway, which is known once it listens."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self._folder, self.url = folder, url

    def form(self, key: str, type: PictureType) -> Form:
        policy = _sealed(key, type, FORM_SECONDS)
        return Form(f"{self.url}{PICTURES}", {"key": key, "Content-Type": type, "policy": policy})

    def link(self, key: str) -> str:
        return f"{self.url}{PICTURES}/{_sealed(key, '', LINK_SECONDS)}"

    def read(self, key: str) -> bytes | None:
        file = self._folder / key
        return file.read_bytes() if file.exists() else None

    def keep(self, key: str, content: bytes, type: PictureType) -> None:
        if not (self._folder / key).exists():
            self._write(key, content, type)

    def _write(self, key: str, content: bytes, type: PictureType) -> None:
        file = self._folder / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        file.with_suffix(".type").write_text(type)

    def delete(self, key: str) -> None:
        for file in (self._folder / key, (self._folder / key).with_suffix(".type")):
            file.unlink(missing_ok=True)

    def under(self, folder: str) -> Iterator[str]:
        for file in sorted((self._folder / folder).rglob("*")):
            if file.is_file() and file.suffix != ".type":
                yield str(file.relative_to(self._folder))

    def answer(self, environ: Environ) -> dict[str, Any]:
        """What a bucket answers to a form, and to a link."""
        if method_of(environ) == "POST":
            return self._take(environ)
        allowed = _unsealed(path_of(environ).removeprefix(f"{PICTURES}/"))
        content = self.read(allowed.key) if allowed and not allowed.type else None
        if allowed is None or content is None:
            return _plain(403, "AccessDenied")
        type = (self._folder / allowed.key).with_suffix(".type").read_text()
        headers = {"Content-Type": type, "X-Content-Type-Options": "nosniff", **_ANYWHERE}
        return {"statusCode": 200, "headers": headers, "body": content}

    def _take(self, environ: Environ) -> dict[str, Any]:
        if int(environ.get("CONTENT_LENGTH") or 0) > LARGEST + 10_000:
            return _plain(400, "EntityTooLarge")
        content = environ["wsgi.input"].read()
        fields = _fields(environ.get("CONTENT_TYPE", ""), content)
        allowed = _unsealed(fields.get("policy", b"").decode("ascii", "replace"))
        said = (fields.get("key", b"").decode(), fields.get("Content-Type", b"").decode())
        if allowed is None or not allowed.type or said != (allowed.key, allowed.type):
            return _plain(403, "AccessDenied")
        if not 1 <= len(fields.get("file", b"")) <= LARGEST:
            return _plain(400, "EntityTooLarge")
        self._write(allowed.key, fields["file"], msgspec.convert(allowed.type, PictureType))
        return {"statusCode": 204, "headers": _ANYWHERE, "body": ""}


def _fields(content_type: str, content: bytes) -> Mapping[str, bytes]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    parts: list[Message[str, str]] = list(
        BytesParser(policy=HTTP).parsebytes(head + content).walk()
    )
    found = {}
    for part in parts:
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if name and isinstance(payload, bytes):
            found[str(name)] = payload
    return found


def _sealed(key: str, type: str, seconds: int) -> str:
    until = int((utc_now() + timedelta(seconds=seconds)).timestamp())
    return secrets.seal(msgspec.msgpack.encode(_Allowed(key, type, until)), _PURPOSE)


def _unsealed(token: str) -> _Allowed | None:
    content = secrets.unseal(token, _PURPOSE)
    if content is None:
        return None
    allowed = msgspec.msgpack.decode(content, type=_Allowed)
    return allowed if utc_now().timestamp() < allowed.until else None


def _plain(status: int, code: str) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {"Content-Type": "text/plain", **_ANYWHERE},
        "body": code,
    }
