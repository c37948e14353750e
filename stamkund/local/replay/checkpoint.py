"""Where to go on after an interruption, and what the shop had counted until there.

Nothing depends on it being right: what is done twice is found done by the club.
"""

from pathlib import Path

import msgspec
from msgspec import Struct, field

from stamkund.local.replay.tally import Tally


class Checkpoint(Struct):
    """`following`: the step to go on with; `seconds`: how long all before took."""

    following: int = 0
    seconds: float = 0.0
    tally: Tally = field(default_factory=Tally)


class Kept:
    """The checkpoint in its file."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "checkpoint.json"

    def read(self) -> Checkpoint:
        if not self._file.exists():
            return Checkpoint()
        return msgspec.json.decode(self._file.read_bytes(), type=Checkpoint)

    def write(self, checkpoint: Checkpoint) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(checkpoint))
        fresh.replace(self._file)

    def forget(self) -> None:
        self._file.unlink(missing_ok=True)
