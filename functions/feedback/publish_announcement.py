"""An announcement goes out."""

from datetime import datetime

from functions.feedback.announcing import AnnouncementId, AnnouncementShown, send_on, shown
from functions.feedback.shown import REPLAYED
from stamkund.tables import Append, Read, Update, announcements
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.callers import Caller, Staff
from stamkund.web.club import club_at
from stamkund.web.endpoint import Reply, endpoint


@endpoint(
    "POST",
    "/v1/feedback/announcements/{announcement}/publication",
    caller=[Staff],
    access={Programmes: Read | Append | Update, Threads: Append},
    problems=["no_programme", "announcement_not_found", "busy"],
    status=(202, 200),
    queues=["announcements"],
)
def publish_announcement(
    announcement: AnnouncementId, caller: Caller, now: datetime
) -> Reply[AnnouncementShown]:
    """Publish an announcement.

    It is on the shop's page at once. Everyone whose thread is linked is told, once however many
    of theirs are, and the threads move to `acted_on`; how far that has come is read at the
    announcement. Send the same again after any fault.
    """
    club_at(caller.shop, now)
    fresh = announcements.publish(caller.shop, announcement, caller.key, now)
    if fresh:
        send_on(caller.shop, announcement, 0)
    now_shown = shown(*announcements.find(caller.shop, announcement))
    return Reply(now_shown) if fresh else Reply(now_shown, 200, REPLAYED)
