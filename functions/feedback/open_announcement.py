"""One announcement, for staff, and how far it has come."""

from functions.feedback.announcing import AnnouncementId, AnnouncementShown, shown
from stamkund.tables import Read, announcements
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Staff
from stamkund.web.endpoint import endpoint


@endpoint(
    "GET",
    "/v1/feedback/announcements/{announcement}",
    caller=[Staff],
    access={Programmes: Read},
    problems=["announcement_not_found"],
)
def open_announcement(announcement: AnnouncementId, caller: Caller) -> AnnouncementShown:
    """Read an announcement.

    As it is written; once it is published, how many people asked for it, in how many threads, and
    whether all have been told.
    """
    return shown(*announcements.find(caller.shop, announcement))
