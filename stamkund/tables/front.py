"""What is the shop's own on the pages of its members: its programme, the questions it is asked,
what it has announced. One call brings all of it, once a minute and process, as the programme alone
is read by everybody else; so a page makes no call more for the shop than any other endpoint does.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from stamkund.rules.announcements import Headline
from stamkund.rules.errors import Refused
from stamkund.rules.faq import Faq, FaqEntry
from stamkund.tables import announcements, faq, mixed, programmes
from stamkund.tables.cache import Remembered
from stamkund.tables.mixed import Raw
from stamkund.tables.programmes import CURRENT, CurrentItem, Programmes, Published


class Front:
    """Each part is made of what was read when somebody first asks for it, and may fail alone."""

    def __init__(self, read: Mapping[str, Raw]) -> None:
        self._read = read

    @cached_property
    def published(self) -> Published | None:
        if CURRENT not in self._read:
            return None
        return programmes.published_from(CurrentItem.from_raw_data(self._read[CURRENT]))

    @cached_property
    def questions(self) -> tuple[Faq | None, list[FaqEntry]]:
        """Those first that are asked most."""
        return faq.first_in(self._read)

    @cached_property
    def news(self) -> list[Headline]:
        return announcements.newest_in(self._read)


def _load(shop: str) -> Front:
    places = [
        (shop, CURRENT),
        *faq.places_of_first(shop),
        announcements.place_of_newest(shop),
    ]
    return Front(mixed.at(Programmes, places))


_front = Remembered(_load, size=64)
programmes.in_use.takes_along(_front)
faq.known.takes_along(_front)


def of_shop(shop: str, now: datetime) -> tuple[Front, Published]:
    """At most a minute old. Refused: no_programme."""
    front: Front = _front(shop, now=now)
    if front.published is None:
        raise Refused("no_programme")
    return front, front.published
