"""Rotate the signing keys now, or replace those that have leaked.

Secrets Manager rotates by itself as often as the stage says; this does one step of the same at
once. The key that has waited signs, a new one waits, and the one that signed is believed until the
next step. No request fails, and a step that would come too soon for that is refused.

With --leaked, keys that somebody may have seen are thrown out: a new key is made known to every
process, and a quarter of an hour later it signs and no other is believed. Whatever the others had
signed is then refused: members log in again, and quotes are asked for again. The command waits;
stopped, it goes on where it was when it is run again.
"""

import json
import time
from argparse import ArgumentParser, Namespace
from datetime import datetime
from typing import Any

from msgspec import Struct

from stamkund.operations.command import Mistaken, tell
from stamkund.tables import clock
from stamkund.web import keeping, rotation
from stamkund.web.keeping import CURRENT
from stamkund.web.rotation import APART, KNOWN_AFTER, Ring, TooSoon
from stamkund.web.settings import settings

PAUSE = 15.0


class Keys(Struct):
    """By their ids; what they are is nobody's business."""

    signs: str
    waits: str | None
    still_believed: list[str]
    next_step_from: datetime | None


def arguments(parser: ArgumentParser) -> None:
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--show", action="store_true", help="only say which keys there are")
    how.add_argument("--leaked", action="store_true", help="throw out all keys there are")
    parser.set_defaults(sleep=time.sleep)


def run(options: Namespace) -> Keys:
    secret = _Secret()
    if options.leaked:
        _throw_out(secret, options.sleep)
    elif not options.show:
        try:
            secret.put(rotation.stepped(secret.ring, clock.real_time()))
        except TooSoon as when:
            raise Mistaken(f"It is too soon: {when}.") from None
    return _shown(secret.ring)


class _Secret:
    """The secret as it is now, and as it shall be."""

    def __init__(self) -> None:
        self._name = settings().secret
        if not self._name:
            raise Mistaken("STAMKUND_SECRETS does not say which secret: there is none to rotate.")
        self._store = keeping.client()
        found = self._store.get_secret_value(SecretId=self._name, VersionStage=CURRENT)
        self._content: dict[str, Any] = json.loads(found["SecretString"])
        self.ring = rotation.ring_in(self._content)

    def put(self, ring: Ring) -> None:
        if self.ring.keys and not rotation.understands(self.ring, ring):
            raise Mistaken("Who knows only the keys of now would not understand the new ones.")
        written = rotation.written(ring, self._content)
        self._store.put_secret_value(SecretId=self._name, SecretString=written)
        self.ring = ring


def _throw_out(secret: _Secret, sleep: Any) -> None:
    if not secret.ring.keys:
        raise Mistaken("There are no keys that could have leaked.")
    if not secret.ring.replacing:
        secret.put(rotation.replaced(secret.ring, clock.real_time()))
    tell(f"Every process will know {secret.ring.waiting} in {KNOWN_AFTER}; then it signs alone.")
    while True:
        try:
            clean = rotation.cut(secret.ring, clock.real_time())
        except TooSoon:
            sleep(PAUSE)
        else:
            secret.put(clean)
            return


def _shown(ring: Ring) -> Keys:
    if not ring.keys:
        raise Mistaken("There are no keys yet: `stamkund rotate` makes the first.")
    believed = [key.id for key in ring.keys[1:] if key.id != ring.waiting]
    return Keys(
        signs=ring.keys[0].id,
        waits=ring.waiting,
        still_believed=believed,
        next_step_from=ring.stepped_at + APART if ring.stepped_at else None,
    )
