"""Somebody is about to send a picture."""

from datetime import datetime

from msgspec import Struct

from functions.feedback.guests import GuestLink, guest_by
from functions.feedback.limits import of_pictures
from functions.feedback.picturing import begin, owner_of
from stamkund.rules.errors import Refused
from stamkund.rules.pictures import LARGEST, PictureType
from stamkund.tables import Append, Read, Update, clock, counting
from stamkund.tables.identities import Identities
from stamkund.tables.programmes import Programmes
from stamkund.web import pictures
from stamkund.web.callers import Caller, Member, Staff, Storefront
from stamkund.web.club import club_at
from stamkund.web.endpoint import PathId, endpoint
from stamkund.web.pictures import Form


class PictureRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`reference` is yours: again, it is the same picture. `link` is only for a guest."""

    reference: PathId
    type: PictureType
    link: GuestLink | None = None


class PictureBegun(Struct, frozen=True):
    """`picture` names it where something is said, until `expires_at`. `upload` is the form by which
    the file is sent, of `largest` bytes at most, within ten minutes."""

    picture: str
    upload: Form
    largest: int
    expires_at: datetime


@endpoint(
    "POST",
    "/v1/feedback/pictures",
    caller=[Member, Staff, Storefront],
    access={Identities: Update, Programmes: Read},
    problems=["no_programme", "guest_link_invalid", "too_many_attempts"],
    pictures=Append,
    status=201,
)
def begin_picture(request: PictureRequest, caller: Caller, now: datetime) -> PictureBegun:
    """Begin a picture.

    Send the file itself by the form, and then name the picture where something is said. It is
    looked at before anybody sees it, and shown to who sent it once staff has approved it. What
    staff sends needs nobody's approval.
    """
    real = clock.real_time()
    owner = _owner(request, caller, real)
    rules = club_at(caller.shop, now).file.feedback
    for count in of_pictures(rules, caller, owner):
        counting.add_now(caller.shop, count, real)
    token, begun = begin(caller.shop, owner, request.reference, request.type, real)
    form = pictures.store().form(pictures.incoming(caller.shop, begun.id), request.type)
    until = datetime.fromtimestamp(begun.expires, real.tzinfo)
    return PictureBegun(token, form, LARGEST, until)


def _owner(request: PictureRequest, caller: Caller, now: datetime) -> str:
    if caller.kind is Storefront:
        return owner_of("guest", guest_by(caller.shop, request.link, now).order)
    if request.link is not None:
        raise Refused("invalid_field", "link", detail="Not for this caller")
    if caller.kind is Staff:
        return owner_of("staff", caller.key)
    return owner_of("member", caller.member or "")
