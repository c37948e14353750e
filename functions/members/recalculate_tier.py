"""Reads the ledger's stream: whoever has a new entry is looked at again, within a second."""

from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.members.settling import settle
from stamkund.rules.ledger import MOVES_TIER
from stamkund.tables import Append, Read, Update, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.programmes import Programmes
from stamkund.web.background import OnEntries
from stamkund.web.batches import Entry, Once, entry_of, worked_off
from stamkund.web.runs import running

NAME = "recalculate_tier"
TRIGGER = OnEntries(MOVES_TIER)
ACCESS = {Accounts: Read | Update, Ledger: Append, Programmes: Read}


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Answers `batchItemFailures`: the first record that failed, from which to try again."""
    once = Once()

    def look_again(entry: Entry) -> int:
        return once.changed((entry.shop, entry.member), partial(_settled, entry.shop, entry.member))

    with running("members", NAME, context) as run:
        return worked_off(event, context, run, entry_of(MOVES_TIER), look_again)


def _settled(shop: str, member: str) -> bool:
    return settle(shop, member, shops.now_in(shop))
