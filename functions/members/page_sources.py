"""What my pages are made of: four reads, each made once, and each of which may fail by itself; and
what is the shop's, which comes with its programme and is remembered for a minute as that is."""

from collections.abc import Callable
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry
from stamkund.rules.programme import Language
from stamkund.tables import accounts, front, ledger, own_pages
from stamkund.tables.accounts import Benefits
from stamkund.tables.front import Front
from stamkund.tables.own_pages import Personal, Said
from stamkund.web.club import Club, club_by

Value = TypeVar("Value")

LATEST_ENTRIES = 50
LATEST_THREADS = 25


class Source(Generic[Value]):
    """Read at once; whoever asks for what could not be read is told the reason each time."""

    def __init__(self, read: Callable[[], Value]) -> None:
        self.failure: Exception | None = None
        try:
            self._value = read()
        except Refused as refused:
            if refused.code in GONE:
                raise
            self.failure = refused
        except Exception as failure:  # noqa: BLE001 -- the rest of the page does not need it
            self.failure = failure

    def __call__(self) -> Value:
        if self.failure is not None:
            raise self.failure
        return self._value


# Who is no member has no pages.
GONE = {"member_not_found", "member_not_active", "member_merged"}


class Holding(NamedTuple):
    account: Account
    benefits: Benefits


class Sources(NamedTuple):
    """Of one member at one moment, in one language."""

    club: Club
    language: Language
    holding: Source[Holding]
    personal: Source[Personal]
    entries: Source[list[Entry]]
    said: Source[Said]
    front: Front


def read(shop: str, member: str, language: Language, now: datetime) -> Sources:
    """Refused: no_programme, member_not_found, member_not_active, member_merged. Raises the fault,
    if all that is about the member could not be read."""
    of_shop, published = front.of_shop(shop, now)
    sources = Sources(
        club_by(shop, published, now),
        language,
        Source(lambda: _holding(shop, member)),
        Source(lambda: own_pages.find(shop, member)),
        Source(lambda: ledger.page(shop, member, LATEST_ENTRIES)[0]),
        Source(lambda: own_pages.said(shop, member, LATEST_THREADS)),
        of_shop,
    )
    own = (sources.holding, sources.personal, sources.entries, sources.said)
    failures = [one.failure for one in own]
    if all(failures) and failures[0]:
        raise failures[0]
    return sources


def _holding(shop: str, member: str) -> Holding:
    account, benefits = accounts.find_with_benefits(shop, member)
    accounts.refuse_inactive(account)
    return Holding(account, benefits)
