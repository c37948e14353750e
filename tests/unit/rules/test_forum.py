"""Who is called what in the forum, what waits there and why, and what reports do."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from stamkund.rules import forum
from stamkund.rules.errors import Refused
from stamkund.rules.forum import NEWCOMER, ONE_MORE, Post, PostState, Said, Writer
from stamkund.rules.forum_rules import ForumRules
from stamkund.rules.paid import Paid
from stamkund.rules.review_rules import ReviewRules
from stamkund.rules.threads import Author

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
WORDS = ReviewRules(words={"sv": ["skit*"]})
RULES = ForumRules(hold_days=7, reports_to_hide=2)
KNOWN = Author(side="member", id="m1", new=False)
SAID = Said("Vilken storlek?", "Jag har 42.", "Uven", "sv")
LONG_AGO = Writer("Uven", NOON - timedelta(days=400))


def a_post(**fields: object) -> Post:
    return replace(forum.written("t1", SAID, [], NOON), **fields)


@pytest.mark.parametrize(
    ("said", "new", "since", "found"),
    [
        ({}, False, 400, []),
        ({"text": "Vilken SKITsko"}, False, 400, ["skitsko"]),
        ({"title": "Skit"}, False, 400, ["skit"]),
        ({"name": "Skitstövel"}, False, 400, ["skitstövel"]),
        ({"text": "Skit", "language": "en"}, False, 400, []),
        ({"text": "Se www.example.com/x"}, False, 400, []),
        ({"text": "Se www.example.com/x"}, True, 400, ["link"]),
        ({}, False, 7, []),
        ({}, False, 6, [NEWCOMER]),
        ({}, True, None, [NEWCOMER]),
    ],
)
def test_words_links_of_who_is_new_and_newcomers_wait(
    said: dict[str, str], new: bool, since: int | None, found: list[str]
) -> None:
    writer = None if since is None else Writer("Uven", NOON - timedelta(days=since))
    author = replace(KNOWN, new=new)
    written = replace(SAID, **said)
    assert forum.found_in(written, author, writer, WORDS, RULES, NOON) == found


def test_without_days_to_wait_nobody_is_a_newcomer() -> None:
    rules = replace(RULES, hold_days=0)
    assert forum.found_in(SAID, KNOWN, None, WORDS, rules, NOON) == []


def test_a_name_is_asked_for_once_and_is_not_that_of_the_shop() -> None:
    assert forum.called("Uven", None, "Fjällsport") == "Uven"
    assert forum.called("", LONG_AGO, "Fjällsport") == "Uven"
    assert forum.called("Berguven", LONG_AGO, "Fjällsport") == "Berguven"
    for name, code in (("", "missing_field"), ("\u200b", "missing_field")):
        with pytest.raises(Refused) as refused:
            forum.called(name, None, "Fjällsport")
        assert refused.value.code == code
    for alike in ("fjällsport", "FJÄLL\u200bSPORT", "\uff26jällsport"):
        with pytest.raises(Refused) as refused:
            forum.called(alike, LONG_AGO, "Fjällsport")
        assert refused.value.code == "invalid_field"


def test_so_many_reports_hide_what_staff_has_not_cleared() -> None:
    once = forum.reported(a_post(), RULES)
    twice = forum.reported(once, RULES)
    assert (once.state, twice.state, twice.reports) == ("published", "waiting", 2)
    cleared = forum.published(twice, NOON + timedelta(hours=1))
    assert (cleared.state, cleared.published_at) == ("published", NOON)
    assert forum.reported(cleared, RULES).state == "published"


def test_what_is_not_shown_is_there_without_words() -> None:
    for post in (forum.refused(a_post()), forum.forgotten(a_post())):
        seen = forum.seen("t2", post)
        assert (seen.gone, seen.title, seen.text, seen.name) == (True, "", "", "")
    assert forum.seen("t2", a_post()).gone is False


def test_a_topic_with_more_thanks_comes_first_and_of_as_many_the_newer() -> None:
    older, newer = forum.rank(NOON), forum.rank(NOON + timedelta(microseconds=1))
    far_ahead = forum.rank(datetime(2999, 1, 1, tzinfo=UTC))
    assert older < newer < far_ahead < older + ONE_MORE
    assert [forum.thanks_in(one) for one in (older, older + 3 * ONE_MORE, far_ahead)] == [0, 3, 0]


@pytest.mark.parametrize("state", ["waiting", "published", "refused"])
@pytest.mark.parametrize("paid", [None, [], [Paid("answer", 30, ">never", "e1")]])
@pytest.mark.parametrize("taken_back", [False, True])
def test_only_what_is_refused_and_has_its_points_owes_them(
    state: PostState, paid: list[Paid] | None, taken_back: bool
) -> None:
    post = a_post(state=state, paid=paid, taken_back=taken_back)
    assert post.owes == (state == "refused" and paid not in (None, []) and not taken_back)
    assert not forum.with_points_back(post).owes
