"""However processes, rotations and failures follow one another, what was signed is believed."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stamkund.rules.programme import Programme
from stamkund.web import keeping, rotation
from stamkund.web.keeping import Kept, Secrets
from stamkund.web.rotation import APART, KNOWN_AFTER, LONGEST_LIFE, Ring, TooSoon
from stamkund.web.secrets import sealed_by, unsealed_by
from tests.builders import Clock

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Process:
    """It may sleep with a refresh under way, and does not always get an answer."""

    def __init__(self, vault: "Vault") -> None:
        self.under_way: list[Callable[[], None]] = []
        self.cut_off = False
        self._vault = vault
        self._kept = Kept(self._load, self.under_way.append)

    def _load(self) -> Secrets:
        if self.cut_off:
            raise ConnectionError
        return keeping.read(self._vault.secret)

    def sign(self, now: datetime) -> str:
        return sealed_by(self._kept(now).signing_keys, b"promise", "quote")

    def believes(self, token: str, now: datetime) -> bool:
        return unsealed_by(self._kept(now).signing_keys, token, "quote") == b"promise"


class Vault:
    """The secret, and the rotation that somebody asks for whenever they like."""

    def __init__(self, now: datetime) -> None:
        ring = rotation.stepped(Ring(()), now)
        self.secret = rotation.written(ring, {"pepper": "p"})

    def rotate(self, now: datetime) -> bool:
        content: dict[str, Any] = json.loads(self.secret)
        try:
            after = rotation.stepped(rotation.ring_in(content), now)
        except TooSoon:
            return False
        assert rotation.fits(rotation.ring_in(content), after)
        self.secret = rotation.written(after, content)
        return True


WAIT = st.sampled_from([MINUTE / 2, MINUTE, 4 * MINUTE, 20 * MINUTE, 13 * HOUR, DAY, 40 * DAY])
STEP = st.tuples(WAIT, st.sampled_from(["sign", "work", "rotate", "rotate"]), st.integers(0, 2))


@given(st.lists(STEP, max_size=60))
def test_what_one_process_signs_every_other_believes(steps: list[Any]) -> None:
    time = Clock()
    vault = Vault(time.now)
    processes = [Process(vault) for _ in range(3)]
    signed: list[tuple[datetime, str]] = []
    for wait, what, who in steps:
        time.set(time.now + wait)
        if what == "rotate":
            vault.rotate(time.now)
        elif what == "sign":
            signed.append((time.now, processes[who].sign(time.now)))
        else:
            for refresh in processes[who].under_way:
                refresh()
            processes[who].under_way.clear()
        for at, token in signed:
            if time.now - at <= LONGEST_LIFE:
                assert all(process.believes(token, time.now) for process in processes[: who + 1])


def test_a_process_that_has_not_heard_for_minutes_is_understood_and_understands() -> None:
    time = Clock()
    vault = Vault(time.now)
    deaf, fresh = Process(vault), Process(vault)
    before = deaf.sign(time.now)
    time.set(time.now + APART - MINUTE)
    deaf.believes(before, time.now)
    time.advance(minutes=2)
    deaf.cut_off = True
    assert vault.rotate(time.now)
    assert fresh.sign(time.now) != before
    assert deaf.believes(fresh.sign(time.now), time.now)
    assert fresh.believes(deaf.sign(time.now), time.now)


def test_the_steps_of_a_key() -> None:
    """It waits, signs, is only believed, and is gone."""
    now = Clock().now
    ring, seen = rotation.stepped(Ring(()), now), []
    key = ring.next
    for _ in range(4):
        assert key
        seen.append([each.id for each in ring.keys].index(key.id) if key in ring.keys else None)
        now += APART
        ring = rotation.stepped(ring, now)
    assert seen == [1, 0, 2, None]


def test_a_step_that_comes_too_soon_is_refused() -> None:
    now = Clock().now
    ring = rotation.stepped(Ring(()), now)
    with pytest.raises(TooSoon, match="2026-03-11 13:15"):
        rotation.stepped(ring, now + APART - MINUTE)


def test_keys_that_somebody_wrote_by_hand_go_on_as_they_are() -> None:
    hand = rotation.ring_in({"signing_keys": f"k2:{'n' * 32},k1:{'o' * 32}"})
    after = rotation.stepped(hand, Clock().now)
    assert after.next
    assert after.next.id.startswith("k20260310120000")
    assert [key.id for key in after.keys] == ["k2", after.next.id, "k1"]


def test_leaked_keys_are_believed_until_everybody_knows_a_new_one_and_no_longer() -> None:
    now = Clock().now
    leaked = rotation.stepped(Ring(()), now)
    both = rotation.replaced(leaked, now)
    assert rotation.fits(leaked, both)
    with pytest.raises(TooSoon):
        rotation.cut(both, now + KNOWN_AFTER - MINUTE)
    clean = rotation.cut(both, now + KNOWN_AFTER)
    assert not set(clean.keys) & set(leaked.keys)
    assert rotation.understands(both, clean)
    assert not rotation.understands(clean, both)


def test_a_new_version_that_the_old_one_would_not_believe_does_not_fit() -> None:
    now = Clock().now
    assert not rotation.fits(rotation.stepped(Ring(()), now), rotation.stepped(Ring(()), now))


def test_nothing_that_is_signed_lives_longer_than_is_waited_for() -> None:
    from msgspec.json import schema

    fields = schema(Programme)["$defs"]["Programme"]["properties"]
    assert timedelta(minutes=fields["quote_minutes"]["maximum"]) <= LONGEST_LIFE
