"""The four steps, as Secrets Manager calls them, on moto's."""

from datetime import timedelta
from uuid import uuid4

import pytest

from stamkund.web import secrets
from stamkund.web.rotation import APART, TooSoon
from tests.builders import Clock
from tests.secret_store import STEPS, Store


def test_the_first_rotation_makes_the_keys_and_leaves_the_rest(store: Store, time: Clock) -> None:
    store.rotate()
    now = store.content()
    assert (now["pepper"], now["origin"]) == ("p" * 32, "o")
    assert len(secrets.signing_keys()) == 2


def test_what_was_sealed_before_a_rotation_opens_after_it(store: Store, time: Clock) -> None:
    store.rotate()
    before = secrets.seal(b"?", "quote")
    time.set(time.now + APART)
    store.rotate()
    time.set(time.now + timedelta(minutes=6))
    assert secrets.seal(b"?", "quote") != before
    assert secrets.unseal(before, "quote") == b"?"


def test_a_rotation_too_soon_leaves_everything_as_it_is(store: Store, time: Clock) -> None:
    store.rotate()
    before = store.content()
    with pytest.raises(TooSoon):
        store.rotate()
    assert store.content() == before


@pytest.mark.parametrize("repeated", range(4))
def test_a_step_that_comes_again_changes_nothing(store: Store, time: Clock, repeated: int) -> None:
    """Secrets Manager calls again what has not answered in time."""
    store.rotate()
    time.set(time.now + APART)
    token = store.begin()
    for step in STEPS[: repeated + 1]:
        store.step(step, token)
    pending = store.content(token)
    time.advance(minutes=1)
    for step in STEPS[repeated:]:
        store.step(step, token)
    assert store.content() == pending


def test_a_version_that_would_not_be_believed_is_not_made_current(
    store: Store, time: Clock
) -> None:
    store.rotate()
    token = store.put(signing_keys=f"k9:{'x' * 32}")
    with pytest.raises(ValueError, match="would not understand"):
        store.step("testSecret", token)


def test_a_version_with_another_pepper_is_not_made_current(store: Store, time: Clock) -> None:
    store.rotate()
    token = store.put(pepper="q" * 32)
    with pytest.raises(ValueError, match="pepper"):
        store.step("testSecret", token)


def test_a_version_that_nobody_announced_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="no such version"):
        store.step("createSecret", str(uuid4()))


def test_a_version_that_was_left_lying_is_not_made_current(store: Store, time: Clock) -> None:
    token = store.begin()
    store.step("createSecret", token)
    time.advance(hours=2)
    with pytest.raises(ValueError, match="rotate again"):
        store.step("finishSecret", token)
