import re
from string import Formatter

import pytest

from stamkund.rules.text import WRITING, catalogue, date, money, number, say

LANGUAGES = sorted(WRITING)
CODES = frozenset(catalogue("en"))
OTHERS = [language for language in LANGUAGES if language != "en"]
HOME = {"sv": "SEK", "nb": "NOK", "da": "DKK", "fi": "EUR", "en": "EUR"}
HEADINGS = re.compile(
    "earn(_.*)?|spend|(reverse|restore).*|expire|lapse|repay|gift|merge|erase|import|base"
    "|multipliers|tier"
    "|points_word|voucher|(login|away|contact_changed)_subject|tier_(up|down|kept)|(adjust|freeze|bonus).*"
    "|export_(title|(kind|field)_.*)|wish_subject.*|(spend|gift)_named"
    "|thread_(subject|read|overdue_subject)|survey_.*|engagement_(?!made).*"
    "|benefit_.*|doubt_.*|share_subject|forum_answered_subject"
)

ENGLISH = re.compile(
    r"\b(the|you|your|points?|order|offer|level|from|spend|more|get|is|of)\b", re.IGNORECASE
)
# Words that English shares with a neighbour: "point" is Danish, "for" and "over" are everywhere.
SHARED = {"da": {"point"}}

EVERYTHING: dict[str, str | int] = {
    "amount": 123_450,
    "points": 1_200,
    "units": 2,
    "members": 9,
    "percent": 40,
    "day": "2026-03-31",
    "since": "2026-03-01",
    "minimum": 100,
    "step": 50,
    "tier": "Ametist",
    "by": "Ametist",
    "order": "1001",
    "shop": "Ametist",
    "name": "Ametist",
    "digits": "204817",
    "minutes": 10,
    "thread": "t0123",
    "article": "Ametist",
    "now": "90 kr",
    "before": "100 kr",
    "worth": "100 kr",
    "gift": "Ametist",
    "title": "Ametist",
}


def said(code: str, language: str) -> str:
    return say(code, language, currency=HOME[language], **EVERYTHING)


def parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_text_with_the_same_parameters(language: str) -> None:
    assert set(catalogue(language)) == CODES
    for code, text in catalogue(language).items():
        assert parameters(text) == parameters(catalogue("en")[code]), code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_can_be_said_and_leaves_nothing_open(language: str) -> None:
    for code in CODES:
        text = said(code, language)
        assert text == text.strip()
        assert text[0].isupper() or text[0].isdigit(), text
        assert not re.search(r"[{}|]|  |\.\.", text), text


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_is_left_in_another_language(language: str) -> None:
    for code, text in catalogue(language).items():
        words = {word.lower() for word in ENGLISH.findall(re.sub(r"\{.*?\}", "", text))}
        assert words <= SHARED.get(language, set()), (code, text)
        assert text != catalogue("en")[code]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_beside_a_number_is_a_heading_and_all_else_a_sentence(language: str) -> None:
    for code, text in catalogue(language).items():
        heading = HEADINGS.fullmatch(code)
        assert text.endswith(".") != bool(heading), (code, text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_voucher_is_called_the_same_everywhere(language: str) -> None:
    texts = catalogue(language)
    about = [code for code, text in catalogue("en").items() if "voucher" in text.lower()]
    assert len(about) >= 5
    for code in about:
        assert texts["voucher"].lower() in texts[code].lower(), texts[code]


def test_the_texts_have_the_letters_of_their_own_language() -> None:
    letters = {language: set("".join(catalogue(language).values())) for language in LANGUAGES}
    assert letters["sv"] >= set("åäö")
    assert letters["nb"] >= set("åø")
    assert letters["da"] >= set("åøæ")
    assert letters["fi"] >= set("äö")
    assert not letters["nb"] & set("äö")
    assert not letters["da"] & set("äö")
    assert not letters["fi"] & set("åøæ")
    assert all(letter.isascii() for letter in letters["en"])


@pytest.mark.parametrize(
    ("amount", "currency", "language", "written"),
    [
        (123_450, "SEK", "sv", "1 234,50 kr"),
        (15_000, "SEK", "sv", "150 kr"),
        (5, "SEK", "sv", "0,05 kr"),
        (-12_345, "SEK", "sv", "−123,45 kr"),  # noqa: RUF001  (a minus sign, as printed)
        (100_000_000, "SEK", "sv", "1 000 000 kr"),
        (123_450, "NOK", "nb", "1 234,50 kr"),
        (123_450, "SEK", "nb", "1 234,50 SEK"),
        (123_450, "DKK", "da", "1.234,50 kr."),
        (1_250, "EUR", "fi", "12,50 €"),
        (1_250, "EUR", "sv", "12,50 €"),
        (123_450, "SEK", "fi", "1 234,50 SEK"),
        (123_450, "EUR", "en", "€1,234.50"),
        (123_450, "SEK", "en", "SEK 1,234.50"),
    ],
)
def test_money_is_written_as_on_a_price_tag(
    amount: int, currency: str, language: str, written: str
) -> None:
    assert money(amount, currency, language) == written.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("sv", "1 mars 2026"),
        ("nb", "1. mars 2026"),
        ("da", "1. marts 2026"),
        ("fi", "1.3.2026"),
        ("en", "1 March 2026"),
    ],
)
def test_a_day_is_written_as_in_a_letter(language: str, written: str) -> None:
    assert date("2026-03-01", language) == written


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("sv", "1 vara", "2 varor"),
        ("nb", "1 vare", "2 varer"),
        ("da", "1 vare", "2 varer"),
        ("fi", "1 tuote", "2 tuotetta"),
        ("en", "1 more item", "2 more items"),
    ],
)
def test_one_and_many_have_their_own_words(language: str, one: str, many: str) -> None:
    assert one in say("units_missing", language, units=1)
    assert many in say("units_missing", language, units=2)


def test_a_danish_amount_at_the_end_has_one_full_stop() -> None:
    assert say("saved", "da", amount=9_900, currency="DKK") == "Du sparede 99\u00a0kr."


def test_large_and_negative_numbers_are_grouped() -> None:
    assert number(1_234_567, "sv") == "1\u00a0234\u00a0567"
    assert number(-1_234, "da") == "\u22121.234"


def test_a_name_with_braces_is_only_a_name() -> None:
    assert say("beaten", "en", by="{amount}") == "You already get a better offer: {amount}."


def test_an_unknown_language_is_answered_in_english() -> None:
    assert say("sold_out", "de") == "This offer has run out."


def test_the_forecast_reads_as_a_shop_would_say_it() -> None:
    text = say("tier_forecast", "sv", amount=90_000, currency="SEK", day="2026-03-31", tier="Guld")
    assert text == "Handla för 900\u00a0kr senast den 31 mars 2026 så förblir du Guld."


def test_an_amount_without_its_currency_is_never_written() -> None:
    with pytest.raises(KeyError):
        say("saved", "sv", amount=100)
    assert say("switch_on", "en", amount=100).startswith("Switch the offer on")
