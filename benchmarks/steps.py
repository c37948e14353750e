"""What each step of a member's year asks of the cloud, measured and kept in steps.json.

Calls and units by AWS's formula; items, answers and log lines in bytes; processor time. A member
with ten earlier orders buys once a month for a year, three lines at a time. What an order takes is
the mean of the twelve, with all that came along: lots that were put together, review days that
moved, steps up and down, and what the nights between had to do.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from functools import partial
from io import StringIO
from itertools import chain
from pathlib import Path
from statistics import mean, median
from time import thread_time
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from benchmarks import history, scene
from benchmarks.alone import alone
from benchmarks.cold_start import starts
from benchmarks.database import opened
from functions.checkout import reverse_unconfirmed
from functions.members import recalculate_tier, review_accounts
from functions.members.settling import settle
from functions.operations import follow_up
from functions.referrals.following import look_at
from stamkund.rules.referral_rules import PointsGiven, Referrals
from stamkund.rules.selection import moment
from stamkund.tables import accounts, keys, programmes
from stamkund.web.club import club_at
from tests.builders import app_for, everything_kept, http_event
from tests.capacity import item_size
from tests.recorder import Calls, recorded

FILE = Path(__file__).with_name("steps.json")
EARLIER, MONTHS = 10, 12
ROUNDS, TIMED = 12, 9
SHOWN = 24  # articles on a page of a gallery
KEPT_BESIDE = 100  # bytes that DynamoDB keeps, and bills, beside every item

# Which function takes a step.
TAKEN_BY = {
    "quote": "checkout-quote",
    "commit": "checkout-commit",
    "paid commit": "checkout-commit",
    "confirm": "checkout-confirm",
    "refund": "checkout-refund",
    "prices": "checkout-prices",
    "tier": "members-recalculate_tier",
    "follow up": "operations-follow_up",
    "friend": "operations-follow_up",
    "friend later": "referrals-settle_referrals",
    "review": "members-review_accounts",
    "session": "members-open_session",
    "card": "members-read_card",
    "points": "members-read_points",
    "ladder": "members-read_ladder",
    "enrol": "members-enrol",
    "idle minute": "checkout-reverse_unconfirmed",
    "idle night": "members-review_accounts",
}

# Both sides are given points: a voucher takes an item more of one of them.
INVITING = Referrals(referrer=PointsGiven(500), friend=PointsGiven(100))
KEPT = timedelta(days=31)  # what is kept so long can no longer be returned
JOBS = {"idle minute": reverse_unconfirmed.handler, "idle night": review_accounts.handler}

Task = Callable[[], Any]


class Step(Struct, frozen=True, kw_only=True):
    """Taken once, on average. `units` are write units by table, those of its indexes included.

    `invocations` are none for what is done within one that is there for many.
    """

    http: bool
    invocations: int
    operations: dict[str, float]
    read_units: float
    units: dict[str, float]
    answer_bytes: float
    log_bytes: float
    log_lines: float
    handler_ms: float = 0

    @property
    def write_units(self) -> float:
        return sum(self.units.values())

    @property
    def calls(self) -> float:
        return sum(self.operations.values())


class Steps(Struct, frozen=True):
    """`stored` is in bytes: what is kept of one order, and of a member beside the orders.
    `starts` is the processor's time of a function's first answer, its imports included, in
    milliseconds."""

    steps: dict[str, Step]
    stored: dict[str, float]
    starts: dict[str, float] = {}


class Taken(NamedTuple):
    """One time that a step was taken."""

    calls: Calls
    answer: dict[str, Any]
    log: str


def main() -> None:
    with alone() as process:
        found = process.submit(measured).result()
    with alone() as process:
        found = replace(found, starts=process.submit(starts, {*TAKEN_BY.values()}).result())
    FILE.write_bytes(msgspec.json.format(msgspec.json.encode(found, order="sorted"), indent=2))
    print(f"Measured: {', '.join(found.steps)}", file=sys.stderr)


def kept() -> Steps:
    return msgspec.json.decode(FILE.read_bytes(), type=Steps)


def measured(rounds: int = ROUNDS) -> Steps:
    """In a process of its own: who listens to the log must be there before its first line."""
    # As in production: a line per request, and with its metrics, which belong to a stage.
    os.environ.update(POWERTOOLS_LOG_LEVEL="INFO", STAMKUND_STAGE="prod")
    heard = StringIO()
    with redirect_stdout(heard):
        life = Life(heard)
        stored = life.a_year()
        life.other_things()
        times = life.times(rounds)
    steps = {name: _mean(name, taken, times) for name, taken in life.taken.items()}
    return Steps(steps, stored)


class Life:
    """One member of one shop. Every step is written down in `taken`."""

    def __init__(self, heard: StringIO) -> None:
        self._heard = heard
        programme = replace(scene.a_programme_of(50), referrals=INVITING)
        self._shop, self._time = opened(programme)
        published = programmes.current(self._shop.id, self._time.now)
        at = moment(self._time.now, programme.time_zone)
        history.remember(self._shop, published, at, EARLIER, per_day=1)
        self.taken: dict[str, list[Taken]] = {}

    def a_year(self) -> dict[str, float]:
        """What is stored of an order, and of a member."""
        before = _stored()
        for month in range(MONTHS):
            self._time.advance(days=30)
            self._warm()
            self._take("review", self._review())
            for name, task in self._order(f"year-{month}"):
                self._take(name, task)
        bought = _stored()
        self._warm()
        self._take("enrol", self._asking("POST", "/v1/members", _newcomer("0")))
        joined = _stored()
        return {
            "order": sum((bought - before).values()) / MONTHS,
            "member": float(sum((joined - bought).values())),
        }

    def other_things(self) -> None:
        last = f"web:year-{MONTHS - 1}"
        self._refund(last, "1")()  # reads this version of the programme, which is then remembered
        self._take("refund", self._refund(last, "2"))
        self._take("paid commit", self._paid())
        for name, task in self._looking():
            self._take(name, task)
        for name, task in self._friend("once"):
            self._take(name, task)
        for name, job in JOBS.items():
            job({}, None)  # the days since the first programme, once
            self._take(name, partial(job, {}, None))

    def times(self, rounds: int) -> dict[str, float]:
        """Processor time of the quietest of some rounds: it leaves out the waiting for the
        database. Nothing is recorded, since the recorder looks at every item twice."""
        quiet: dict[str, float] = {}
        for each in range(rounds):
            for name, times in self._round(f"timed-{each}").items():
                quiet[name] = min(quiet.get(name, times), times)
        return {name: round(milliseconds, 3) for name, milliseconds in quiet.items()}

    def _round(self, id: str) -> dict[str, float]:
        """The median of each step."""
        seen: dict[str, list[float]] = {}
        for n in range(TIMED):
            order = f"{id}-{n}"
            every = (self._order(order), self._looking(), self._rest(order), self._friend(order))
            for name, task in chain.from_iterable(every):
                seen.setdefault(name, []).append(_milliseconds(task))
        return {name: median(times) for name, times in seen.items()}

    def _review(self) -> Task:
        """What the night does for a member whose day has come; the others it does not meet."""
        due = accounts.find(self._shop.id, scene.MEMBER).review_on
        if due and due <= self._time.now.date().isoformat():
            return lambda: {"changed": settle(self._shop.id, scene.MEMBER, self._time.now)}
        return dict

    def _order(self, id: str) -> Iterator[tuple[str, Task]]:
        """The steps of an order; each has to be done before the next is asked for."""
        self._warm()
        basket = scene.a_request(3, member=scene.MEMBER)
        answers: list[dict[str, Any]] = []
        quoting = self._asking("POST", "/v1/checkout/quotes", basket)
        yield "quote", lambda: _kept_in(answers, quoting())
        quote = msgspec.json.decode(answers[0]["body"])["quote"]
        committed = {**basket, "order_id": id, "quote": quote}
        yield "commit", self._asking("POST", "/v1/checkout/orders", committed)
        yield "tier", partial(self._look_again, recalculate_tier.handler, f"web:{id}")
        yield "follow up", partial(self._look_again, follow_up.handler, f"web:{id}")
        yield "confirm", self._asking("POST", f"/v1/checkout/orders/web:{id}/confirmation")

    def _paid(self) -> Task:
        """An order that comes with what was charged, and needs no confirmation."""
        basket = msgspec.to_builtins(scene.a_request(3, member=scene.MEMBER))
        quote = msgspec.json.decode(self._asking("POST", "/v1/checkout/quotes", basket)()["body"])
        for line, quoted in zip(basket["lines"], quote["lines"], strict=True):
            line["charged"] = quoted["due"]
        paid = {**basket, "order_id": "paid", "quote": quote["quote"], "paid": True}
        return self._asking("POST", "/v1/checkout/orders", paid)

    def _looking(self) -> Iterator[tuple[str, Task]]:
        shown = {"currency": "SEK", "member": scene.MEMBER, "articles": scene.articles(SHOWN)}
        yield "prices", self._asking("POST", "/v1/checkout/prices", shown)
        who = {"customer_id": "customer-0"}
        yield "session", self._asking("POST", "/v1/members/sessions", who)
        for what in ("card", "points", "ladder"):
            yield what, self._asking("GET", f"/v1/members/me/{what}", as_=scene.MEMBER)

    def _rest(self, id: str) -> Iterator[tuple[str, Task]]:
        yield "refund", self._refund(f"web:{id}", "1")
        yield "enrol", self._asking("POST", "/v1/members", _newcomer(id))

    def _refund(self, order: str, line: str) -> Task:
        wanted = {"reference": line, "lines": [{"id": line, "quantity": 1}]}
        return self._asking("POST", f"/v1/checkout/orders/{order}/refunds", wanted)

    def _warm(self) -> None:
        """Keys and programme are read once a minute and process, and are no part of a step."""
        self._asking("POST", "/v1/checkout/quotes", scene.a_request(3))()

    def _look_again(self, reader: Callable[..., Any], order: str) -> dict[str, Any]:
        """What one of the stream's two readers does about an order."""
        key = keys.of(self._shop.id, scene.MEMBER)
        image = {"pk": {"S": key}, "kind": {"S": "earn"}, "order": {"S": order}}
        record = {"eventID": "1", "dynamodb": {"SequenceNumber": "1", "NewImage": image}}
        answer: dict[str, Any] = reader({"Records": [record]}, None)
        assert answer == {"batchItemFailures": []}
        return answer

    def _friend(self, id: str) -> Iterator[tuple[str, Task]]:
        """Somebody who was brought has bought, and then keeps it: what that takes beside what is
        looked at of any order."""
        friend = self._brought(id)
        self._warm()
        yield "friend", partial(self._looked_at, friend, self._time.now)
        later = self._time.now + KEPT
        club_at(self._shop.id, later)  # the programme of then is remembered
        yield "friend later", partial(self._looked_at, friend, later)

    def _brought(self, id: str) -> str:
        """By a member of their own, seen with a card, an address and a device of theirs."""
        inviter = self._ask("POST", "/v1/members", _newcomer(f"inviter-{id}"))["member"]
        code = self._ask("POST", f"/v1/members/{inviter}/invitation", {})["code"]
        body = {**_newcomer(f"friend-{id}"), "invitation": {"code": code, "device": id}}
        friend: str = self._ask("POST", "/v1/members", body)["member"]
        signs = {"payment": f"pm-{id}", "address": f"Storgatan {id}"}
        self._asking("POST", f"/v1/members/{friend}/signs", signs)()
        lines = msgspec.to_builtins(scene.a_basket(3).lines)
        charged = [{**line, "charged": line["unit_price"] * line["quantity"]} for line in lines]
        bought = {"currency": "SEK", "lines": charged, "member": friend, "paid": True}
        self._ask("POST", "/v1/checkout/orders", {**bought, "order_id": f"friend-{id}"})
        return friend

    def _looked_at(self, friend: str, now: datetime) -> dict[str, Any]:
        changed = look_at(club_at(self._shop.id, now), friend)
        assert changed
        return {"changed": changed}

    def _ask(self, method: str, path: str, body: Any) -> Any:
        return msgspec.json.decode(self._asking(method, path, body)()["body"])

    def _asking(self, method: str, path: str, body: Any = None, as_: str = "shop") -> Task:
        event = http_event(method, path, body, self._shop.credential(as_))
        return lambda: _answered(app_for(path)(event, None))

    def _take(self, name: str, task: Task) -> None:
        said = len(self._heard.getvalue())
        with recorded() as calls:
            answer = task()
        taken = Taken(calls, answer, self._heard.getvalue()[said:])
        self.taken.setdefault(name, []).append(taken)


