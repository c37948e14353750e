"""What the local club keeps between two runs, all of it in one folder of the repository."""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
TOOLS = REPOSITORY / ".stamkund" / "tools"


class AlreadyRunning(Exception):  # noqa: N818 -- it is news, not a fault
    """Another process holds this folder."""

    def __init__(self, whose: Mapping[str, object]) -> None:
        self.port = whose.get("port")
        self.process = whose.get("process")
        super().__init__(f"already running on port {self.port} (process {self.process})")


@dataclass(frozen=True)
class Home:
    folder: Path

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @contextmanager
    def taken(self, port: int) -> Iterator[None]:
        """Holds the folder for this process; the system lets go of it however the process ends."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "running.json").open("a+") as note:
            try:
                fcntl.flock(note, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunning(self.running() or {}) from None
            note.truncate(0)
            json.dump({"port": port, "process": os.getpid()}, note)
            note.flush()
            yield

    def running(self) -> dict[str, object] | None:
        """Who holds the folder now, if anyone does."""
        try:
            with (self.folder / "running.json").open() as note:
                if _free(note.fileno()):
                    return None
                return dict(json.load(note))
        except (FileNotFoundError, ValueError):
            return None

    def secrets(self) -> dict[str, str]:
        """Made once: a session or a card from yesterday is still good after a restart."""
        kept = self.folder / "secrets.json"
        if not kept.exists():
            kept.touch(mode=0o600)
            kept.write_text(json.dumps(_new_secrets(), indent=2))
        return dict(json.loads(kept.read_text()))


def home() -> Home:
    return Home(Path(os.environ.get("STAMKUND_HOME", REPOSITORY / ".stamkund")).resolve())


def _new_secrets() -> dict[str, str]:
    return {
        "STAMKUND_SIGNING_KEYS": f"local-1:{secrets.token_urlsafe(32)}",
        "STAMKUND_PEPPER": secrets.token_urlsafe(32),
    }


def _free(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
