"""Where the laptop puts what would be sent by e-mail or SMS, and the page that shows it."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
from msgspec import Struct

from stamkund.tables.clock import utc_now
from stamkund.web.messages import Message

MOST_SHOWN = 50


class Kept(Struct, frozen=True):
    sent_at: datetime
    message: Message


class Mailbox:
    """In a file, so that it is there after a restart and for every process; else in memory."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lines: list[bytes] = []
        self._one_writes = Lock()

    def put(self, message: Message) -> None:
        line = msgspec.json.encode(Kept(utc_now(), message))
        with self._one_writes:
            if message.id and self._has_come(message.id):
                return
            if self._file is None:
                self._lines.append(line)
                return
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("ab") as file:
                file.write(line + b"\n")

    def _has_come(self, id: str) -> bool:
        # Within a text the quotation marks would be escaped.
        said = b'"id":' + msgspec.json.encode(id)
        return any(said in line for line in self._every())

    def _every(self) -> list[bytes]:
        if self._file is None:
            return self._lines
        return self._file.read_bytes().splitlines() if self._file.exists() else []

    def newest(self) -> list[Kept]:
        """The newest first."""
        lines = self._every()[-MOST_SHOWN:]
        return [msgspec.json.decode(line, type=Kept) for line in reversed(lines)]

    def pages(self) -> Mapping[str, Callable[[], dict[str, Any]]]:
        return {"/mailbox": self._page, "/mailbox.json": self._json}

    def _json(self) -> dict[str, Any]:
        return _answer("application/json", msgspec.json.encode(self.newest()).decode())

    def _page(self) -> dict[str, Any]:
        shown = "".join(map(_letter, self.newest())) or "<p>Nothing has been sent yet.</p>"
        return _answer("text/html; charset=utf-8", PAGE.replace("{shown}", shown))


PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<title>Mailbox</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem;
  color: #1b2b28; background: #f4f6f5 }
article { background: #fff; border-radius: .5rem; padding: 1rem 1.25rem; margin: 1rem 0 }
h2 { font-size: 1.05rem; margin: 0 }
header { color: #55635f; font-size: .875rem }
pre { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; margin: .75rem 0 0 }
</style>
<h1>Mailbox</h1>
<p>What the club would have sent by e-mail and SMS. It stays on this machine.</p>
{shown}
</html>
"""


def _letter(kept: Kept) -> str:
    message = kept.message
    how = "SMS" if message.channel == "sms" else "E-mail"
    subject = f"<h2>{escape(message.subject)}</h2>" if message.subject else ""
    return (
        f"<article>{subject}<header>{how} to {escape(message.to)} from {escape(message.sender)}, "
        f"{kept.sent_at:%Y-%m-%d %H:%M:%S} UTC</header><pre>{_with_links(message.text)}</pre>"
        "</article>"
    )


def _with_links(text: str) -> str:
    return re.sub(r"https?://[^\s<>]+", r'<a href="\g<0>">\g<0></a>', escape(text))


def _answer(content_type: str, body: str) -> dict[str, Any]:
    headers = {
        "Content-Type": content_type,
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }
    return {"statusCode": 200, "headers": headers, "body": body}
