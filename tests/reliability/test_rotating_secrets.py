"""Two processes and a rotation: what either signs, the other believes, whoever has heard of it.

The processes are processes of the system; Secrets Manager is moto's, over HTTP; the clock is told.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from moto.server import ThreadedMotoServer

from stamkund.tables import clock
from stamkund.web.rotation import APART
from tests.builders import Clock
from tests.reliability.process import Process
from tests.secret_store import Store

# Within the minute in which nobody asks again, beside a request, and after the processes slept.
LATER = [timedelta(seconds=n) for n in (0, 1, 59, 61, 62, 240, 299, 301, 302)]
SESSION, QUOTE = timedelta(minutes=15), timedelta(days=1)


@pytest.fixture
def around(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = {"AWS_ENDPOINT_URL_SECRETS_MANAGER": f"http://{host}:{port}"}
    for name, value in endpoint.items():
        monkeypatch.setenv(name, value)
    yield endpoint
    server.stop()


@pytest.fixture
def time() -> Iterator[Clock]:
    told = Clock()
    clock.use(told)
    yield told
    clock.use(clock.utc_now)


@pytest.fixture
def store(around: dict[str, str], time: Clock) -> Store:
    store = Store()
    store.rotate()
    return store


@pytest.fixture
def processes(around: dict[str, str], store: Store) -> Iterator[list[Process]]:
    both = [Process({**around, "STAMKUND_SECRETS": store.name}) for _ in range(2)]
    yield both
    for process in both:
        process.end()


def test_no_request_fails_whoever_has_heard_of_the_rotation(
    store: Store, processes: list[Process], time: Clock
) -> None:
    awake, asleep = processes
    signed = [(time.now, process.sign(time.now)) for process in processes]
    for _ in range(3):
        time.set(time.now + APART)
        # One is never asked anything between two rotations, and wakes up with the keys of then.
        awake.sign(time.now - timedelta(seconds=30))
        store.rotate()
        rotated = time.now
        for later in LATER:
            time.set(rotated + later)
            signed += [(time.now, each.sign(time.now)) for each in (awake, asleep)]
            for at, tokens in signed:
                still = {
                    kind: tokens[kind]
                    for kind, life in (("quote", QUOTE), ("session", SESSION))
                    if time.now - at < life
                }
                assert not still or all(each.believes(still, time.now) for each in processes)
    assert len({tokens["quote"] for _, tokens in signed}) == 4  # every rotation did change the key


def test_a_key_that_signs_at_once_would_have_been_refused(
    store: Store, processes: list[Process], time: Clock
) -> None:
    """What a rotation in one step comes to, seen by the same two processes."""
    awake, asleep = processes
    asleep.sign(time.now)
    store.make_current(signing_keys=f"k9:{'x' * 32},{store.content()['signing_keys']}")
    assert not asleep.believes(awake.sign(time.now), time.now)
