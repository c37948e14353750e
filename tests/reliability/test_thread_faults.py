"""Whatever happens to any call about a thread, the next try completes it, with one effect."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from functions.feedback import (
    ask_surveys,
    escalate_overdue,
    tell_again,
    tell_people,
)
from functions.operations import follow_up
from stamkund.local.invocation import Context
from stamkund.local.mailbox import Mailbox
from stamkund.tables import threads
from stamkund.tables.threads import NOTICE, NoticeItem
from stamkund.web import bus, messages
from stamkund.web.bus import Happened
from stamkund.web.messages import Message
from tests.asking import asking, heard_of, purchase
from tests.builders import (
    Answer,
    Clock,
    Shop,
    a_programme,
    a_shop,
    everything_kept,
    keep_pictures,
)
from tests.members import a_member
from tests.my_pages import page
from tests.picturing import begun
from tests.reliability import books, faults
from tests.reviewing import Bought, bought
from tests.talking import RULES, Talk, a_record, open_, opened

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
READS = {"GetItem", "Query", "TransactGetItems"}
numbers = count(1)
Act = Callable[[], Answer]


@pytest.fixture
def shop(time: Clock) -> Shop:
    """One for each test, alone: what is in it in the end is counted, and timed functions look at
    every shop there is."""
    books.wipe()
    time.set(NOON)
    keep_pictures()
    shop = a_shop(programme=a_programme(feedback=RULES))
    warm(shop)
    return shop


def warm(shop: Shop) -> None:
    """So that keys and programme are remembered."""
    talk = a_talk(shop)
    talk.answers()
    link = a_link(shop)
    shop.call("POST", "/v1/feedback/guest-threads", {"link": link}, as_="storefront")


def a_talk(shop: Shop) -> Talk:
    return opened(shop, a_member(shop, email=f"p{next(numbers)}@example.com"))


def a_link(shop: Shop) -> str:
    body = {"order": f"web:{next(numbers)}", "email": "karin@example.com"}
    link: str = shop.call("POST", "/v1/feedback/guest-links", body).json["link"]
    return link


def open_by_a_member(shop: Shop) -> Act:
    member = a_member(shop)
    return lambda: open_(shop, member, reference="once")


def open_by_a_guest(shop: Shop) -> Act:
    link = a_link(shop)
    return lambda: open_(shop, "storefront", reference="once", link=link)


def open_by_staff(shop: Shop) -> Act:
    member = a_member(shop)
    return lambda: open_(shop, "staff", reference="once", member=member)


def say_more(shop: Shop) -> Act:
    talk = a_talk(shop)
    talk.answers()
    return lambda: talk.says("Hello?", "once")


def answer(shop: Shop) -> Act:
    talk = a_talk(shop)
    return lambda: talk.step("answer", template="sorry", version=1, reference="once")


def relabel(shop: Shop) -> Act:
    talk = a_talk(shop)
    talk.step("label", tags=["box", "late"])
    return lambda: talk.step("label", tags=["late", "paid"], version=2, reference="once")


def close(shop: Shop) -> Act:
    talk = a_talk(shop)
    talk.answers()
    return lambda: talk.step("close", version=2, reference="once")


def many(shop: Shop) -> Act:
    which = [{"thread": a_talk(shop).id, "version": 1} for _ in range(2)]
    body = {"reference": "once", "threads": which, "step": {"do": "act", "text": "Done."}}
    return lambda: shop.call("POST", "/v1/feedback/steps", body, as_="staff")


def review(shop: Shop) -> Act:
    who = bought(shop, article=f"a{next(numbers)}")
    return lambda: who.says(4)


def review_anew(shop: Shop) -> Act:
    who = bought(shop, article=f"a{next(numbers)}")
    who.says(4)
    who.talk().step("publish", version=1)
    return lambda: who.says(2, "Hm")


def let_through(shop: Shop) -> Act:
    who = bought(shop, article=f"a{next(numbers)}")
    who.says(4)
    talk = who.talk()
    return lambda: talk.step("publish", version=1, reference="once")


def hold_back(shop: Shop) -> Act:
    who = bought(shop, article=f"a{next(numbers)}")
    who.says(4)
    talk = who.talk()
    talk.step("publish", version=1)
    return lambda: talk.step("refuse", version=2, reference="once", text="No")


def pictured(shop: Shop) -> tuple[Bought, list[str]]:
    """A review with two pictures, which were looked at."""
    who = bought(shop, article=f"a{next(numbers)}")
    names = [begun(shop, who.member)["picture"] for _ in range(2)]
    shown = who.says(4, pictures=names).json["pictures"]
    ids = [str(one["picture"]) for one in shown]
    for picture in ids:
        assert threads.looked_at(shop.id, who.talk().id, picture, "kept")
    return who, ids


def review_with_another_picture(shop: Shop) -> Act:
    who, ids = pictured(shop)
    names = [ids[0], begun(shop, who.member)["picture"]]
    return lambda: who.says(2, "Hm", pictures=names)


def let_a_picture_through(shop: Shop) -> Act:
    who, ids = pictured(shop)
    talk = who.talk()
    return lambda: talk.step("publish", pictures=ids[:1], version=1, reference="once")


def answer_a_question(shop: Shop) -> Act:
    return answering(shop, score=9)


def answer_badly(shop: Shop) -> Act:
    return answering(shop, score=1, text="Late")


def answering(shop: Shop, **given: Any) -> Act:
    """Its points are given in a second transaction."""
    shop.publish(asking())
    who = bought(shop, category=f"c{next(numbers)}")
    body = {"survey": "recommend", "order": who.till.order, **given}
    return lambda: shop.call("POST", "/v1/feedback/answers", body, as_=who.member)


SCENES = [
    open_by_a_member, open_by_a_guest, open_by_staff, say_more, answer, relabel, close, many,
    review, review_anew, let_through, hold_back, review_with_another_picture,
    let_a_picture_through, answer_a_question, answer_badly,
]  # fmt: skip
UNLIKE = {"thread", "member", "article", "order", "picture"}


def told(answer: Answer) -> Any:
    """Without what is another for each thread."""
    return shape(json.loads(answer.text))


def shape(value: Any) -> Any:
    if isinstance(value, list):
        return [shape(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: "..." if key in UNLIKE and isinstance(inner, str) else shape(inner)
        for key, inner in value.items()
        if key != "about"
    }


def what_there_is() -> dict[str, int]:
    """How many items of each kind."""
    found: dict[str, int] = {}
    for table, items in everything_kept().items():
        for item in items:
            name = f"{table} {item['sk']['S'].partition('#')[0]}" if table == "threads" else table
            found[name] = found.get(name, 0) + 1
    return found


def gained(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    kinds = before.keys() | after.keys()
    changes = {kind: after.get(kind, 0) - before.get(kind, 0) for kind in kinds}
    return {kind: change for kind, change in changes.items() if change}


@pytest.mark.parametrize("fault", faults.TRIED)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_whatever_happens_to_a_call_the_next_try_completes_it_with_one_effect(
    scene: Callable[[Shop], Act], fault: str, shop: Shop
) -> None:
    act = scene(shop)
    before = what_there_is()
    with faults.counted() as calls:
        expected = act()
    assert expected.status in {200, 201}, expected.text
    added = gained(before, what_there_is())
    for call, operation in enumerate(calls.operations):
        if operation in READS and fault != "killed before":
            continue
        act = scene(shop)
        before = what_there_is()
        with suppress(faults.Killed), faults.at(call, fault):
            act()
        again = act()
        assert again.status in {200, 201}, f"{operation}: {again.text}"
        assert told(again) == told(expected)
        assert gained(before, what_there_is()) == added
        assert told(act()) == told(expected)


# Telling


class Post:
    """A mailbox that counts what it is given; what is in it is there once."""

    def __init__(self) -> None:
        self.box, self.given = Mailbox(), list[Message]()
        self.events = list[Happened]()
        messages.use(self.put)
        bus.use(self.events.append)

    def put(self, message: Message) -> None:
        self.given.append(message)
        self.box.put(message)

    def ids(self) -> list[str]:
        return [kept.message.id for kept in self.box.newest()]


def deliver(talk: Talk, n: int) -> None:
    event = {"Records": [a_record(talk.shop, talk.id, n)]}
    tell_people.handler(event, Context("stream"))  # type: ignore[arg-type]


def calls_of_telling(shop: Shop) -> list[str]:
    talk = a_talk(shop)
    with faults.counted() as calls:
        deliver(talk, 1)
    return calls.operations


@pytest.mark.parametrize("fault", faults.TRIED)
def test_whatever_happens_while_somebody_is_told_they_are_told_once(
    fault: str, shop: Shop, time: Clock
) -> None:
    Post()
    operations = calls_of_telling(shop)
    assert operations == ["UpdateItem", "TransactGetItems", "TransactWriteItems"]
    for call in range(len(operations)):
        post, talk = Post(), a_talk(shop)
        with suppress(faults.Killed), faults.at(call, fault):
            deliver(talk, 1)
        deliver(talk, 1)  # the stream tries again
        for _ in range(2):
            time.advance(minutes=6)
            tell_again.handler({}, Context("timed"))
        mine = f"{shop.id}.{talk.id}.1"
        assert post.ids().count(mine) == 1
        assert status(talk) == "sent"
        twice = len([one for one in post.given if one.id == mine]) - 1
        # Only who dies between sending and marking it may send it twice, by the same id.
        assert twice == (1 if (call, fault) == (2, "killed before") else 0), (call, fault)
        assert {event.id for event in post.events if talk.id in event.id} == {mine}


def status(talk: Talk) -> str:
    item = NoticeItem.get(f"{talk.shop.id}#{talk.id}", f"{NOTICE}{1:06}", consistent_read=True)
    return str(item.status)


# Escalating


@pytest.mark.parametrize("fault", faults.TRIED)
def test_whatever_happens_while_it_escalates_it_escalates_once(
    fault: str, shop: Shop, time: Clock
) -> None:
    for call in range(6):
        talk = a_talk(shop)
        time.advance(hours=48)
        with suppress(faults.Killed, Exception), faults.at(call, fault):
            escalate_overdue.handler({}, Context("timed"))
        escalate_overdue.handler({}, Context("timed"))
        events = [event["what"] for event in talk.staff_sees()["events"]]
        assert events == ["opened", "escalated"], (call, fault)
        talk.answers()


# Asking


@pytest.mark.parametrize("fault", faults.TRIED)
def test_whatever_happens_while_it_is_planned_it_is_planned_once(fault: str, shop: Shop) -> None:
    shop.publish(asking())
    for call in range(5):
        who = bought(shop)
        before = what_there_is()
        with suppress(faults.Killed, Exception), faults.at(call, fault):
            follow_up.handler(purchase(shop, who), Context("stream"))  # type: ignore[arg-type]
        heard_of(shop, who)
        gain = gained(before, what_there_is())
        # Now, and after the seven and the ten days.
        assert gain["threads ASK"] == 3, (call, fault)
    assert asked_of(shop, "easy") == 5


@pytest.mark.parametrize("fault", faults.TRIED)
def test_whatever_happens_while_somebody_is_asked_they_are_asked_once(
    fault: str, shop: Shop, time: Clock
) -> None:
    shop.publish(asking())
    calls = 8
    for call in range(calls):
        post, who = Post(), bought(shop, member=a_member(shop, email=f"q{next(numbers)}@x.example"))
        heard_of(shop, who)
        time.advance(days=10)
        with suppress(faults.Killed, Exception), faults.at(call, fault):
            ask_surveys.handler({}, Context("timed"))
        for _ in range(2):
            time.advance(minutes=6)
            ask_surveys.handler({}, Context("timed"))
        mine = f"{shop.id}.{who.till.order}.007"
        assert post.ids().count(mine) == 1
        twice = len([one for one in post.given if one.id == mine]) - 1
        # Only who dies between sending and noting it may send it twice, by the same id.
        assert twice <= (1 if fault == "killed before" else 0), (call, fault)
        survey = page(shop, who.member)["modules"]["survey"]
        assert survey["order"] == who.till.order, (call, fault)
    assert asked_of(shop, "first-order") == calls


def asked_of(shop: Shop, survey: str) -> int:
    path = f"/v1/feedback/surveys/{survey}/results"
    asked: int = shop.call("GET", path, as_="staff").json["total"]["asked"]
    return asked
