"""E-mail addresses and phone numbers in the one form in which they are compared.

Somebody who types the same address on two days must be found both times, whatever the keyboard
made of it; what cannot be an address is refused here, before anybody writes to it.
"""

import re
from unicodedata import category, normalize

from stamkund.rules.errors import Refused
from stamkund.rules.login import Contact
from stamkund.rules.programme import Currency

LONGEST_EMAIL = 254
LONGEST_LOCAL_PART = 64

_LOCAL = re.compile(r"[^\s@\"(),:;<>\[\\\]]+")
_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
_PUNCTUATION = re.compile(r"[\s().\-/\u2010-\u2015\u2212]+")
_NUMBER = re.compile(r"[1-9][0-9]{7,14}")

HOME: dict[Currency, str] = {"SEK": "46", "NOK": "47", "DKK": "45", "EUR": "358"}
# Sweden and Finland put a zero before what is not dialled from abroad; Norway and Denmark do not.
WITH_TRUNK_ZERO = ("46", "358")
# National digits, where we know the country well enough to see a slip of the finger.
LENGTHS = {"46": range(7, 14), "47": (8, 12), "45": (8,), "358": range(5, 13)}


def contact_of(email_: str | None, phone_: str | None, currency: Currency) -> Contact:
    """Refused: missing_field, invalid_field."""
    if email_ is not None and phone_ is not None:
        raise Refused("invalid_field", "phone", detail="Give either email or phone")
    if email_ is not None:
        return Contact("email", email(email_))
    if phone_ is not None:
        return Contact("phone", phone(phone_, currency))
    raise Refused("missing_field", "email", detail="Give either email or phone")


def email(text: str) -> str:
    """NFKC and case-folded throughout. Refused: invalid_field."""
    address = normalize("NFKC", normalize("NFKC", text).strip().casefold())
    local, _, domain = address.rpartition("@")
    if not (_is_local_part(local) and _is_domain(domain)) or len(address) > LONGEST_EMAIL:
        raise Refused("invalid_field", "email", detail="Expected an e-mail address")
    return address


def _is_local_part(local: str) -> bool:
    if len(local) > LONGEST_LOCAL_PART or local[:1] == "." or local[-1:] == "." or ".." in local:
        return False
    return bool(_LOCAL.fullmatch(local)) and not _has_invisible(local)


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or _has_invisible(domain):
        return False
    return all(_LABEL.fullmatch(label) for label in labels)


def _has_invisible(text: str) -> bool:
    return any(category(character)[0] in "CZ" for character in text)


def phone(text: str, currency: Currency) -> str:
    """`+46701740611`. A number without its country is one of the shop's. Refused: invalid_field."""
    typed = normalize("NFKC", text).strip()
    digits = _PUNCTUATION.sub("", typed.replace("(0)", "") if typed[:1] == "+" else typed)
    number = _international(digits, HOME[currency])
    if not _NUMBER.fullmatch(number) or not _fits_country(number):
        raise Refused("invalid_field", "phone", detail="Expected a phone number")
    return f"+{number}"


def _international(digits: str, home: str) -> str:
    if digits.startswith(("+", "00")):
        return _without_trunk_zero(digits.removeprefix("+").removeprefix("00"))
    return _without_trunk_zero(home + digits)


def _without_trunk_zero(number: str) -> str:
    for country in WITH_TRUNK_ZERO:
        if number.startswith(f"{country}0"):
            return country + number[len(country) + 1 :]
    return number


def _fits_country(number: str) -> bool:
    for country, lengths in LENGTHS.items():
        if number.startswith(country):
            return len(number) - len(country) in lengths
    return True
