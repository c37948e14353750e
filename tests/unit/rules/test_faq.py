"""In which order questions come, and which are found."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stamkund.rules.faq import Asked, Faq, FaqContact, FaqEntry, Index, check, folded, ordered

RETURN = FaqEntry(
    "return",
    {"sv": "Hur gör jag ett återköp?", "en": "How do I return goods?"},
    {"sv": "Använd fraktsedeln.", "en": "Use the label in the parcel."},
    ["retur", "ångra"],
)
FREIGHT = FaqEntry(
    "freight",
    {"sv": "Vad kostar frakten?", "en": "What is the delivery?"},
    {"sv": "49 kr, och ingenting vid återköp.", "en": "49 kr, and nothing for a return."},
)
SIZE = FaqEntry(
    "size",
    {"sv": "Vilken storlek har jag?", "en": "What is my size?"},
    {"sv": "Mät foten på kvällen.", "en": "Measure in the evening."},
)
ENTRIES = [FREIGHT, RETURN, SIZE]


def found(query: str, language: Any = "sv") -> list[str]:
    return [entry.id for entry in Index(ENTRIES, language).find(query)]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("återköp", ["return", "freight"]),  # in the question first
        ("ATERKOP", ["return", "freight"]),
        ("retur", ["return"]),  # another word for it
        ("frakt", ["freight", "return"]),  # the beginning of a word
        ("återköp frakt", ["freight", "return"]),
        ("återköp foten", []),  # every word
        ("köp", []),  # not the middle of one
        ("", ["freight", "return", "size"]),
        ("?!", ["freight", "return", "size"]),
    ],
)
def test_a_search_finds_what_has_all_its_words(query: str, ids: list[str]) -> None:
    assert found(query) == ids


def test_each_language_is_looked_in_by_itself() -> None:
    assert found("label", "en") == ["return"]
    assert found("label", "sv") == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Återköp på nätet", ["aterkop", "pa", "natet"]),
        ("Størrelse: æble", ["storrelse", "aeble"]),
        ("STRASSE straße", ["strasse", "strasse"]),
        ("a\u030aterkop", ["aterkop"]),  # an å of two characters
        ("e-post, SMS!", ["e", "post", "sms"]),
        ("\u202eabc", ["abc"]),
    ],
)
def test_accents_case_and_signs_make_no_difference(text: str, words: list[str]) -> None:
    assert folded(text) == words


@given(st.text())
def test_folding_again_changes_nothing(text: str) -> None:
    words = folded(text)
    assert folded(" ".join(words)) == words


@given(st.sampled_from(ENTRIES), st.data())
def test_a_question_is_found_by_any_words_of_it(entry: FaqEntry, data: st.DataObject) -> None:
    words = st.lists(st.sampled_from(folded(entry.question["sv"])), min_size=1)
    assert entry.id in found(" ".join(data.draw(words)))


def test_what_is_asked_most_and_helps_comes_first() -> None:
    asked = {"return": Asked(10, 1, 8), "size": Asked(8, 5, 0), "freight": Asked(1)}
    assert [entry.id for entry in ordered(ENTRIES, asked)] == ["size", "return", "freight"]


def test_one_opinion_does_not_turn_the_order_over() -> None:
    asked = {"return": Asked(10, 0, 1), "size": Asked(4, 1, 0)}
    assert ordered(ENTRIES, asked)[0].id == "return"


counts = st.builds(Asked, st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))


@given(st.dictionaries(st.sampled_from(["return", "freight", "size", "gone"]), counts))
def test_all_are_there_once_in_any_order(asked: dict[str, Asked]) -> None:
    assert sorted(e.id for e in ordered(ENTRIES, asked)) == ["freight", "return", "size"]


def test_where_nothing_was_asked_they_come_as_they_are_written() -> None:
    assert ordered(ENTRIES, {}) == ENTRIES


def mistakes(faq: Faq) -> list[tuple[str, str]]:
    return [(one.path, one.code) for one in check(faq, ["sv", "fi"])]


def test_a_document_is_checked() -> None:
    faq = Faq([RETURN, RETURN], FaqContact())
    assert mistakes(faq) == [
        ("entries[0].question", "text_missing"),
        ("entries[0].answer", "text_missing"),
        ("entries[1].id", "repeated_id"),
        ("entries[1].question", "text_missing"),
        ("entries[1].answer", "text_missing"),
        ("contact", "one_of"),
    ]
