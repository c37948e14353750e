"""Lots as an account stores them: `2026-05-15>2028-04` as `7fj>9f`.

Who buys every day has sixty of them, written with every order, and the first kilobyte of an account
costs half of what two cost. Days and months are counted from 2000, in base 36; what is no date
(`never`, `idle12`) stays as it is. Ledger, orders and quotes have the readable form.
"""

from functools import lru_cache
from string import ascii_lowercase, digits

from stamkund.rules.calendar import add_days, days_between, month_number, month_numbered
from stamkund.rules.wallet import IDLE, NEVER, lot_key
from stamkund.tables.attributes import Numbers

DIGITS = digits + ascii_lowercase
WORDS = (NEVER, IDLE)
FIRST_DAY, FIRST_MONTH = "2000-01-01", month_number("2000-01")


@lru_cache(maxsize=10_000)  # as many as a process sees in its life, and each many times
def stored(key: str) -> str:
    day, _, expires = key.partition(">")
    counted = _in_36(days_between(FIRST_DAY, day)) if day else ""
    if expires.startswith(WORDS):
        return lot_key(counted, expires)
    return lot_key(counted, _in_36(month_number(expires) - FIRST_MONTH))


@lru_cache(maxsize=10_000)
def lot_of(stored_key: str) -> str:
    counted, _, expires = stored_key.partition(">")
    day = add_days(FIRST_DAY, int(counted, 36)) if counted else ""
    if expires.startswith(WORDS):
        return lot_key(day, expires)
    return lot_key(day, month_numbered(FIRST_MONTH + int(expires, 36)))


def _in_36(number: int) -> str:
    if number < 0:
        return "-" + _in_36(-number)
    rest, digit = divmod(number, 36)
    return (_in_36(rest) if rest else "") + DIGITS[digit]


class Lots(Numbers):
    """A lot is changed in place by its stored key: `lots[stored(key)].set(...)`."""

    def serialize(self, value: dict[str, int]) -> dict[str, dict[str, str]]:
        return super().serialize({stored(key): points for key, points in value.items()})

    def deserialize(self, value: dict[str, dict[str, str]]) -> dict[str, int]:
        return {lot_of(key): points for key, points in super().deserialize(value).items()}