def _newcomer(id: str) -> dict[str, Any]:
    return {
        "customer_id": f"customer-{id}",
        "email": f"someone.{id}@example.com",
        "first_name": "Someone",
        "last_name": "Otherwise",
    }


def _answered(answer: dict[str, Any]) -> dict[str, Any]:
    assert answer["statusCode"] in {200, 201, 204}, answer["body"]
    return answer


def _kept_in(answers: list[dict[str, Any]], answer: dict[str, Any]) -> dict[str, Any]:
    answers.append(answer)
    return answer


def _mean(name: str, taken: list[Taken], times: dict[str, float]) -> Step:
    operations = Counter(one.operation for each in taken for one in each.calls)
    units = Counter[str]()
    for each in taken:
        for call in each.calls:
            for written in call.written:
                units[written.table] += written.units
    return Step(
        http="statusCode" in taken[0].answer,
        invocations=0 if name == "review" else 1,
        operations=_each(operations, len(taken)),
        read_units=round(mean(one.calls.read_units for one in taken), 2),
        units=_each(units, len(taken)),
        answer_bytes=round(mean(_size(one.answer) for one in taken)),
        log_bytes=round(mean(len(one.log.encode()) for one in taken)),
        log_lines=round(mean(one.log.count("\n") for one in taken), 2),
        handler_ms=times.get(name.removeprefix("paid "), 0),
    )


def _each(counts: Counter[str], times: int) -> dict[str, float]:
    return {name: round(count / times, 4) for name, count in sorted(counts.items())}


def _size(answer: dict[str, Any]) -> int:
    """Body and headers, as they leave."""
    headers = answer.get("headers", {})
    said = sum(len(f"{name}: {value}\r\n".encode()) for name, value in headers.items())
    return len(answer.get("body", "").encode()) + said


def _milliseconds(task: Task) -> float:
    started = thread_time()
    task()
    return (thread_time() - started) * 1000


def _stored() -> Counter[str]:
    """Bytes by table, as DynamoDB bills them, without the indexes, in which few items are."""
    sizes = Counter[str]()
    for table, items in everything_kept().items():
        sizes[table] = sum(item_size(item) + KEPT_BESIDE for item in items)
    return sizes


if __name__ == "__main__":
    main()
