"""Secrets are read beside requests, seldom, and never lost because the store does not answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from stamkund.web import keeping
from stamkund.web.keeping import OLDEST, Kept, Secrets
from tests.builders import Clock

MINUTE = timedelta(minutes=1)


class Store:
    """A secret store that counts, and answers with what it has been told or not at all."""

    def __init__(self) -> None:
        self.asked = 0
        self.pepper = "first"
        self.answers = True
        self.waiting: list[Callable[[], None]] = []

    def load(self) -> Secrets:
        self.asked += 1
        if not self.answers:
            raise ConnectionError
        return Secrets(pepper=self.pepper)

    def work(self) -> None:
        """What was left for beside the requests."""
        while self.waiting:
            self.waiting.pop(0)()


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def kept(store: Store) -> Kept:
    return Kept(store.load, store.waiting.append)


def test_within_a_minute_they_are_read_once(store: Store, kept: Kept) -> None:
    time = Clock()
    for _ in range(10):
        kept(time())
        time.advance(seconds=5.9)
    store.work()
    assert store.asked == 1


def test_after_a_minute_no_request_waits_for_them(store: Store, kept: Kept) -> None:
    time = Clock()
    kept(time())
    store.pepper = "second"
    time.advance(seconds=61)
    assert [kept(time()).pepper for _ in range(3)] == ["first"] * 3
    store.work()
    assert kept(time()).pepper == "second"
    assert store.asked == 2


def test_what_is_too_old_is_read_before_it_is_used(store: Store, kept: Kept) -> None:
    time = Clock()
    kept(time())
    store.pepper = "second"
    assert kept(time() + OLDEST).pepper == "second"


def test_while_the_store_does_not_answer_the_known_ones_stay(store: Store, kept: Kept) -> None:
    time = Clock()
    kept(time())
    store.answers = False
    for _ in range(20):
        time.advance(seconds=30)
        assert kept(time()).pepper == "first"
        store.work()
    assert store.asked == 11  # the first time, and once in each of ten minutes
    store.answers, store.pepper = True, "second"
    assert kept(time() + MINUTE).pepper == "second"


def test_where_nothing_is_known_nothing_is_made_up(store: Store, kept: Kept) -> None:
    store.answers = False
    with pytest.raises(ConnectionError):
        kept(Clock()())


def test_an_answer_that_slept_does_not_undo_a_later_one() -> None:
    """A process is frozen between two requests, with a question under way."""
    time, store = Clock(), Store()
    late: list[Callable[[], None]] = []
    kept = Kept(store.load, late.append)
    kept(time())
    time.advance(minutes=1)
    kept(time())
    time.advance(hours=2)
    store.pepper = "second"
    assert kept(time()).pepper == "second"
    store.pepper = "what was current two hours ago"
    late.pop()()
    assert kept(time()).pepper == "second"


def test_a_secret_has_what_is_needed_and_may_have_more() -> None:
    secret = (
        '{"signing_keys": "k2:two, k1:one", "pepper": "p", "origin": "a,b", "stepped_at": null}'
    )
    read = keeping.read(secret)
    assert [key.id for key in read.signing_keys] == ["k2", "k1"]
    assert (read.pepper, read.origins) == ("p", ("a", "b"))
