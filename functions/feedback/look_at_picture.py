"""Takes a picture into service: what came is looked at, and written anew from what makes it one.
And takes one out of it, with its file.

What is kept is kept once: whatever is put under the same name later, what staff has approved stays
what it is. Whoever dies over it leaves it waiting, and it is looked at again: by then either what
came is there still, or what became of it.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.feedback.picturing import PictureWaits
from stamkund.rules.pictures import NoPicture, PictureType, cleaned
from stamkund.tables import Append, Delete, Read, Scan, Update, threads
from stamkund.tables.threads import Picture, PictureStatus, Threads
from stamkund.web import pictures
from stamkund.web.background import OnMessages
from stamkund.web.batches import message_of, worked_off
from stamkund.web.runs import running

NAME = "look_at_picture"
TRIGGER = OnMessages("pictures")
ACCESS = {Threads: Read | Update | Delete}
PICTURES = Read | Append | Delete | Scan


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Answers `batchItemFailures`: the messages that shall come again."""
    with running("feedback", NAME, context) as run:
        return worked_off(event, context, run, message_of(PictureWaits), look_at)


def look_at(waits: PictureWaits) -> bool:
    """Whether somebody had to."""
    known = _known(waits)
    if known is None or known.status in {"kept", "refused"}:
        return False
    if known.status == "waiting":
        status = _taken(waits, known.type)
        if threads.looked_at(waits.shop, waits.thread, waits.picture, status):
            return True
        # Whoever sent it has left meanwhile, or it goes; or somebody else has looked at it.
        known = _known(waits)
    if known is None or known.status == "going":
        pictures.forget(waits.shop, waits.thread, waits.picture)
        threads.picture_gone(waits.shop, waits.thread, waits.picture)
    return True


def _known(waits: PictureWaits) -> Picture | None:
    return threads.picture(waits.shop, waits.thread, waits.picture)


def _taken(waits: PictureWaits, type: PictureType) -> PictureStatus:
    store = pictures.store()
    came = pictures.incoming(waits.shop, waits.picture)
    kept = pictures.kept(waits.shop, waits.thread, waits.picture)
    content = store.read(came)
    if content is None:
        return "kept" if store.read(kept) is not None else "refused"
    try:
        store.keep(kept, cleaned(content, type), type)
    except NoPicture:
        store.delete(came)
        return "refused"
    store.delete(came)
    return "kept"
