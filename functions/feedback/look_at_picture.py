"""Takes a picture into service: what came is looked at, and written anew from what makes it one.

What is kept is kept once: whatever is put under the same name later, what staff has approved stays
what it is. Whoever dies over it leaves it waiting, and it is looked at again: by then either what
came is there still, or what became of it.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.feedback.picturing import PictureWaits
from stamkund.rules.pictures import NoPicture, PictureType, cleaned
from stamkund.tables import Append, Delete, Read, Scan, Update, threads
from stamkund.tables.threads import PictureStatus, Threads
from stamkund.web import pictures
from stamkund.web.background import OnMessages
from stamkund.web.batches import message_of, worked_off
from stamkund.web.pictures import INCOMING, KEPT, key_of
from stamkund.web.runs import running

NAME = "look_at_picture"
TRIGGER = OnMessages("pictures")
ACCESS = {Threads: Read | Update}
PICTURES = Read | Append | Delete | Scan


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Answers `batchItemFailures`: the messages that shall come again."""
    with running("feedback", NAME, context) as run:
        return worked_off(event, context, run, message_of(PictureWaits), look_at)


def look_at(waits: PictureWaits) -> bool:
    """Whether somebody had to."""
    known = threads.picture(waits.shop, waits.thread, waits.picture)
    if known is None or known.status != "waiting":
        return False
    status = _taken(waits, known.type)
    if not threads.looked_at(waits.shop, waits.thread, waits.picture, status):
        # Whoever sent it has left meanwhile.
        pictures.forget(waits.shop, waits.picture)
    return True


def _taken(waits: PictureWaits, type: PictureType) -> PictureStatus:
    store = pictures.store()
    came, kept = (key_of(folder, waits.shop, waits.picture) for folder in (INCOMING, KEPT))
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
