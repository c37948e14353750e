"""Transactions that meet another one try again; everything else is the caller's to understand."""

import random
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from pynamodb.exceptions import CancellationReason, DoesNotExist, TransactWriteError
from pynamodb.transactions import TransactWrite

from stamkund.rules.ledger import Entry
from stamkund.tables import work
from stamkund.tables.table import Table, client

Item = TypeVar("Item", bound=Table)

ATTEMPTS = 6
LONGEST_PAUSE = 0.02  # seconds, doubled each time
RETURN_OLD = "ALL_OLD"


def write(fill: Callable[[TransactWrite], None], entries: Sequence[Entry] = ()) -> None:
    """Sends the transaction that `fill` fills; raises TransactWriteError when it is refused.

    `entries` are those that it puts into the ledger.
    """
    for attempt in range(ATTEMPTS):
        try:
            with TransactWrite(connection=client()) as transaction:
                fill(transaction)
        except TransactWriteError as error:
            if attempt == ATTEMPTS - 1 or not only_met_another(error):
                raise
            # Two at once for one member is rare and short; waiting at random parts them.
            time.sleep(random.uniform(0, LONGEST_PAUSE * 2**attempt))  # noqa: S311
        else:
            work.entered(entries)
            return


def or_none(get: Callable[[], Item]) -> Item | None:
    """What was asked for in a transaction that reads, where it is there."""
    try:
        return get()
    except DoesNotExist:
        return None


def only_met_another(error: TransactWriteError) -> bool:
    codes = {reason.code for reason in error.cancellation_reasons if reason}
    return codes == {"TransactionConflict"}


def refused(error: TransactWriteError, index: int) -> CancellationReason | None:
    """The reason of the item at this place, if its condition said no. Pynamodb sends checks first,
    then deletes, puts and updates, and the reasons come in that order."""
    if index >= len(error.cancellation_reasons):
        return None
    reason = error.cancellation_reasons[index]
    return reason if reason and reason.code == "ConditionalCheckFailed" else None


def refused_only(error: TransactWriteError, index: int) -> bool:
    """Whether the condition at this place said no, and nobody else's."""
    places = range(len(error.cancellation_reasons))
    return [place for place in places if refused(error, place)] == [index]
