"""Given, withdrawn, and given anew: what is new, and what is kept of it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from stamkund.rules.consents import MOST_KEPT, Change, Consent, changed, given_to

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
NONE = Consent("newsletter")


def said(given: bool, version: str = "1", minutes: int = 0) -> Change:
    at = NOON + timedelta(minutes=minutes)
    return Change(given, version, "checkout", "member", "sv", at)


def after(*changes: Change) -> Consent:
    consent = NONE
    for one in changes:
        consent = changed(consent, one)
    return consent


def test_what_was_never_given_is_not_given() -> None:
    assert not NONE.given
    assert changed(NONE, said(False)) is NONE


def test_given_is_given_until_it_is_withdrawn() -> None:
    assert after(said(True)).given
    assert not after(said(True), said(False)).given
    assert after(said(True), said(False), said(True)).given
    assert given_to([after(said(True)), Consent("other")]) == {"newsletter"}


def test_the_same_again_is_nothing_new_and_another_text_is() -> None:
    once = after(said(True))
    assert changed(once, said(True, minutes=5)) is once
    twice = changed(once, said(True, "2", minutes=5))
    assert [one.version for one in twice.history] == ["1", "2"]


def test_withdrawing_is_never_refused_however_often_minds_were_changed() -> None:
    many = after(*(said(n % 2 == 0, minutes=n) for n in range(3 * MOST_KEPT)), said(True, "9"))
    assert len(many.history) == MOST_KEPT
    assert many.changes == 3 * MOST_KEPT + 1
    assert not changed(many, said(False)).given


@given(st.lists(st.builds(said, st.booleans(), st.sampled_from("12"))))
def test_the_last_word_counts_and_each_change_is_counted_once(changes: list[Change]) -> None:
    consent = after(*changes)
    assert consent.given == (bool(changes) and changes[-1].given)
    assert changed(consent, changes[-1] if changes else said(False)) is consent
    assert consent.changes == len(consent.history)
    assert consent.changes <= len(changes)
