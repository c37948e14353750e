"""What a person reads: a code and its parameters, said in their language.

The code is the contract and stays; the words may get better. Parameters are raw values: `amount`
in minor units with its `currency`, `points`, `units` and `percent` whole numbers, `day` and `since`
ISO dates; `tier` and `by` (the offer that was better) come as names, not as ids.
"""

from msgspec import Struct

FALLBACK = "en"

NO_BREAK = "\u00a0"
MINUS = "\u2212"
DAYS = {"day", "since"}

SWEDISH = "januari februari mars april maj juni juli augusti september oktober november december"
NORWEGIAN = "januar februar mars april mai juni juli august september oktober november desember"
DANISH = "januar februar marts april maj juni juli august september oktober november december"
ENGLISH = "January February March April May June July August September October November December"


class Writing(Struct, frozen=True):
    """How a language writes numbers, money and days."""

    day: str
    symbols: dict[str, str]
    months: str = ""
    group: str = NO_BREAK
    decimal: str = ","
    symbol_first: bool = False


# "kr" alone means the reader's own crown; the neighbours' crowns are named by their code.
WRITING = {
    "sv": Writing("{day} {month} {year}", {"SEK": "kr", "EUR": "€"}, SWEDISH),
    "nb": Writing("{day}. {month} {year}", {"NOK": "kr", "EUR": "€"}, NORWEGIAN),
    "da": Writing("{day}. {month} {year}", {"DKK": "kr.", "EUR": "€"}, DANISH, group="."),
    "fi": Writing("{day}.{number}.{year}", {"EUR": "€"}),
    "en": Writing("{day} {month} {year}", {"EUR": "€"}, ENGLISH, ",", ".", symbol_first=True),
}


class Counted(Struct, frozen=True):
    """A number that brings its word along: `{units:item|items}`."""

    number: int
    language: str

    def __format__(self, words: str) -> str:
        written = number(self.number, self.language)
        if not words:
            return written
        one, many = words.split("|")
        return f"{written} {one if abs(self.number) == 1 else many}"


def catalogue(language: str) -> dict[str, str]:
    """All texts of a language, by code; English for an unknown one. Of the five a process seldom
    says anything in more than one."""
    match language:
        case "sv":
            from stamkund.rules.texts.sv import TEXTS
        case "nb":
            from stamkund.rules.texts.nb import TEXTS
        case "da":
            from stamkund.rules.texts.da import TEXTS
        case "fi":
            from stamkund.rules.texts.fi import TEXTS
        case _:
            from stamkund.rules.texts.en import TEXTS
    return TEXTS


def is_code(code: str) -> bool:
    """Whether there is a text for it."""
    return code in catalogue(FALLBACK)


def say(code: str, language: str, **params: str | int) -> str:
    """The sentence for a code. An unknown language is answered in English.

    Raises KeyError for an unknown code, and for a parameter, or its currency, that is missing.
    """
    language = language if language in WRITING else FALLBACK
    written = {name: _written(name, value, language) for name, value in params.items()}
    amount, currency = params.get("amount"), params.get("currency")
    if isinstance(amount, int):
        del written["amount"]
        if currency:
            written["amount"] = money(amount, str(currency), language)
    # Danish ends an amount with a full stop of its own: one is enough at the end of a sentence.
    return catalogue(language)[code].format_map(written).replace("kr..", "kr.")


def money(amount: int, currency: str, language: str) -> str:
    """`1 234,50 kr`, `12,50 €`; whole crowns and euros without decimals, as on a price tag."""
    writing = WRITING[language]
    whole, rest = divmod(abs(amount), 100)
    digits = number(whole, language) + (f"{writing.decimal}{rest:02}" if rest else "")
    sign = MINUS if amount < 0 else ""
    symbol = writing.symbols.get(currency, currency)
    if writing.symbol_first:
        return f"{sign}{symbol}{'' if symbol == '€' else NO_BREAK}{digits}"
    return f"{sign}{digits}{NO_BREAK}{symbol}"


def number(value: int, language: str) -> str:
    digits = f"{abs(value):,}".replace(",", WRITING[language].group)
    return f"{MINUS}{digits}" if value < 0 else digits


def date(day: str, language: str) -> str:
    """`31 mars 2026` from `2026-03-31`."""
    writing = WRITING[language]
    year, month, number = day.split("-")
    named = writing.months.split()[int(month) - 1] if writing.months else ""
    return writing.day.format(day=int(number), month=named, number=int(month), year=year)


def _written(name: str, value: str | int, language: str) -> str | Counted:
    if isinstance(value, int):
        return Counted(value, language)
    return date(value, language) if name in DAYS else value
