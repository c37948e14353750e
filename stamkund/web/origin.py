"""Behind CloudFront nobody comes in by another door: it shows what nobody else knows."""

import hmac
from collections.abc import Mapping

from stamkund.rules.errors import Refused
from stamkund.web import keeping
from stamkund.web.settings import settings

HEADER = "X-Origin-Verify"
# Not CloudFront-Viewer-Address: CloudFront would have to be told to send it, by a list that has no
# place for Authorization, and who else sends it then is not known.
FORWARDED = "X-Forwarded-For"


def address_of(headers: Mapping[str, str], connected: str) -> str:
    """Of whoever asks; `connected` is who has the connection to the API. Refused: wrong_entrance.

    Behind CloudFront that is CloudFront, which has written the address of its viewer last into
    what the viewer claims to have been forwarded for; after it may stand what the API has written,
    which is CloudFront's. Where there is no CloudFront, anybody may claim anything in it.
    """
    if not settings().behind_edge:
        return connected
    _refuse_detours(headers)
    hops = [one.strip() for one in headers.get(FORWARDED.lower(), "").split(",")]
    if hops[-1] == connected:
        hops.pop()
    return hops[-1] if hops and hops[-1] else connected


def _refuse_detours(headers: Mapping[str, str]) -> None:
    """While it is being exchanged, old and new are known, and CloudFront may show both."""
    shown = [one.strip() for one in headers.get(HEADER.lower(), "").split(",")]
    known = keeping.known().origins
    if not any(
        hmac.compare_digest(one.encode(), other.encode()) for one in shown for other in known
    ):
        raise Refused("wrong_entrance")
