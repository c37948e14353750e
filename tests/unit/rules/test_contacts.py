import pytest
from hypothesis import given
from hypothesis import strategies as st

from stamkund.rules.contacts import email, phone
from stamkund.rules.errors import Refused
from stamkund.rules.programme import Currency


@pytest.mark.parametrize(
    ("typed", "known_as"),
    [
        ("Jonas.Holm@Example.COM", "jonas.holm@example.com"),
        ("  sara@example.com ", "sara@example.com"),
        ("\uff21ino@example.com", "aino@example.com"),  # full-width letters of another keyboard
        ("aa\u030asa@exempel.se", "aåsa@exempel.se"),
        ("nils@å\u030akerman.se".replace("å\u030a", "a\u030a"), "nils@åkerman.se"),
        ("STRASSE@straße.de", "strasse@strasse.de"),
        ("first.o'neill+club@sub.example.co.uk", "first.o'neill+club@sub.example.co.uk"),
    ],
)
def test_an_address_is_known_by_one_form(typed: str, known_as: str) -> None:
    assert email(typed) == known_as


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "jonas",
        "jonas@",
        "@example.com",
        "jonas@example",
        "jonas@@example.com",
        "jo nas@example.com",
        "jonas@exam ple.com",
        "jonas@example..com",
        ".jonas@example.com",
        "jonas.@example.com",
        "jo..nas@example.com",
        "jonas@-example.com",
        "jonas@example.com.",
        "jonas@192.168.0.1",
        "jonas@example.com,sara@example.com",
        "Jonas <jonas@example.com>",
        "jonas\u200b@example.com",
        "jonas\u202e@example.com",
        "j" * 65 + "@example.com",
        "jonas@" + "e" * 64 + ".com",
        "jonas@" + "example." * 40 + "com",
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        email(typed)
    assert (refused.value.code, refused.value.field) == ("invalid_field", "email")


@pytest.mark.parametrize(
    ("typed", "currency", "known_as"),
    [
        ("070-174 06 11", "SEK", "+46701740611"),
        ("0701740611", "SEK", "+46701740611"),
        ("+46 (0)70 174 06 11", "SEK", "+46701740611"),
        ("+46070 1740611", "NOK", "+46701740611"),
        ("0046701740611", "DKK", "+46701740611"),
        ("08-12 34 56 78", "SEK", "+46812345678"),
        ("412 34 567", "NOK", "+4741234567"),
        ("12 34 56 78", "DKK", "+4512345678"),
        ("040 123 4567", "EUR", "+358401234567"),
        ("\uff10\uff17\uff10 1740611", "SEK", "+46701740611"),
        ("+44 20 7946 0000", "SEK", "+442079460000"),
        ("+1 (202) 555-0100", "EUR", "+12025550100"),
    ],
)
def test_a_number_is_known_by_one_form(typed: str, currency: Currency, known_as: str) -> None:
    assert phone(typed, currency) == known_as
    assert phone(known_as, "DKK") == known_as


@pytest.mark.parametrize(
    "typed",
    ["", "+", "0", "12", "call me", "+46", "+46 70", "+47 123", "+" + "4" * 16, "00", "+0701740611",
     "070174061a", "\u0660701740611", "++46701740611"],
)  # fmt: skip
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        phone(typed, "SEK")
    assert (refused.value.code, refused.value.field) == ("invalid_field", "phone")


@given(st.text())
def test_any_text_at_all_is_normalised_once_and_for_all_or_refused(typed: str) -> None:
    try:
        known_as = email(typed)
    except Refused:
        return
    assert email(known_as) == known_as
