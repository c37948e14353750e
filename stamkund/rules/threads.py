"""Threads: what people say to the shop, and what becomes of it.

A thread moves by steps, and everything about it is the sum of them: what was said on both sides,
notes that only staff sees, and who moved it when. MOVES is the one place that says which step is
possible in which state, and where it leads.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from stamkund.rules.account import Account
from stamkund.rules.calendar import add_days
from stamkund.rules.errors import Refused
from stamkund.rules.programme import Language
from stamkund.rules.programme_file import Feedback
from stamkund.rules.words import ThreadKind

State = Literal["received", "answered", "acted_on", "closed", "reopened"]
What = Literal[
    "opened", "said", "answered", "acted_on", "closed", "reopened", "noted", "claimed", "labelled",
    "approved", "escalated", "announced", "edited", "published", "refused", "withdrawn", "won",
    "reported", "removed", "text_published",
]  # fmt: skip
Side = Literal["member", "guest", "staff", "club"]
Priority = Literal["low", "normal", "high"]
Audience = Literal["author", "team", "asker"]

STATES: tuple[State, ...] = ("received", "answered", "acted_on", "closed", "reopened")
# In these the shop owes an answer, and there is a time by which it is due.
WAITING: frozenset[State] = frozenset({"received", "reopened"})
_LOOKED_AT: Mapping[State, State] = {
    "received": "answered",
    "reopened": "answered",
    "answered": "answered",
    "acted_on": "acted_on",
    "closed": "closed",
}
# Where a step is missing it is refused; what is not in here moves nothing.
MOVES: Mapping[What, Mapping[State, State]] = {
    "said": {
        "received": "received",
        "reopened": "reopened",
        "answered": "reopened",
        "acted_on": "reopened",
        "closed": "reopened",
    },
    "answered": {
        "received": "answered",
        "reopened": "answered",
        "answered": "answered",
        "acted_on": "acted_on",
    },
    "acted_on": {"received": "acted_on", "reopened": "acted_on", "answered": "acted_on"},
    # Not from `received`: nobody is sent away unanswered.
    "closed": {"reopened": "closed", "answered": "closed", "acted_on": "closed"},
    # From everywhere: what was asked for was done, also where nobody thought so any more.
    "announced": dict.fromkeys(STATES, "acted_on"),
    "reopened": {"answered": "reopened", "acted_on": "reopened", "closed": "reopened"},
    "claimed": {state: state for state in STATES if state != "closed"},
    "escalated": {state: state for state in STATES if state in WAITING},
    # Of what everybody reads: it waits until somebody, or a list of words, has let it through.
    "edited": {
        "received": "received",
        "reopened": "reopened",
        "answered": "reopened",
        "acted_on": "reopened",
        "closed": "reopened",
    },
    "published": _LOOKED_AT,
    # Everybody may read it, and its pictures wait for somebody to look at them.
    "text_published": {state: state for state in STATES if state in WAITING},
    "refused": _LOOKED_AT,
    # Of what stands in the forum: somebody should look at it, again if need be.
    "reported": {
        "received": "received",
        "reopened": "reopened",
        "answered": "reopened",
        "acted_on": "reopened",
        "closed": "reopened",
    },
    "withdrawn": dict.fromkeys(STATES, "closed"),
    "won": {state: state for state in STATES},
}
# What an author never sees.
INTERNAL: frozenset[What] = frozenset(
    {"noted", "claimed", "labelled", "approved", "escalated", "reported"}
)
# What an author is told of also where the state stays as it was.
TOLD: frozenset[What] = frozenset(
    {"answered", "announced", "published", "refused", "withdrawn", "won"}
)
# What ends a thread finds room in it always, and so does taking something out of it.
ENDING: frozenset[What] = frozenset({*TOLD, "acted_on", "closed", "removed"})
# What somebody in the shop has to do before a thread waits no more.
ANSWERS: frozenset[What] = frozenset({"answered", "acted_on", "published", "refused"})
MOST_EVENTS = 300
MOST_ESCALATIONS = 3
EXCERPT = 160
_HIGHER: Mapping[Priority, Priority] = {"low": "normal", "normal": "high", "high": "high"}


class About(Struct, frozen=True, omit_defaults=True):
    """Empty where it is about something larger: with nothing at all, about the shop."""

    article: str = ""
    order: str = ""
    line: str = ""


class Author(Struct, frozen=True, kw_only=True):
    """Who opened a thread: a member, or a guest by an order. What staff sees beside it is as it
    was then. `email` and `language` only of a guest."""

    side: Side
    id: str
    tier: str = ""
    orders: int = 0
    new: bool = True
    language: Language = "en"
    email: str = ""


class Event(Struct, frozen=True, kw_only=True):
    """One step. `reference` makes it happen once; `by` is a key of staff, or who said it.

    `held` is a text with links by somebody new, which staff sees without them until approved.
    `quiet` is what they were told of already, by another of their threads; `part` is which part of
    an announcement did it. `pictures` came along with it, or are what it is about.
    """

    reference: str
    n: int
    at: datetime
    side: Side
    by: str
    what: What
    before: State | None
    after: State
    text: str = ""
    held: bool = False
    detail: str = ""
    quiet: bool = False
    part: int = 0
    pictures: list[str] = []

    @property
    def internal(self) -> bool:
        return self.what in INTERNAL

    @property
    def told(self) -> Audience | None:
        """Who gets a message about it. What somebody has said themself, and nothing else happened,
        they know."""
        if self.what == "escalated":
            return "team"
        if self.quiet or self.internal:
            return None
        if self.what in {"edited", "published"} and self.side != "staff":
            return None  # they have done it themself, and see at once what became of it
        if self.what in TOLD or self.before != self.after:
            return "author"
        return None

    def same_content(self, other: "Event") -> bool:
        """Whether it is the same step, whenever."""
        return _content(self) == _content(other)


class Thread(Struct, frozen=True, kw_only=True):
    """A thread as it stands. Its `version` is the number of its last event. `answered_at` and
    `acted_at` are of the first time, and `first_due` is by when the first answer was due.
    `announcement`: the last one that says what was done about it. `seen_at`: when something last
    happened that whoever opened it sees."""

    id: str
    kind: ThreadKind
    about: About
    author: Author
    digest: bytes
    opened_at: datetime
    version: int
    state: State
    priority: Priority
    due_at: datetime | None
    escalate_at: datetime | None
    excerpt: str
    last: What
    last_by: str
    last_at: datetime
    escalations: int = 0
    owner: str = ""
    tags: list[str] = []
    answered_at: datetime | None = None
    acted_at: datetime | None = None
    first_due: datetime | None = None
    announcement: str = ""
    seen_at: datetime | None = None


class Step(Struct, frozen=True, kw_only=True):
    """What somebody wants to do to a thread. Empty what is not part of it; `event` is the number
    of the event that is approved, and `detail` a word for the history. `stays`: it moves nothing
    this time."""

    reference: str
    what: What
    side: Side
    by: str
    at: datetime
    text: str = ""
    held: bool = False
    owner: str = ""
    tags: list[str] | None = None
    priority: Priority | None = None
    event: int = 0
    detail: str = ""
    announcement: str = ""
    quiet: bool = False
    stays: bool = False
    part: int = 0
    pictures: list[str] = []


def thread_id(author: str, reference: str) -> str:
    """The same for the same, so that opening again finds the thread that is there. The shop comes
    before it in every key."""
    return "t" + sha256(f"{author}#{reference}".encode()).hexdigest()[:20]


def opened(
    step: Step, kind: ThreadKind, about: About, author: Author, rules: Feedback
) -> tuple[Thread, Event]:
    content = (kind, about, author.id, step.text, *step.pictures)
    thread = Thread(
        id=thread_id(author.id, step.reference),
        kind=kind,
        about=about,
        author=author,
        digest=sha256(msgspec.msgpack.encode(content)).digest()[:12],
        opened_at=step.at,
        version=1,
        state="received",
        priority="high" if kind == "complaint" else "normal",
        due_at=None,
        escalate_at=None,
        excerpt=excerpt_of(step.text, held=step.held),
        last="opened",
        last_by=step.by,
        last_at=step.at,
        seen_at=step.at,
    )
    waiting = _waiting_from(thread, step.at, rules)
    return replace(waiting, first_due=waiting.due_at), _event(step, thread, None)


def moved(thread: Thread, step: Step, rules: Feedback) -> tuple[Thread, Event]:
    """The thread after a step, and the event that says so. Refused: not_possible_now,
    thread_full."""
    state = _state_after(thread, step)
    if thread.version >= MOST_EVENTS and step.what not in ENDING:
        raise Refused("thread_full")
    after = replace(
        thread,
        version=thread.version + 1,
        state=state,
        last=step.what,
        last_by=step.by,
        last_at=step.at,
        seen_at=thread.seen_at if step.what in INTERNAL else step.at,
        **_labels(thread, step),
    )
    if state not in WAITING:
        after = replace(after, due_at=None, escalate_at=None)
    elif thread.state not in WAITING:
        after = _waiting_from(after, step.at, rules)
        if after.answered_at is None:
            after = replace(after, first_due=after.due_at)  # nobody was owed anything before
    return after, _event(step, after, thread.state)


def _state_after(thread: Thread, step: Step) -> State:
    if step.what not in MOVES or step.stays:
        return thread.state
    state = MOVES[step.what].get(thread.state)
    if state is None:
        raise Refused("not_possible_now", step=step.what, state=thread.state)
    return state


def _labels(thread: Thread, step: Step) -> dict[str, object]:
    """What changes besides the state."""
    changes: dict[str, object] = {}
    if step.what == "claimed":
        changes["owner"] = step.owner
    if step.tags is not None:
        changes["tags"] = sorted(set(step.tags))
    if step.priority is not None:
        changes["priority"] = step.priority
    if step.what in {"opened", "said", "edited"}:
        changes["excerpt"] = excerpt_of(step.text, held=step.held)
    return {**changes, **_heard(thread, step)}


def _heard(thread: Thread, step: Step) -> dict[str, object]:
    """What whoever wrote hears of the shop by it, and when for the first time."""
    changes: dict[str, object] = {}
    by_somebody = step.what in ANSWERS and step.side == "staff"
    if by_somebody:
        changes["owner"] = thread.owner or step.by
    if by_somebody or step.what == "announced":
        changes["answered_at"] = thread.answered_at or step.at
    if step.what in {"acted_on", "announced"}:
        changes["acted_at"] = thread.acted_at or step.at
        changes["announcement"] = step.announcement or thread.announcement
    return changes


def escalated(thread: Thread, now: datetime, rules: Feedback) -> tuple[Thread, Event] | None:
    """An overdue thread after somebody was told; None where nobody has to be. The reference is made
    of what is in the thread, so that two runs at once tell of it once."""
    if thread.escalate_at is None or now < thread.escalate_at:
        return None
    step = Step(
        reference=f"escalation.{thread.version}",
        what="escalated",
        side="club",
        by="",
        at=now,
        priority=_HIGHER[thread.priority],
    )
    after, event = moved(thread, step, rules)
    count = thread.escalations + 1
    again = now + timedelta(hours=rules.escalate_again) if count < MOST_ESCALATIONS else None
    return replace(after, escalations=count, escalate_at=again), event


def _waiting_from(thread: Thread, at: datetime, rules: Feedback) -> Thread:
    due = at + timedelta(hours=hours_of(rules, thread.kind, thread.author.tier))
    return replace(thread, due_at=due, escalate_at=due, escalations=0)


def hours_of(rules: Feedback, kind: ThreadKind, tier: str) -> int:
    of_tier = rules.tiers.get(tier, {})
    return of_tier.get(kind) or rules.kinds.get(kind) or rules.hours


def as_event(step: Step, thread: Thread) -> Event:
    """A step as it would be told of, to be compared with one that was."""
    return _event(step, thread, thread.state)


def _event(step: Step, thread: Thread, before: State | None) -> Event:
    return Event(
        reference=step.reference,
        n=thread.version,
        at=step.at,
        side=step.side,
        by=step.by,
        what=step.what,
        before=before,
        after=thread.state,
        text=step.text,
        held=step.held,
        detail=_detail(step),
        quiet=step.quiet,
        part=step.part,
        pictures=step.pictures,
    )


def _detail(step: Step) -> str:
    """What of a step is neither text nor state, for the history."""
    if step.detail:
        return step.detail
    if step.what == "claimed":
        return step.owner
    if step.what == "approved":
        return str(step.event)
    if step.what == "announced":
        return step.announcement
    tags = "" if step.tags is None else ",".join(sorted(set(step.tags)))
    return " ".join(part for part in (step.priority or "", tags) if part)


def _content(event: Event) -> tuple[object, ...]:
    return event.what, event.side, event.text, event.detail, event.pictures


# Which pictures are seen by who opened it


def approved_in(events: Iterable[Event]) -> set[str]:
    """Ids of pictures that staff has sent or let through, and has not removed since."""
    sent, approved = dict[str, list[str]](), set[str]()
    for event in events:
        sent[str(event.n)] = event.pictures
        if event.what == "removed":
            approved -= set(event.pictures)
        elif event.what == "approved":
            approved |= set(sent.get(event.detail, []))
        elif event.side == "staff" and event.what != "opened":
            approved |= set(event.pictures)
    return approved


# What may stand in a text

_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,20}://|www\.)[^\s<>\"]+"
    r"|(?<![\w@.-])(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}/[^\s<>\"]*"
    # A name alone, of the endings that adverts have; small, so that "Yes.No" is none.
    r"|(?<![\w@.-])(?:[\w-]{1,63}\.)+"
    r"(?-i:com|net|org|info|biz|io|app|shop|store|online|site|xyz|eu|se|no|dk|fi|uk|ru|cn)(?![\w@-])",
    re.IGNORECASE,
)


def has_links(text: str) -> bool:
    return _LINK.search(text) is not None


def without_links(text: str) -> str:
    """Where it leads is told, and there is nothing to follow."""
    return _LINK.sub(lambda found: f"[link to {_host(found[0])}]", text)


def _host(link: str) -> str:
    rest = link.partition("://")[2] or link
    return re.split(r"[/?#]", rest)[0].replace(".", " ")[:80]


def excerpt_of(text: str, *, held: bool) -> str:
    shown = without_links(text) if held else text
    return " ".join(shown.split())[:EXCERPT]


def is_new(account: Account, rules: Feedback, today: str) -> bool:
    """Somebody of whom nothing is known yet but that they have joined."""
    return account.joined_on > add_days(today, -rules.new_for_days)
