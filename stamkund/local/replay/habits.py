"""What the data does not say of its customers, drawn by lot: the same seed draws the same again."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import blake2b

from msgspec import Struct

from stamkund.rules.basket import Line

RETURNED = 0.04  # of all orders
FORSAKEN = 0.005
SAVERS = 0.4  # of all members, who let their points lie
PAY_WITH_POINTS = 0.5  # of the purchases at which the others could


class Return(Struct, frozen=True):
    """Goods brought back so long after the purchase; `whole` is all that is left by then."""

    reference: str
    after: timedelta
    whole: bool


class Habits(Struct, frozen=True):
    seed: int = 2017

    def pays_with_points(self, household: str, order: str) -> bool:
        saves = self._lot("saves", household) < SAVERS
        return not saves and self._lot("pays", order) < PAY_WITH_POINTS

    def forsakes(self, order: str) -> bool:
        """The payment fails once, and nobody tells the club; then it is tried again."""
        return self._lot("forsakes", order) < FORSAKEN

    def returns(self, order: str) -> list[Return]:
        """Half in part, a third whole, and the others in part and later the rest."""
        if self._lot("returns", order) >= RETURNED:
            return []
        how, soon = self._lot("how", order), self._after(order, "r1")
        if how < 0.33:
            return [Return("r1", soon, whole=True)]
        some = Return("r1", soon, whole=False)
        if how < 0.83:
            return [some]
        return [some, Return("r2", soon + self._after(order, "r2"), whole=True)]

    def _after(self, order: str, reference: str) -> timedelta:
        """Within four weeks: some before the points can be spent, and some after."""
        return timedelta(days=1) + timedelta(days=27) * self._lot("after", order, reference)

    def units_back(self, order: str, lines: Sequence[Line]) -> dict[str, int]:
        """What a return in part takes: some units of one line in three, and of one at least."""
        drawn = sorted(lines, key=lambda line: self._lot("line", order, line.id))
        return {
            line.id: 1 + int(line.quantity * self._lot("units", order, line.id))
            for line in drawn[: 1 + len(lines) // 3]
        }

    def _lot(self, *what: str) -> float:
        """Even between 0 and 1, and always the same for the same."""
        digest = blake2b("\0".join([str(self.seed), *what]).encode(), digest_size=6).digest()
        return int.from_bytes(digest) / 2**48
