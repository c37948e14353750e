from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stamkund.rules.cards import (
    CardCode,
    card_number,
    check_digit,
    code_at,
    grouped,
    numbered,
    read_code,
)
from stamkund.rules.errors import Refused

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
TWELVE_DIGITS = st.text("0123456789", min_size=12, max_size=12)


def test_the_check_digit_is_luhns() -> None:
    assert check_digit("7992739871") == "3"
    assert check_digit("000000000000") == "0"


@given(TWELVE_DIGITS)
def test_a_number_is_read_back_however_it_is_spaced(digits: str) -> None:
    number = numbered(digits)
    assert card_number(grouped(number)) == number
    assert card_number(number[:6] + "-" + number[6:]) == number


@given(TWELVE_DIGITS, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(digits: str, place: int, by: int) -> None:
    number = numbered(digits)
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    with pytest.raises(Refused):
        card_number(wrong)


@pytest.mark.parametrize(
    "typed", ["", "1", "0" * 12, "0" * 14, "x" * 13, "\u0660" * 13, "0000000000000\n", "²" * 13]
)
def test_what_is_no_card_number_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        card_number(typed)
    assert (refused.value.code, refused.value.field) == ("invalid_field", "number")


def test_a_code_is_the_same_for_a_minute_and_another_in_the_next() -> None:
    codes = [code_at("shop", "1", NOON + timedelta(seconds=after)).text for after in (0, 59, 60)]
    assert codes[0] == codes[1] != codes[2]


@given(st.from_regex(r"[A-Za-z0-9._-]{1,64}", fullmatch=True), TWELVE_DIGITS)
def test_a_code_says_whose_it_is_and_until_when(shop: str, digits: str) -> None:
    code = code_at(shop, numbered(digits), NOON)
    assert read_code(f"{code.text}.proof") == (code, "proof")
    assert code.expires_at == NOON + timedelta(minutes=2)


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "SK1",
        "SK1....",
        "SK2.shop.1.abc.proof",
        "SK1.shop.1.ABC.proof",
        "SK1.shop.1.00abc.proof",
        "SK1.shop.1.-abc.proof",
        "SK1.shop.1.zzzzzzzzzzzzzz.proof",
        "SK1.shop.1.a_b.proof",
        "https://example.com/?SK1.shop.1.abc.proof",
        "SK1." + "s" * 300 + ".1.abc.proof",
        "\u202eSK1.shop.1.abc.proof",
    ],
)
def test_what_is_no_code_is_refused_and_never_a_fault(payload: str) -> None:
    with pytest.raises(Refused) as refused:
        read_code(payload)
    assert refused.value.code == "code_invalid"


@given(st.text())
def test_any_text_at_all_is_read_or_refused(payload: str) -> None:
    try:
        code, _ = read_code(payload)
    except Refused:
        return
    assert isinstance(code, CardCode)
