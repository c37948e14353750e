"""What may be kept of an answer, and by whom.

What is for everybody is marked by what is in it, so that who has it is told "as it was" instead.
"""

from hashlib import sha256

from chalice.app import Response

from stamkund.web.events import Incoming

# The storefront's key stands on the page itself, so what is answered to it is for everybody.
FOR_ALL = {
    "Cache-Control": "public, max-age=60",
    "Vary": "Accept-Language, Authorization",
}
FOR_ONE = {"Cache-Control": "no-store"}


def unless_known(response: Response, request: Incoming) -> Response:
    """What is for everybody, or nothing but its mark to who has just that."""
    if not str(response.headers.get("Cache-Control", "")).startswith("public"):
        return response
    mark = f'"{sha256(response.body.encode()).hexdigest()[:32]}"'
    response.headers["ETag"] = mark
    if not _known(request.headers.get("if-none-match", ""), mark):
        return response
    kept = {name: value for name, value in response.headers.items() if name != "Content-Type"}
    return Response("", kept, 304)


def _known(marks: str, mark: str) -> bool:
    """A cache on the way may have made a mark a weak one."""
    every = {one.strip().removeprefix("W/") for one in marks.split(",")}
    return mark in every or "*" in every
