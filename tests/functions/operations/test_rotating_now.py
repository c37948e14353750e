from datetime import timedelta

from stamkund.operations import rotate
from stamkund.operations.__main__ import _parser
from stamkund.web import secrets
from stamkund.web.rotation import APART, KNOWN_AFTER
from tests.builders import Clock
from tests.operations_desk import Desk
from tests.secret_store import Store


def test_a_step_by_hand_is_a_step(told: Desk, store: Store, time: Clock) -> None:
    store.rotate()
    before = told("rotate", "--show")
    assert "too soon" in told.refusal("rotate")
    time.set(time.now + APART)
    after = told("rotate")
    assert after["signs"] == before["waits"]
    assert after["still_believed"] == [before["signs"]]


def test_leaked_keys_are_thrown_out_when_everybody_knows_a_new_one(
    told: Desk, store: Store, time: Clock
) -> None:
    store.rotate()
    before = secrets.seal(b"?", "quote")
    options = _parser().parse_args(["rotate", "--leaked"])
    options.sleep = lambda seconds: time.advance(seconds=seconds)
    started, after = time.now, rotate.run(options)
    assert KNOWN_AFTER <= time.now - started <= KNOWN_AFTER + timedelta(minutes=1)
    assert after.still_believed == []
    assert secrets.unseal(before, "quote") is None


def test_it_is_stopped_while_it_waits_and_goes_on_later(
    told: Desk, store: Store, time: Clock
) -> None:
    store.rotate()
    options = _parser().parse_args(["rotate", "--leaked"])

    def stop(_: float) -> None:
        raise KeyboardInterrupt

    options.sleep = stop
    try:
        rotate.run(options)
    except KeyboardInterrupt:
        waiting = told("rotate", "--show")["waits"]
    time.set(time.now + KNOWN_AFTER)
    assert told("rotate", "--leaked")["signs"] == waiting


def test_without_a_secret_there_is_nothing_to_rotate(told: Desk) -> None:
    assert "STAMKUND_SECRETS" in told.refusal("rotate")
