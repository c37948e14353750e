"""The code by which a member invites friends, and the link that carries it.

Two letters and a digit, three times: `KT4-RW7-CD9`. Without vowels, and never three letters in a
row, it spells no word; and of what looks alike only one is used, so that it can be read aloud, or
off a note on a fridge.
"""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode, urlsplit, urlunsplit

from stamkund.rules.referral_rules import Source

LETTERS = "CDFHJKMNPRTVWX"
DIGITS = "2346789"
PATTERN = (LETTERS, LETTERS, DIGITS) * 3
LENGTH = len(PATTERN)
CODE, SOURCE = "friend", "from"


def drawn(choose: Callable[[Sequence[str]], str]) -> str:
    """A new code; `choose` takes one of several by chance."""
    return "".join(choose(each) for each in PATTERN)


def is_code(text: str) -> bool:
    return len(text) == LENGTH and all(one in each for one, each in zip(text, PATTERN, strict=True))


def cleaned(typed: str) -> str:
    """As it is kept, whatever somebody put between, or in small letters."""
    return "".join(one for one in typed.upper() if one.isalnum())[:LENGTH]


def grouped(code: str) -> str:
    """As it is read aloud."""
    return "-".join(code[n : n + 3] for n in range(0, LENGTH, 3))


def link(page: str, code: str, source: Source) -> str:
    """The page with the code, and where the link was put."""
    parts = urlsplit(page)
    said = urlencode({CODE: code, SOURCE: source})
    query = f"{parts.query}&{said}" if parts.query else said
    return urlunsplit(parts._replace(query=query))
