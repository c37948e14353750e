"""Reads the ledger's stream for all that tiers do not wait for: whoever bought, returned, merged or
left is looked at as a friend, what comes back takes its review with it, and about what is bought
somebody is asked later.

A stream has two readers at most, so this one knows the domains it reads for. Records may come
twice, late, out of order, or mixed, and before a review that is still being written; none of that
matters, since a record only says whose and which order to look at again.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.feedback import reviewing, scheduling
from functions.referrals.following import look_at
from stamkund.rules.ledger import Kind
from stamkund.tables import Append, Delete, Read, Update, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.background import OnEntries
from stamkund.web.batches import Entry, Once, entry_of, worked_off
from stamkund.web.club import club_at
from stamkund.web.runs import running

NAME = "follow_up"
KINDS: tuple[Kind, ...] = ("earn", "reverse", "merge", "erase")
TRIGGER = OnEntries(KINDS)
ACCESS = {
    Accounts: Read | Append | Update,
    Identities: Read | Update,
    Ledger: Read | Append,
    Orders: Read,
    Profiles: Read,
    Programmes: Read | Update,
    Threads: Read | Append | Update | Delete,
}


class Look(NamedTuple):
    """Who or what is looked at again, and by whom."""

    by: Callable[..., int]
    at: tuple[str, ...]


def looks(entry: Entry) -> list[Look]:
    found = [Look(look_at, (entry.member,))]
    if entry.order and entry.kind == "earn":
        found.append(Look(scheduling.plan, (entry.member, entry.order)))
    if entry.order and entry.kind == "reverse":
        found.append(Look(reviewing.see_to_lines, (entry.order,)))
    return found


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Answers `batchItemFailures`: the first record that failed, from which to try again."""
    once = Once()
    with running("operations", NAME, context) as run:
        return worked_off(event, context, run, entry_of(KINDS), partial(_looked, once))


def _looked(once: Once, entry: Entry) -> int:
    """How much was changed. What fails for one keeps nothing from the others; then the record comes
    again for all of them, which is no harm."""
    changed, failed = 0, None
    for look in looks(entry):
        try:
            changed += once.changed((entry.shop, look), partial(_by, look, entry.shop))
        except Exception as error:  # noqa: BLE001 -- whatever it is
            failed = failed or error
    if failed:
        raise failed
    return changed


def _by(look: Look, shop: str) -> int:
    return look.by(club_at(shop, shops.now_in(shop)), *look.at)


def looked_at(shop: str, member: str) -> bool:
    """As a friend, where this is one."""
    return look_at(club_at(shop, shops.now_in(shop)), member)
