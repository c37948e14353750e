"""Everything about a member, to take along."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from functions.members import taking
from functions.members.shown import NOT_KEPT
from stamkund.tables import Read, personal
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders
from stamkund.tables.personal import Leaving
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, club_at
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.pages import Cursor

ACCESS = {
    Accounts: Read,
    Profiles: Read,
    Identities: Read,
    Ledger: Read,
    Orders: Read,
    Programmes: Read,
    Threads: Read,
}


class KindKept(Struct, frozen=True):
    """What there is of one kind of record, for how long, and what becomes of it when the member
    leaves."""

    kind: str
    holds: str
    lasts: str
    on_leaving: Leaving


class RecordKept(Struct, frozen=True):
    """`data` are the fields as they are stored, without what only the machine needs."""

    kind: str
    id: str
    data: dict[str, Any]


class Export(Struct, frozen=True):
    """One part of it; `next` is the cursor of the part after, null on the last."""

    member: str
    made_at: datetime
    kinds: list[KindKept]
    records: list[RecordKept]
    next: str | None


@endpoint(
    "GET",
    "/v1/members/{member}/export",
    caller=[Member, Shop],
    access=ACCESS,
    problems=MEMBER_PROBLEMS,
)
def read_export(member: str, caller: Caller, now: datetime, cursor: Cursor = "") -> Reply[Export]:
    """Read everything about a member.

    Profile, contacts, devices, vouchers and offers, the account, what staff decided, every entry of
    the ledger and every order, as data. It comes in parts of about a megabyte: go on with `next`
    until it is null. A cursor is good for the member it was given for.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    part = taking.part(caller.shop, owner, cursor)
    kinds = [
        KindKept(kind.record, kind.holds, kind.lasts, kind.leaving)
        for kind in personal.KINDS
        if kind.record
    ]
    records = [RecordKept(*record) for record in part.records]
    return Reply(Export(owner, club.at.at, kinds, records, part.next), headers=NOT_KEPT)
