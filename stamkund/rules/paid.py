"""Points for something that was said: what the programme gives once it is shown, and how they go
again when it is taken away."""

from collections.abc import Iterable
from contextlib import suppress

from msgspec import Struct

from stamkund.rules import wallet
from stamkund.rules.account import Account, with_entries
from stamkund.rules.actions import earned as for_action
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry, entry
from stamkund.rules.programme import ClawBack, PointRules
from stamkund.rules.programme_file import Action
from stamkund.rules.refunds import outlived
from stamkund.rules.selection import Moment


class Paid(Struct, frozen=True, array_like=True):
    """Points that were given for it, by which entry of the ledger and into which lot."""

    action: str
    points: int
    lot: str
    entry: str


class At(Struct, frozen=True):
    """When, and by which version of the programme."""

    moment: Moment
    version: int


def earned(
    actions: Iterable[Action], account: Account, reference: str, rules: PointRules, setting: At
) -> list[Entry]:
    """Nothing of what was had as often as may be."""
    entries: list[Entry] = []
    for action in actions:
        with suppress(Refused):
            made = for_action(action, account, reference, rules, setting.moment, setting.version)
            entries.append(made)
    return entries


def paid_by(entries: Iterable[Entry]) -> list[Paid]:
    return [
        Paid(one.reason, one.points, next(iter(one.lots), ""), one.id)
        for one in entries
        if one.points
    ]


def taken_back(
    given: Iterable[Paid], account: Account, reference: str, policy: ClawBack, at: Moment
) -> list[Entry]:
    """The entries by which they go, wherever they are by now."""
    entries: list[Entry] = []
    for paid in given:
        held = with_entries(account, entries).wallet
        taken = wallet.take_back(held, paid.points, paid.lot, policy, at.day)
        of_action = f"{paid.action}.{reference}"
        reverse = entry(
            "reverse",
            taken.lots,
            taken.debt,
            reference=of_action,
            reason=paid.action,
            reverses=paid.entry,
            occurred_at=at.at,
        )
        entries += [reverse, *outlived(taken, of_action, at.at)]
    return entries
