"""Behind CloudFront nobody comes in by another door: it shows what nobody else knows."""

import hmac
from collections.abc import Mapping

from stamkund.rules.errors import Refused

HEADER = "X-Origin-Verify"


def refuse_detours(headers: Mapping[str, str], known: tuple[str, ...]) -> None:
    """Where nothing is known, there is no CloudFront. While it is being exchanged, old and new
    are known, and CloudFront may show both."""
    shown = headers.get(HEADER.lower(), "").split(",")
    if known and not any(_same(one.strip(), other) for one in shown for other in known):
        raise Refused("wrong_entrance")


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
