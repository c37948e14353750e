"""Members review what they bought, staff lets it through or not, goods come back, at any time and
more than once, while calls fail. In the end what is counted is what is shown, and whoever has
something shown has points for it, once, and nobody else.

Hypothesis chooses; the blob that it prints with a failure replays it.
"""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from threading import local

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    initialize,
    invariant,
    precondition,
    rule,
)

from functions.feedback import app as feedback
from functions.feedback import settle_reviews
from functions.operations import follow_up
from stamkund.local.invocation import Context
from stamkund.rules.reviews import Rating, review_id
from stamkund.tables import reviews
from stamkund.web.app import App
from tests.builders import Clock, Shop, a_shop, http_event
from tests.reliability import books, faults
from tests.reliability.machines import Timed, search
from tests.reviewing import Bought, a_club, bought, path_of, read, reversal

FAULTS = st.sampled_from([None] * 2 * len(faults.FAULTS) + list(faults.FAULTS))
CALLS = st.integers(0, 5)
GIVES = 25
BUSY = 503
ARTICLES = ("shoe", "boot")


@dataclass
class Known:
    """What should be known of a review. `earned` once it was shown when somebody looked."""

    who: Bought
    article: str
    stars: int = 0
    state: str = ""
    back: bool = False


class Reviewers(Timed):
    sold = Bundle("sold")

    def __init__(self) -> None:
        super().__init__()
        self.every: list[Known] = []
        self.numbers = count(1)

    @initialize()
    def opens_the_shop(self) -> None:
        books.wipe()
        self.shop: Shop = a_shop(programme=a_club())

    # Few, so that much happens to each.
    @precondition(lambda self: len(self.every) < 3)
    @rule(target=sold, article=st.sampled_from(ARTICLES))
    def sells(self, article: str) -> Known:
        known = Known(bought(self.shop, 10_000, article=article), article)
        self.every.append(known)
        return known

    @rule(
        known=sold,
        stars=st.integers(1, 5),
        rude=st.booleans(),
        fault=FAULTS,
        call=CALLS,
    )
    def is_reviewed(
        self, known: Known, stars: int, rude: bool, fault: str | None, call: int
    ) -> None:
        text = f"{'skit' if rude else 'bra'} {next(self.numbers)}"
        answer = self.tried(lambda: known.who.says(stars, text), fault, call)
        if known.back:
            assert answer.code in {"line_returned", "review_withdrawn"}
            return
        known.stars, known.state = stars, "waiting" if rude else "published"
        assert (answer.json["stars"], answer.json["state"]) == (stars, known.state)

    @rule(known=sold, publish=st.booleans(), fault=FAULTS, call=CALLS)
    def is_looked_at(self, known: Known, publish: bool, fault: str | None, call: int) -> None:
        if not known.state:
            return
        talk, step = known.who.talk(), {} if publish else {"text": "Nej"}
        version = talk.staff_sees()["thread"]["version"]
        reference = f"d{next(self.numbers)}"
        do = "publish" if publish else "refuse"
        answer = self.tried(
            lambda: talk.step(do, version=version, reference=reference, **step), fault, call
        )
        if answer.status >= 400:
            assert (known.back, answer.code) == (True, "review_withdrawn")
        else:
            known.state = "published" if publish else "refused"

    @rule(known=sold, seen=st.integers(0, 2), fault=FAULTS, call=CALLS)
    def comes_back(self, known: Known, seen: int, fault: str | None, call: int) -> None:
        """Of which the stream tells not at all yet, once, or twice."""
        if not known.back:
            assert known.who.till.refund("r").status == 201
            known.back = True
        for _ in range(seen):
            with suppress(faults.Killed, Exception), faults.at(call, fault or "killed before"):
                self.is_told_of(known)
        if seen:
            self.is_told_of(known)

    def is_told_of(self, known: Known) -> None:
        event = reversal(self.shop, known.who)
        answer = follow_up.handler(event, Context("stream"))  # type: ignore[arg-type]
        assert answer["batchItemFailures"] == []

    @rule(fault=FAULTS, call=st.integers(0, 9))
    def somebody_sees_to_it(self, fault: str | None, call: int) -> None:
        with suppress(faults.Killed, Exception), faults.at(call, fault or "killed before"):
            settle_reviews.handler({}, Context("timed"))

    @invariant()
    def what_is_counted_is_what_is_shown(self) -> None:
        for article in ARTICLES if self.every else ():
            shown = list(reviews.all_shown(self.shop.id, article))
            stars = [sum(one.stars == n for one in shown) for n in range(1, 6)]
            assert reviews.read(self.shop.id, article, 1).rating == Rating(stars)
            gone = {review_id(k.who.till.order, "l0") for k in self.every if k.back}
            expected = {
                (review_id(known.who.till.order, "l0"), known.stars)
                for known in self.every
                if known.article == article and known.state == "published"
            }
            assert {(one.review, one.stars) for one in shown} | {
                one for one in expected if one[0] in gone
            } == expected

    def teardown(self) -> None:
        """When everybody has been told and everything seen to, points are where they belong."""
        for known in self.every:
            if known.back:
                self.is_told_of(known)
        for _ in range(2):
            self.time.advance(minutes=1)
            assert settle_reviews.handler({}, Context("timed"))["failed"] == 0
        for known in self.every:
            state = known.who.seen()["state"] if known.state else ""
            assert state == ("withdrawn" if known.back and known.state else known.state)
            bonuses = [entry for entry in known.who.till.entries if entry.kind == "bonus"]
            assert len(bonuses) <= 1
            if state in {"withdrawn", "published"}:
                assert known.who.bonus == (0 if known.back else GIVES)


