"""How far the year has got: a bar for a person, a line now and then for a log."""

import sys
import time
from datetime import datetime, timedelta
from typing import TextIO

_WIDTH = 30
_OFTEN, _SELDOM = 0.2, 15.0


class Progress:
    """`done` of `total` orders had been made before this run."""

    def __init__(self, total: int, done: int, out: TextIO = sys.stderr) -> None:
        self._total, self._done, self._before = total, done, done
        self._out = out
        self._every = _OFTEN if out.isatty() else _SELDOM
        self._began = self._shown = time.monotonic()

    def advance(self, orders: int, at: datetime) -> None:
        self._done += orders
        now = time.monotonic()
        if now - self._shown >= self._every:
            self._shown = now
            self._show(line(self._done, self._total, self._rate(now), at))

    def end(self) -> None:
        if self._out.isatty():
            self._out.write("\n")

    def _rate(self, now: float) -> float:
        return (self._done - self._before) / max(now - self._began, 0.001)

    def _show(self, text: str) -> None:
        self._out.write(f"\r\x1b[K{text}" if self._out.isatty() else f"{text}\n")
        self._out.flush()


def line(done: int, total: int, rate: float, at: datetime) -> str:
    share = done / total if total else 1.0
    filled = int(share * _WIDTH)
    bar = "█" * filled + "·" * (_WIDTH - filled)
    left = timedelta(seconds=round((total - done) / rate)) if rate else "?"
    return f"{bar} {share:4.0%}  {done:,} of {total:,}  {at:%d %b}  {rate:.1f}/s  {left} left"
