"""Two members and a guest say things, two of staff answer, note, label, act and close, often on
what they read a while ago, and announce what they have done; records of the stream and messages of
the queue come late, twice, mixed, or not at all; and at any step something happens to a call, after
which whoever it was tries again.

Hypothesis chooses; the blob that it prints with a failure replays it.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    initialize,
    invariant,
    multiple,
    rule,
)

from functions.feedback import (
    announce,
    announce_again,
    escalate_overdue,
    tell_again,
    tell_people,
)
from stamkund.local.invocation import Context
from stamkund.local.queues import record
from stamkund.rules.threads import MOVES, STATES, WAITING, State, What
from stamkund.tables import shops
from stamkund.web import queue
from tests.announcing import reach
from tests.builders import Clock, Shop, a_programme, a_shop
from tests.members import a_member
from tests.reliability import books, faults
from tests.reliability.machines import Timed, search
from tests.reliability.test_thread_faults import Post
from tests.talking import RULES, a_record

EMAILS = ["jonas@example.com", "karin@example.com"]
GUEST = "guest@example.com"
# Most of the time nothing happens.
FAULTS = st.sampled_from([None] * 2 * len(faults.FAULTS) + list(faults.FAULTS))
DOES: dict[str, What] = {
    "answer": "answered",
    "act": "acted_on",
    "close": "closed",
    "reopen": "reopened",
    "note": "noted",
    "claim": "claimed",
    "label": "labelled",
}
WORDED = {"answer", "act", "close", "note"}


@dataclass
class Known:
    """What should be known of a thread: `lines` is what its author sees, `told` the numbers of the
    events that somebody has to be told of."""

    id: str
    author: str
    state: State = "received"
    version: int = 1
    lines: list[tuple[str, str]] = field(default_factory=list)
    internal: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    told: set[int] = field(default_factory=lambda: {1})


@dataclass
class News:
    """An announcement, and which threads it is linked to; `done` are the numbers of its events."""

    id: str
    line: str
    threads: list[str]
    done: dict[str, int] = field(default_factory=dict)


class Desk(Timed):
    threads = Bundle("threads")

    def __init__(self) -> None:
        super().__init__()
        self.every: dict[str, Known] = {}
        self.news: dict[str, News] = {}
        self.messages: list[str] = []
        self.words = 0
        self.deaths = 0

    @initialize()
    def opens_the_shop(self) -> None:
        books.wipe()
        self.post = Post()
        queue.use(lambda _, text: self.messages.append(text))
        self.shop: Shop = a_shop(programme=a_programme(feedback=RULES))
        self.shop.keys["second"] = shops.add_key(self.shop.id, "staff")
        self.members = {email: a_member(self.shop, email=email) for email in EMAILS}
        body = {"order": "web:1", "email": GUEST, "language": "da"}
        self.link = self.shop.call("POST", "/v1/feedback/guest-links", body).json["link"]

    def another(self) -> str:
        self.words += 1
        return f"w{self.words}"

    def as_author(self, author: str, body: dict[str, Any]) -> tuple[dict[str, Any], str]:
        if author == GUEST:
            return {**body, "link": self.link}, "storefront"
        return body, self.members[author]

    # What people do

    @rule(
        target=threads,
        author=st.sampled_from([*EMAILS, GUEST]),
        kind=st.sampled_from(["complaint", "idea"]),
        fault=FAULTS,
        call=st.integers(0, 2),
    )
    def opens(self, author: str, kind: str, fault: str | None, call: int) -> object:
        if len(self.every) >= 5:
            return multiple()
        word = self.another()
        body, as_ = self.as_author(author, {"reference": word, "kind": kind, "text": word})
        path = "/v1/feedback/threads"
        answer = self.tried(lambda: self.shop.call("POST", path, body, as_=as_), fault, call)
        assert answer.status in {200, 201}, answer.text
        known = Known(answer.json["thread"], author, lines=[("you", word)])
        assert known.id not in self.every
        self.every[known.id] = known
        return known

    @rule(known=threads, fault=FAULTS, call=st.integers(0, 1))
    def says(self, known: Known, fault: str | None, call: int) -> None:
        word = self.another()
        body, as_ = self.as_author(known.author, {"reference": word, "text": word})
        path = f"/v1/feedback/threads/{known.id}/messages"
        answer = self.tried(lambda: self.shop.call("POST", path, body, as_=as_), fault, call)
        assert answer.status in {200, 201}, answer.text
        self.happened(known, "said", ("you", word))

    @rule(known=threads, other=st.sampled_from([*EMAILS, GUEST]))
    def meddles(self, known: Known, other: str) -> None:
        """Somebody in somebody else's thread."""
        if other == known.author:
            return
        body, as_ = self.as_author(other, {"reference": "meddling", "text": "meddling"})
        path = f"/v1/feedback/threads/{known.id}"
        answer = self.shop.call("POST", f"{path}/messages", body, as_=as_)
        assert answer.code == "thread_not_found"
        if other != GUEST:
            assert self.shop.call("GET", path, as_=as_).code == "thread_not_found"

    @rule(
        known=threads,
        do=st.sampled_from(list(DOES)),
        who=st.sampled_from(["staff", "second"]),
        behind=st.sampled_from([0, 0, 0, 0, 1, 2]),
        tags=st.lists(st.sampled_from(["box", "late", "paid"]), max_size=3, unique=True),
        fault=FAULTS,
        call=st.integers(0, 1),
    )
    def steps(  # noqa: PLR0917 -- each is drawn
        self, known: Known, do: str, who: str, behind: int, tags: list[str], fault: str | None,
        call: int,
    ) -> None:  # fmt: skip
        word, version = self.another(), max(1, known.version - behind)
        step: dict[str, Any] = {"do": do}
        step |= {"text": word} if do in WORDED else {"tags": tags} if do == "label" else {}
        body = {"reference": word, "version": version, "step": step}
        path = f"/v1/feedback/inbox/{known.id}/steps"
        answer = self.tried(lambda: self.shop.call("POST", path, body, as_=who), fault, call)
        what = DOES[do]
        if version != known.version:
            assert answer.code == "thread_changed", answer.text
            assert answer.json["params"]["version"] == known.version
        elif what in MOVES and known.state not in MOVES[what]:
            assert answer.code == "not_possible_now", answer.text
        else:
            assert answer.status in {200, 201}, answer.text
            known.tags = sorted(tags) if do == "label" else known.tags
            self.happened(known, what, ("shop", word if do in WORDED else ""))

    def happened(self, known: Known, what: What, line: tuple[str, str]) -> None:
        before = known.state
        known.version += 1
        known.state = MOVES.get(what, {}).get(before, before)
        if what in {"noted", "claimed", "labelled"}:
            known.internal.append(line[1])
        else:
            known.lines.append(line)
        if what == "answered" or known.state != before:
            known.told.add(known.version)

    @rule(
        picks=st.lists(st.integers(0, 9), min_size=1, max_size=4),
        again=st.booleans(),
        fault=FAULTS,
        call=st.integers(0, 4),
    )
    def announces(self, picks: list[int], again: bool, fault: str | None, call: int) -> None:
        if not self.every or len(self.news) >= 3:
            return
        every = list(self.every)
        linked = list(dict.fromkeys(every[pick % len(every)] for pick in picks))
        word = self.another()
        body = {
            "words": [{"language": "sv", "title": word, "text": word}],
            "threads": linked,
        }
        path = f"/v1/feedback/announcements/{word}"
        assert self.shop.call("PUT", path, body, as_="staff").status == 200
        publish = f"{path}/publication"
        for _ in range(1 + again):
            answer = self.tried(lambda: self.shop.call("POST", publish, as_="staff"), fault, call)
            assert answer.status in {200, 202}, answer.text
        self.news[word] = News(word, f"{word}\n\n{word}", linked)

    # What happens by itself

    @rule(
        picks=st.lists(st.integers(0, 20), min_size=1, max_size=4),
        fault=FAULTS,
        call=st.integers(0, 12),
    )
    def brings(self, picks: list[int], fault: str | None, call: int) -> None:
        """Any of the messages there have been, in any order, and some of them again."""
        for pick in picks if self.messages else ():
            text = self.messages[pick % len(self.messages)]
            with self.struck(fault, call):
                announce.handler({"Records": [record(text)]}, Context("queue"))  # type: ignore[arg-type]
            self.catch_up_with_news()

    def catch_up_with_news(self) -> None:
        """What has been announced is done by the shop itself, to what was linked and once."""
        for news in self.news.values():
            for known in (self.every[id] for id in news.threads):
                self.catch_up(known)

    @contextmanager
    def struck(self, fault: str | None, call: int) -> Iterator[None]:
        try:
            with faults.at(call, fault) if fault else nullcontext():
                yield
        except faults.Killed:
            self.deaths += 1
        except Exception:
            # Lambda would tell of it, and the next run goes on.
            if not fault:
                raise

    @rule(
        picks=st.lists(st.integers(0, 60), min_size=1, max_size=6),
        fault=FAULTS,
        call=st.integers(0, 8),
    )
    def delivers(self, picks: list[int], fault: str | None, call: int) -> None:
        """Any of the records there have been, in any order, and some of them again."""
        notices = [(known.id, n) for known in self.every.values() for n in sorted(known.told)]
        notices += [(id, n) for news in self.news.values() for id, n in news.done.items()]
        if not notices:
            return
        records = [a_record(self.shop, *notices[pick % len(notices)]) for pick in picks]
        event = {"Records": records}
        with self.struck(fault, call):
            tell_people.handler(event, Context("stream"))  # type: ignore[arg-type]

    @rule(
        hours=st.sampled_from([0.1, 1, 5, 24, 49]),
        fault=FAULTS,
        call=st.integers(0, 8),
        both=st.booleans(),
    )
    def waits(self, hours: float, fault: str | None, call: int, both: bool) -> None:
        self.time.advance(hours=hours)
        jobs = (escalate_overdue.handler, tell_again.handler, announce_again.handler)
        for job in jobs if both else ():
            with self.struck(fault, call):
                job({}, Context("timed"))
        for known in self.every.values():
            self.catch_up(known)

    def catch_up(self, known: Known) -> None:
        """What has escalated the shop does by itself: whether it should have is asked below."""
        for event in self.staff_sees(known)["events"][known.version :]:
            known.version = event["n"]
            if event["what"] == "announced":
                self.was_announced(known, self.news[event["detail"]])
                continue
            assert event["what"] == "escalated"
            assert known.state in WAITING
            known.internal.append("")
            known.told.add(event["n"])

    def was_announced(self, known: Known, news: News) -> None:
        assert known.id in news.threads
        assert known.id not in news.done
        news.done[known.id] = known.version
        known.state = "acted_on"
        known.lines.append(("shop", news.line))

    # Always

    def staff_sees(self, known: Known) -> Any:
        return self.shop.call("GET", f"/v1/feedback/inbox/{known.id}", as_="staff").json

    def author_sees(self, known: Known) -> Any:
        if known.author != GUEST:
            path, as_ = f"/v1/feedback/threads/{known.id}", self.members[known.author]
            return self.shop.call("GET", path, as_=as_).json
        body = {"link": self.link}
        read = self.shop.call("POST", "/v1/feedback/guest-threads", body, as_="storefront").json
        (mine,) = [one for one in read["threads"] if one["thread"]["thread"] == known.id]
        return mine

    @invariant()
    def nothing_is_lost_and_nobody_sees_what_is_not_for_them(self) -> None:
        for known in self.every.values():
            seen = self.author_sees(known)
            assert seen["thread"]["state"] == known.state
            lines = [(line["who"], line["text"] or "") for line in seen["lines"]]
            assert lines == known.lines
            whole = self.staff_sees(known)
            texts = [(event["internal"], event["text"] or "") for event in whole["events"]]
            announced = {news.line for news in self.news.values()}
            assert [text for inside, text in texts if not inside] == [
                "" if text in announced else text for _, text in known.lines
            ]
            assert [text for inside, text in texts if inside] == [
                word if word in {text for _, text in texts} else "" for word in known.internal
            ]
            assert [event["n"] for event in whole["events"]] == list(range(1, known.version + 1))
            assert (whole["thread"]["version"], whole["thread"]["tags"]) == (
                known.version, known.tags,
            )  # fmt: skip

    @invariant()
    def the_lists_are_what_a_recount_would_find(self) -> None:
        for state in STATES if self.every else ():
            found = self.listed(f"?state={state}")
            assert found == {id for id, known in self.every.items() if known.state == state}
        for tag in ("box", "late", "paid") if self.every else ():
            found = self.listed(f"?tag={tag}")
            assert found == {id for id, known in self.every.items() if tag in known.tags}
        if self.every:
            waiting = {id for id, known in self.every.items() if known.state in WAITING}
            assert self.listed("") == waiting

    def listed(self, query: str) -> set[str]:
        read = self.shop.call("GET", f"/v1/feedback/inbox{query}", as_="staff").json
        assert read["next"] is None
        return {one["thread"] for one in read["threads"]}

    def told_of(self, news: News) -> dict[str, str]:
        """By one of their threads each author, and by no other."""
        given = {message.id for message in self.post.given}
        found: dict[str, str] = {}
        for id, n in news.done.items():
            message = f"{self.shop.id}.{id}.{n}"
            if message in given:
                found[message] = self.every[id].author
        assert sorted(found.values()) == sorted({self.every[id].author for id in news.threads})
        return found

    def teardown(self) -> None:
        """In the end everybody has been told of everything that concerns them, once."""
        if not self.every:
            return
        for _ in range(3):
            self.time.advance(minutes=11)
            announce_again.handler({}, Context("timed"))
            while self.messages:
                event = {"Records": [record(self.messages.pop(0))]}
                announce.handler(event, Context("queue"))  # type: ignore[arg-type]
            self.catch_up_with_news()
            tell_again.handler({}, Context("timed"))
        for news in self.news.values():
            authors = {self.every[id].author for id in news.threads}
            assert news.done.keys() == set(news.threads)
            assert reach(self.shop, news.id) == (len(authors), len(news.threads), 0)
        expected = {
            f"{self.shop.id}.{known.id}.{n}": known.author
            for known in self.every.values()
            for n in known.told
        }
        for news in self.news.values():
            expected |= self.told_of(news)
        kept = [one.message for one in self.post.box.newest()]
        assert {event.id for event in self.post.events} == expected.keys()
        # The mailbox shows its newest fifty.
        assert len({message.id for message in kept}) == len(kept)
        given = Counter(message.id for message in self.post.given)
        assert given.keys() == expected.keys()
        # A message comes twice only where somebody died between sending and marking it.
        assert sum(given.values()) - len(given) <= self.deaths
        for message in self.post.given:
            assert message.to in {expected[message.id], RULES.escalate_to}


def test_nothing_said_is_lost_and_everybody_is_told_once(time: Clock) -> None:
    search(Desk, time)
