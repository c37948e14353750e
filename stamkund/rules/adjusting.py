"""What a person in the shop may do to a wallet: give points, or take what can be spent."""

from stamkund.rules import wallet
from stamkund.rules.errors import Refused
from stamkund.rules.programme import PointRules
from stamkund.rules.wallet import Wallet, earned_lot, lot_key


def adjusted(points: Wallet, change: int, rules: PointRules, today: str) -> dict[str, int]:
    """The lots that change. Refused: points_not_enough.

    Pending points stay, whatever a return may take: they are there for the return of the purchase
    that they came from, and without them its member could come to owe them.
    """
    if change > 0:
        return {given_lot(rules, today): change}
    takes = wallet.choose(points, -change, today)
    if sum(take.points for take in takes) < -change:
        held = wallet.balance(points, today)
        raise Refused("points_not_enough", "points", most=held.available, pending=held.pending)
    return {take.lot: -take.points for take in takes}


def given_lot(rules: PointRules, today: str) -> str:
    """Nothing can be returned that would take them back, so they can be spent at once."""
    return lot_key(today, earned_lot(rules, today).partition(">")[2])
