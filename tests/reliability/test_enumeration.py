"""Nobody learns by a watch, or from what is asked of the database, who is a member or which code of
a friend there is.

Of two questions that must not be told apart, both are asked in turn, in an order that chance
decides, and what counts is the median of the differences: what else a machine does meets both. How
much is too much is measured beside it: a third of what one more call to the database takes here and
now. So a slow machine may be as slow as it likes, and one more call on one side is seen, which the
first test tries. Chance alone may seem to tell something once; what is there tells it every time.
"""

from collections.abc import Callable
from itertools import count
from random import Random
from statistics import median
from time import perf_counter
from typing import NamedTuple

import pytest
from hypothesis import settings

from stamkund.tables import identities
from stamkund.tables.identities import Identity
from stamkund.web import messages
from tests.builders import OUTBOX, Answer, Clock, Shop, a_shop
from tests.login import Person, another
from tests.members import a_member
from tests.recorder import recorded
from tests.referring import a_club

PAIRS = 200 if settings.get_current_profile_name() == "prove" else 40
TIMES = 3
AT_A_TIME = 15  # within an hour: an address may ask for so many codes
Act = Callable[[], object]
_numbers = count(1)


class Twins(NamedTuple):
    """Somebody known, and nobody: each asks the same, and is answered with these."""

    known: Callable[[], Act]
    unknown: Callable[[], Act]


@pytest.fixture
def shop(clock: Clock) -> Shop:
    messages.use(OUTBOX.append)
    return a_shop(programme=a_club())


def one_call(shop: Shop) -> object:
    return identities.find_or_none(shop.id, Identity("email", "0" * 64))


def person(shop: Shop, *, known: bool) -> Person:
    """Another one each time."""
    email = f"{'member' if known else 'nobody'}{next(_numbers)}@example.com"
    if known:
        a_member(shop, email=email)
    return Person(shop, email)


def asking_for_a_code(shop: Shop) -> Twins:
    return Twins(lambda: person(shop, known=True).ask, lambda: person(shop, known=False).ask)


def typing_a_wrong_code(shop: Shop) -> Twins:
    def act(*, known: bool) -> Act:
        typing = person(shop, known=known).asks()
        return lambda: typing.verify(another(typing.code))

    return Twins(lambda: act(known=True), lambda: act(known=False))


def proving_a_contact(shop: Shop) -> Twins:
    def act(*, known: bool) -> Act:
        proving = person(shop, known=known).asks()
        return lambda: proving.verify(want="proof")

    return Twins(lambda: act(known=True), lambda: act(known=False))


def going_on_with_a_session(shop: Shop) -> Twins:
    """One that was ended: of a member, and of somebody who has left."""

    def act(*, known: bool) -> Act:
        leaver = person(shop, known=True).logs_in()
        if known:
            assert leaver.log_out().status < 300
        else:
            member = leaver.refresh().json["member"]
            assert shop.call("POST", f"/v1/members/{member}/leave", {}).status == 204
        return leaver.refresh

    member, nobody = act(known=True), act(known=False)
    return Twins(lambda: member, lambda: nobody)


def opening_the_link_of_a_friend(shop: Shop) -> Twins:
    member = a_member(shop)
    code = str(shop.call("POST", f"/v1/members/{member}/invitation", {}).json["code"])
    other = code[:-1] + ("2" if code[-1] != "2" else "3")

    def act(code: str) -> Act:
        return lambda: shop.call("GET", f"/v1/members/referrals/{code}", as_="storefront")

    return Twins(lambda: act(code), lambda: act(other))


SCENES = [
    asking_for_a_code,
    typing_a_wrong_code,
    proving_a_contact,
    going_on_with_a_session,
    opening_the_link_of_a_friend,
]


class Watched(NamedTuple):
    """Seconds: by how much who is known took longer, and what a call to the database takes."""

    longer: float
    a_call: float

    @property
    def tells(self) -> bool:
        return abs(self.longer) > self.a_call / 3


def watched(shop: Shop, clock: Clock, twins: Twins) -> Watched:
    chance, longer, calls = Random(7), list[float](), list[float]()
    for n in range(PAIRS):
        if n % AT_A_TIME == 0:
            clock.advance(hours=1)
            twins.known()()  # keys and programme are read again
        known, unknown = twins.known(), twins.unknown()
        first = chance.random() < 0.5
        took = [timed(act) for act in ((known, unknown) if first else (unknown, known))]
        longer.append(took[0] - took[1] if first else took[1] - took[0])
        calls.append(timed(lambda: one_call(shop)))
    return Watched(median(longer), median(calls))


def timed(act: Act) -> float:
    started = perf_counter()
    act()
    return perf_counter() - started


def test_one_more_call_on_one_side_is_seen(shop: Shop, clock: Clock) -> None:
    twins = asking_for_a_code(shop)

    def looks_somebody_up() -> Act:
        ask = twins.known()

        def act() -> None:
            ask()
            one_call(shop)

        return act

    for _ in range(TIMES):
        found = watched(shop, clock, twins._replace(known=looks_somebody_up))
        assert found.tells, found
        assert found.longer > 0


@pytest.mark.parametrize("scene", SCENES)
def test_a_watch_does_not_tell_who_is_known(
    scene: Callable[[Shop], Twins], shop: Shop, clock: Clock
) -> None:
    twins, found = scene(shop), list[Watched]()
    while not found or (found[-1].tells and len(found) < TIMES):
        found.append(watched(shop, clock, twins))
    assert not found[-1].tells, found


@pytest.mark.parametrize("scene", SCENES)
def test_neither_does_what_is_asked_of_the_database(
    scene: Callable[[Shop], Twins], shop: Shop
) -> None:
    twins = scene(shop)
    twins.known()()
    asked = []
    for act in (twins.known(), twins.unknown()):
        with recorded() as calls:
            answer = act()
        asked.append([(call.operation, call.write_units) for call in calls])
        assert isinstance(answer, Answer)
        if scene is not opening_the_link_of_a_friend:  # which says who, or that there is nobody
            asked[-1].append((answer.code if answer.status >= 400 else "", answer.status))
    assert asked[0] == asked[1]
