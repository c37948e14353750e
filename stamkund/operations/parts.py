"""Lines of any number, sorted by whose they are, in as little memory as one part of them takes."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO
from zlib import crc32

from stamkund.tables.exported import key_in

PARTS = 64
BUFFER = 1 << 17


class Parts:
    """What belongs to one member lies in one part, whichever kind of line it is."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder, self.count = folder, count

    def add(self, kind: str, lines: Iterable[bytes]) -> int:
        """How many there were."""
        number = 0
        with ExitStack() as open_files:
            writers = [self._opened(open_files, kind, part) for part in range(self.count)]
            for line in lines:
                writers[crc32(key_in(line).encode()) % self.count](line)
                number += 1
        return number

    def lines(self, kind: str, part: int) -> Iterator[bytes]:
        with self._file(kind, part).open("rb") as lines:
            yield from lines

    def _opened(self, files: ExitStack, kind: str, part: int) -> Callable[[bytes], int]:
        file: BinaryIO = files.enter_context(self._file(kind, part).open("wb", BUFFER))
        return file.write

    def _file(self, kind: str, part: int) -> Path:
        return self._folder / f"{kind}-{part}"


@contextmanager
def parted(count: int = PARTS) -> Iterator[Parts]:
    with TemporaryDirectory(prefix="stamkund-") as folder:
        yield Parts(Path(folder), count)