def test_what_is_counted_is_what_is_shown_and_paid_for_once(time: Clock) -> None:
    search(Reviewers, time)


mine = local()


def own_app() -> App:
    """A thread needs an app to itself, as a process has."""
    if not hasattr(mine, "app"):
        mine.app = feedback.build()
    app: App = mine.app
    return app


def ask(who: Bought, stars: int, text: str) -> int:
    """As a client does: whoever is told to come again comes again."""
    body = {"stars": stars, "text": text}
    credential = who.shop.credential(who.member)
    event = http_event("PUT", path_of(who.till.order), body, credential)
    for _ in range(20):
        status: int = own_app()(event, None)["statusCode"]
        if status != BUSY:
            return status
    return BUSY


def test_many_at_once_are_counted_to_the_last(time: Clock) -> None:
    """Some of the goods come back meanwhile, and two of everything that runs by itself run."""
    time.set(Clock().now)
    books.wipe()
    shop = a_shop(programme=a_club())
    people = [bought(shop, 10_000) for _ in range(12)]
    back = people[::3]

    def writes(n: int) -> None:
        for stars in (1 + n % 5, 5):
            assert ask(people[n % len(people)], stars, f"{n} {stars}") in {200, 201, 409}

    def sees_to_it(n: int) -> None:
        with suppress(Exception):  # whoever is slower than all the others comes again
            follow_up.handler(reversal(shop, back[n % len(back)]), Context("stream"))  # type: ignore[arg-type]
            settle_reviews.handler({}, Context("timed"))

    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(writes, n) for n in range(18)]
        jobs += [pool.submit(sees_to_it, n) for n in range(6)]
        for who in back:
            assert who.till.refund("r").status == 201
        for job in jobs:
            job.result()
    for _ in range(2):
        for who in back:
            follow_up.handler(reversal(shop, who), Context("stream"))  # type: ignore[arg-type]
        assert settle_reviews.handler({}, Context("timed"))["failed"] == 0
    shown = list(reviews.all_shown(shop.id, "shoe"))
    rating = read(shop)["rating"]
    assert rating["stars"] == {str(n): sum(one.stars == n for one in shown) for n in range(1, 6)}
    assert rating["count"] == len(shown) == 8
    assert [who.bonus for who in people] == [0 if n % 3 == 0 else GIVES for n in range(12)]
