"""Codes that can be read aloud, and links that say where they were put."""

import re
from random import Random
from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from stamkund.rules.invitations import (
    DIGITS,
    LENGTH,
    LETTERS,
    cleaned,
    drawn,
    grouped,
    is_code,
    link,
)
from stamkund.rules.referral_rules import SOURCES

# Of each pair that people take for one another when they read, only one is ever used.
ALIKE = ["0O", "0D", "1I", "1L", "2Z", "5S", "6G", "8B", "9Q", "UV", "VY"]
seeds = st.integers(0, 2**32)


def a_code(seed: int) -> str:
    return drawn(Random(seed).choice)


@given(seeds)
def test_a_code_is_one_and_spells_no_word(seed: int) -> None:
    code = a_code(seed)
    assert is_code(code)
    assert not set(code) & set("AEIOUYÅÄÖÆØ")
    assert max(map(len, re.findall("[A-Z]+", code))) == 2


def test_of_what_looks_alike_only_one_is_used() -> None:
    for pair in ALIKE:
        assert len(set(pair) & set(LETTERS + DIGITS)) <= 1, pair


@given(seeds, st.sampled_from(["", " ", "-", " - ", "."]), st.booleans())
def test_a_code_is_the_same_however_it_is_typed(seed: int, between: str, small: bool) -> None:
    code = a_code(seed)
    typed = between.join(grouped(code).split("-"))
    assert cleaned(typed.lower() if small else typed) == code


def test_there_are_more_codes_than_anybody_guesses() -> None:
    assert len(LETTERS) ** 6 * len(DIGITS) ** 3 > 2_000_000_000
    assert LENGTH == 9


@given(st.text(max_size=30))
def test_whatever_somebody_types_is_no_code_or_one(typed: str) -> None:
    code = cleaned(typed)
    assert len(code) <= LENGTH
    assert not is_code(code) or grouped(code).replace("-", "") == code


@given(seeds, st.sampled_from(SOURCES), st.sampled_from(["", "?lang=sv", "?a=1&b=2", "#top"]))
def test_a_link_says_whose_it_is_and_where_it_was_put(seed: int, source: str, more: str) -> None:
    code, page = a_code(seed), f"https://shop.example/welcome{more}"
    made = link(page, code, source)  # type: ignore[arg-type]
    said = parse_qs(urlsplit(made).query)
    assert (said["friend"], said["from"]) == ([code], [source])
    assert parse_qs(urlsplit(page).query).items() <= said.items()
    assert urlsplit(made).fragment == urlsplit(page).fragment
