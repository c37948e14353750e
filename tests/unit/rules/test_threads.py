"""Which step is possible when, where it leads, and what a text may contain."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stamkund.rules.disguise import refuse_disguised
from stamkund.rules.errors import Refused
from stamkund.rules.programme_file import Feedback
from stamkund.rules.threads import (
    INTERNAL,
    MOVES,
    STATES,
    TOLD,
    WAITING,
    About,
    Author,
    Event,
    Side,
    State,
    Step,
    Thread,
    What,
    approved_in,
    escalated,
    has_links,
    moved,
    opened,
    thread_id,
    without_links,
)

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
RULES = Feedback(hours=10)
WHATS: list[What] = [
    "said", "answered", "acted_on", "closed", "reopened", "noted", "claimed", "removed",
    "text_published",
]  # fmt: skip


def a_step(what: What, **more: object) -> Step:
    usual: dict[str, object] = {"reference": "r", "side": "staff", "by": "k", "at": NOON}
    return Step(what=what, **usual | more)  # type: ignore[arg-type]


def a_thread(*steps: What) -> Thread:
    author = Author(side="member", id="m1")
    thread, _ = opened(a_step("opened", text="Hello"), "idea", About(), author, RULES)
    for what in steps:
        thread, _ = moved(thread, a_step(what), RULES)
    return thread


WAYS: dict[State, tuple[What, ...]] = {
    "received": (),
    "answered": ("answered",),
    "acted_on": ("acted_on",),
    "closed": ("answered", "closed"),
    "reopened": ("answered", "reopened"),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("what", WHATS)
def test_a_step_leads_where_the_table_says_or_is_refused(state: State, what: What) -> None:
    thread = a_thread(*WAYS[state])
    assert thread.state == state
    leads = MOVES[what].get(state) if what in MOVES else state
    if leads is None:
        with pytest.raises(Refused, match="not_possible_now"):
            moved(thread, a_step(what), RULES)
        return
    after, event = moved(thread, a_step(what), RULES)
    assert (after.state, event.before, event.after) == (leads, state, leads)
    assert (after.due_at is not None) == (leads in WAITING)


def test_every_state_can_be_left_but_not_the_wait_without_an_answer() -> None:
    for state in STATES:
        assert {leads for moves in MOVES.values() for leads in [moves.get(state)]} - {None, state}
    assert "received" not in MOVES["closed"]
    assert "received" not in {leads for moves in MOVES.values() for leads in moves.values()} - {
        MOVES["said"]["received"], MOVES["claimed"]["received"], MOVES["escalated"]["received"],
    }  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_whoever_opened_it_is_told_of_whatever_changes_for_them(state: State) -> None:
    thread = a_thread(*WAYS[state])
    for what, moves in MOVES.items():
        if state in moves:
            _, event = moved(thread, a_step(what), RULES)
            if what in INTERNAL:
                assert event.told == ("team" if what == "escalated" else None)
            else:
                told = moves[state] != state or what in TOLD
                assert (event.told == "author") == told


def test_what_waits_again_has_its_time_anew_and_what_waits_on_keeps_it() -> None:
    thread = a_thread()
    assert thread.due_at == NOON + timedelta(hours=10)
    later = NOON + timedelta(hours=5)
    assert moved(thread, a_step("said", at=later), RULES)[0].due_at == thread.due_at
    answered = a_thread("answered")
    again, _ = moved(answered, a_step("said", at=later), RULES)
    assert again.due_at == later + timedelta(hours=10)


def test_it_escalates_when_it_is_due_and_not_before() -> None:
    thread, due = a_thread(), NOON + timedelta(hours=10)
    assert escalated(thread, due - timedelta(seconds=1), RULES) is None
    found = escalated(thread, due, RULES)
    assert found
    after, event = found
    assert (after.priority, after.escalations, after.state) == ("high", 1, "received")
    assert (event.told, event.internal) == ("team", True)
    assert escalated(after, due, RULES) is None
    assert escalated(a_thread("answered"), due, RULES) is None


def test_the_same_opening_is_the_same_thread_and_another_is_another() -> None:
    assert thread_id("m1", "a") == thread_id("m1", "a")
    assert len({thread_id(who, ref) for who in ("m1", "m2", "web:1") for ref in ("a", "b")}) == 6


def an_event(n: int, what: What, side: Side, *pictures: str, detail: str = "") -> Event:
    return Event(
        reference=f"{n}", n=n, at=NOON, side=side, by="k", what=what, before=None,
        after="received", detail=detail, pictures=list(pictures),
    )  # fmt: skip


def test_pictures_are_approved_by_event_by_coming_from_staff_and_until_they_are_removed() -> None:
    events = [
        an_event(1, "opened", "staff", "of a member, by phone"),
        an_event(2, "said", "member", "a", "b"),
        an_event(3, "said", "member", "c"),
        an_event(4, "approved", "staff", detail="2"),
        an_event(5, "answered", "staff", "d"),
        an_event(6, "removed", "staff", "a"),
    ]
    assert approved_in(events) == {"b", "d"}
    assert approved_in([*events, an_event(7, "approved", "staff", detail="9")]) == {"b", "d"}


LINKS = [
    ("https://evil.example/a?b", "[link to evil example]"),
    ("HTTP://EVIL.EXAMPLE", "[link to EVIL EXAMPLE]"),
    ("www.evil.example", "[link to www evil example]"),
    ("evil.example/pay", "[link to evil example]"),
    ("javascript://x", "[link to x]"),
    ("(https://evil.example)", "([link to evil example)]"),
    ("evil.com", "[link to evil com]"),
    ("Cheap.evil.se!", "[link to Cheap evil se]!"),
    ("åkskor.se", "[link to åkskor se]"),
    ("evil.com/x", "[link to evil com]"),
]


@pytest.mark.parametrize(("text", "shown"), LINKS)
def test_a_link_is_known_and_told_without_being_one(text: str, shown: str) -> None:
    assert has_links(f"See {text} now")
    assert without_links(f"See {text} now") == f"See {shown} now"


@pytest.mark.parametrize(
    "text",
    ["It came at 12.30/13.00", "Mail me: a@b.se", "Yes.No", "and/or", "a.b@c.com", "it.com-plete"],
)
def test_what_is_no_link_is_left_alone(text: str) -> None:
    assert not has_links(text)
    assert without_links(text) == text


@given(st.text(max_size=300))
def test_without_its_links_a_text_has_none(text: str) -> None:
    assert not has_links(without_links(text))


@given(st.text(alphabet="htps:/w.aeio-@<>[] \n", max_size=80))
def test_no_link_is_made_of_what_is_left(text: str) -> None:
    assert not has_links(without_links(text))


def test_writing_that_is_turned_round_is_refused_and_other_writing_is_not() -> None:
    with pytest.raises(Refused):
        refuse_disguised("invoice\u202egpj.exe", "text")
    refuse_disguised("שלום, مرحبا, 你好, 👩‍👩‍👧, Åse", "text")
