"""The number on a card, and the code that a card shows on a phone.

A number is 12 digits by chance and a check digit, so that a slip of the finger is seen before
anybody is looked up. A code says `SK1.<shop>.<number>.<until when>.<proof>`: the version comes
first, so that a code signed by the phone's own key, which a till can check offline, can follow.
"""

from datetime import UTC, datetime, timedelta

from msgspec import Struct

from stamkund.rules.errors import Refused

RANDOM_DIGITS = 12
VERSION = "SK1"
# A phone shows a new code every minute; one more is for the walk from the pocket to the till.
SHOWN = timedelta(minutes=1)
VALID = timedelta(minutes=2)

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LONGEST_CODE = 200
_LONGEST_TIME = 7  # lasts until the year 4453


class CardCode(Struct, frozen=True):
    """What a code says; whether it is true is another matter."""

    shop: str
    number: str
    expires_at: datetime

    @property
    def text(self) -> str:
        """All of it but the proof."""
        until = _base36(int(self.expires_at.timestamp()))
        return f"{VERSION}.{self.shop}.{self.number}.{until}"


def numbered(digits: str) -> str:
    """A card number from 12 digits."""
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """Luhn's: every second digit from the right counts twice, and the sum becomes a round one."""
    doubled = [int(digit) * 2 for digit in digits[::-2]]
    single = [int(digit) for digit in digits[-2::-2]]
    total = sum(n // 10 + n % 10 for n in doubled) + sum(single)
    return str(-total % 10)


def card_number(typed: str) -> str:
    """The number without what people put between its digits. Refused: invalid_field."""
    number = typed.replace(" ", "").replace("-", "")
    right = len(number) == RANDOM_DIGITS + 1 and number.isascii() and number.isdigit()
    if not right or check_digit(number[:-1]) != number[-1]:
        raise Refused(
            "invalid_field", "number", detail="This is not a card number; is it mistyped?"
        )
    return number


def grouped(number: str) -> str:
    """As it is read aloud: `1234 567 890 123`."""
    return " ".join((number[:4], number[4:7], number[7:10], number[10:]))


def code_at(shop: str, number: str, now: datetime) -> CardCode:
    """The code of this minute: the same however often it is asked for."""
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    return CardCode(shop, number, minute + VALID)


def read_code(payload: str) -> tuple[CardCode, str]:
    """What a code says, and its proof. Refused: code_invalid."""
    said, _, proof = payload.rpartition(".")
    # A shop's id may have dots of its own, so it is what lies between the rest.
    version, _, rest = said.partition(".")
    shop_and_number, _, until = rest.rpartition(".")
    shop, _, number = shop_and_number.rpartition(".")
    if version != VERSION or not (shop and number) or len(payload) > _LONGEST_CODE:
        raise Refused("code_invalid", "qr")
    code = CardCode(shop, number, _instant(until))
    if code.text != said:  # there is one way to write a code
        raise Refused("code_invalid", "qr")
    return code, proof


def _instant(until: str) -> datetime:
    if len(until) > _LONGEST_TIME or set(until) - set(_DIGITS):
        raise Refused("code_invalid", "qr")
    return datetime.fromtimestamp(int(until or "0", 36), UTC)


def _base36(number: int) -> str:
    written = ""
    while number:
        number, digit = divmod(number, 36)
        written = _DIGITS[digit] + written
    return written or "0"
