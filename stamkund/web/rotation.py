"""How signing keys follow one another, so that no process that knows yesterday's fails a request.

    k3,k4,k2     k3 signs; k4 is believed everywhere already and signs next; what k2 signed may live

One step, and k4 signs, k5 waits its turn, k3 is believed as long as anything that it signed may be
sent, and k2 is gone. Nothing waits within a step: it is the time between two that makes it safe,
and a step that comes too soon is refused.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from stamkund.web.keeping import OLDEST, SigningKey, keys_in
from stamkund.web.secrets import sealed_by, unsealed_by, usable

CLOCKS_DIFFER = timedelta(minutes=5)
# Until every process has read of a key: as old as a process lets its knowledge become.
KNOWN_AFTER = OLDEST + 2 * CLOCKS_DIFFER
# What lives longest is a quote: a day, if the programme says so. What is good for months, such as a
# guest's claim, is sealed for long, by the pepper.
LONGEST_LIFE = timedelta(days=1)
# From the making of a version until it is current; one that took longer is not made current.
ROTATED_WITHIN = timedelta(hours=1)
APART = LONGEST_LIFE + KNOWN_AFTER + ROTATED_WITHIN


class TooSoon(Exception):  # noqa: N818 -- news, not a fault
    """The last step has not reached everybody yet."""


class Ring(Struct, frozen=True):
    """`keys` as in the secret: the one that signs, those that will, those that did.

    `stepped_at` and `waiting` are None in a secret that was written by hand. `replacing`: the key
    that waits is there because the others have leaked.
    """

    keys: tuple[SigningKey, ...]
    stepped_at: datetime | None = None
    waiting: str | None = None
    replacing: bool = False

    @property
    def next(self) -> SigningKey | None:
        return next((key for key in self.keys[1:] if key.id == self.waiting), None)


def ring_in(content: dict[str, Any]) -> Ring:
    stepped = content.get("stepped_at")
    return Ring(
        keys_in(content.get("signing_keys", "")),
        datetime.fromisoformat(stepped) if stepped else None,
        content.get("next_key"),
        content.get("replacing", False),
    )


def written(ring: Ring, beside: dict[str, Any]) -> str:
    """The secret with this ring in it; all else that it holds stays."""
    keys = ",".join(f"{key.id}:{key.secret}" for key in ring.keys)
    stepped = ring.stepped_at.isoformat() if ring.stepped_at else None
    now = {"signing_keys": keys, "next_key": ring.waiting, "stepped_at": stepped}
    return msgspec.json.encode({**beside, **now, "replacing": ring.replacing}).decode()


def stepped(ring: Ring, now: datetime) -> Ring:
    """The key that waits signs now, and another waits. Raises TooSoon."""
    if not ring.keys:
        return _ring(now, signing=_new_key(now))
    if ring.stepped_at and now < ring.stepped_at + APART:
        raise TooSoon(f"the next step is possible at {ring.stepped_at + APART:%Y-%m-%d %H:%M} UTC")
    if ring.next is None:
        return _ring(now, signing=ring.keys[0], retired=ring.keys[1:])
    return _ring(now, signing=ring.next, retired=ring.keys[:1])


def replaced(ring: Ring, now: datetime) -> Ring:
    """Where keys have leaked: a key that nobody has seen waits, beside all that there are."""
    return replace(_ring(now, signing=ring.keys[0], retired=ring.keys[1:]), replacing=True)


def cut(ring: Ring, now: datetime) -> Ring:
    """The key that waits signs, and none of those before is believed. Raises TooSoon."""
    if ring.next is None or ring.stepped_at is None:
        raise ValueError("no key waits")
    if now < ring.stepped_at + KNOWN_AFTER:
        raise TooSoon(f"everybody knows the new key at {ring.stepped_at + KNOWN_AFTER:%H:%M} UTC")
    return _ring(now, signing=ring.next)


def fits(before: Ring, after: Ring) -> bool:
    """Whether who knows one and who knows the other understand each other in both directions."""
    if not before.keys:
        return bool(usable(after.keys))
    return understands(before, after) and understands(after, before)


def understands(reader: Ring, signer: Ring) -> bool:
    token = sealed_by(signer.keys, b"?", "rotation")
    return unsealed_by(reader.keys, token, "rotation") == b"?"


def _ring(now: datetime, signing: SigningKey, retired: tuple[SigningKey, ...] = ()) -> Ring:
    waiting = _new_key(now)
    return Ring((signing, waiting, *retired), now, waiting.id)


def _new_key(now: datetime) -> SigningKey:
    """Called by when it was made: ids are in every session, for anybody to read."""
    return SigningKey(f"k{now:%Y%m%d%H%M%S}-{secrets.token_hex(2)}", secrets.token_urlsafe(32))
