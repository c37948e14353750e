"""Behind CloudFront nobody comes in by another door: it shows what nobody else knows."""

import hmac
from collections.abc import Mapping

from stamkund.rules.errors import Refused
from stamkund.web import keeping
from stamkund.web.settings import settings

HEADER = "X-Origin-Verify"


def refuse_detours(headers: Mapping[str, str]) -> None:
    """While it is being exchanged, old and new are known, and CloudFront may show both."""
    if not settings().behind_edge:
        return
    shown = [one.strip() for one in headers.get(HEADER.lower(), "").split(",")]
    known = keeping.known().origins
    if not any(
        hmac.compare_digest(one.encode(), other.encode()) for one in shown for other in known
    ):
        raise Refused("wrong_entrance")
