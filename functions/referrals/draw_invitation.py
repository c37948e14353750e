"""A member's link as a QR code, to be held up or printed."""

from datetime import datetime
from io import BytesIO

from stamkund.rules.errors import Refused
from stamkund.rules.invitations import link
from stamkund.tables import Read, invitations
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import club_at
from stamkund.web.endpoint import endpoint


@endpoint(
    "GET",
    "/v1/members/{member}/invitation/qr",
    caller=[Member, Shop],
    access={Profiles: Read, Programmes: Read},
    problems=["not_found", "no_programme", "no_invitation"],
    produces="image/svg+xml",
)
def draw_invitation(member: str, caller: Caller, now: datetime) -> str:
    """Draw a member's link as a QR code, an SVG picture.

    Visits that come by it are counted as such.
    """
    club = club_at(caller.shop, now)
    made = invitations.find(club.shop, member_of(caller, member))
    page = club.file.referrals.page
    if made is None or page is None:
        raise Refused("no_invitation")
    return _svg(link(page, made.code, "qr"))


def _svg(content: str) -> str:
    # Nothing else here needs it: 20 ms to import.
    import segno

    drawn = BytesIO()
    code = segno.make(content, error="m", micro=False)
    code.save(drawn, kind="svg", border=4, omitsize=True, xmldecl=False, light="#ffffff", nl=False)
    return drawn.getvalue().decode()
