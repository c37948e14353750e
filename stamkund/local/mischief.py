"""What a stream may do and seldom does: records twice, beginnings again, neighbours far apart."""

from collections import defaultdict
from collections.abc import Iterator
from random import Random

from stamkund.local.stream import Record


class Mischief:
    """Gives a pump its deliveries at their legal worst. The same seed does the same again."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def __call__(self, records: list[Record]) -> Iterator[list[Record]]:
        for batch in self._cut(self._interleaved(records)):
            yield batch
            if self._random.random() < 0.3:
                yield batch[: self._random.randint(1, len(batch))]

    def _interleaved(self, records: list[Record]) -> list[Record]:
        """Only what befell one item is in order; all else may come as it likes."""
        items: dict[str, list[Record]] = defaultdict(list)
        for record in records:
            items[str(sorted(record["dynamodb"]["Keys"].items()))].append(record)
        turns = [item for item, waiting in items.items() for _ in waiting]
        self._random.shuffle(turns)
        return [items[item].pop(0) for item in turns]

    def _cut(self, records: list[Record]) -> Iterator[list[Record]]:
        while records:
            size = self._random.randint(1, len(records))
            yield records[:size]
            records = records[size:]
