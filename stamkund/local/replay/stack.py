"""The club that is driven: one of the replay's own, with gateways in processes of their own and a
sandbox shop, or one that is given.
"""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from stamkund import tables
from stamkund.local import dynamodb
from stamkund.local.home import Home
from stamkund.local.replay.till import Refused, Till
from stamkund.local.run import prepare
from stamkund.tables import clock, shops
from stamkund.web.settings import settings

SHOP = "replay"
# One beside the one with the pump: a third would only wait for the two cores of a laptop.
MORE_GATEWAYS = 1


@dataclass(frozen=True)
class Stack:
    """Where the club answers, and with which key.

    `jobs`: the first of the addresses runs timed jobs on demand. `keeps`: also after a restart.
    """

    urls: Sequence[str]
    key: str
    jobs: bool = True
    keeps: bool = True

    @property
    def shop(self) -> str:
        """Whom the key is of."""
        return self.key.partition("_")[2].partition(".")[0]


@contextmanager
def given(url: str, key: str) -> Iterator[Stack]:
    """A club that runs already. Its books are read where the settings of this process lead."""
    tables.connect(settings().table_prefix)
    yield Stack([url], key, jobs=_has_jobs(Till(url, key)))


def _has_jobs(till: Till) -> bool:
    try:
        till.tell("GET", "/_local/health")
    except Refused:
        return False
    return True


@contextmanager
def started(here: Home) -> Iterator[Stack]:
    """Runs as long as it is needed; what it knows is kept in the folder."""
    with ExitStack() as closing:
        database = closing.enter_context(dynamodb.start(here.folder))
        prepare(here, database)
        urls = [closing.enter_context(_gateway(str(here.data)))]
        urls += [closing.enter_context(_gateway()) for _ in range(MORE_GATEWAYS)]
        yield Stack(urls, _key(here), keeps=database.keeps)


@contextmanager
def _gateway(*arguments: str) -> Iterator[str]:
    command = [sys.executable, "-m", "stamkund.local.replay.serve", *arguments]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for us, who still have customers at the till
        text=True,
    )
    assert process.stdin
    assert process.stdout
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait()


def _key(here: Home) -> str:
    """The shop's own, made when there is none yet, or none that this database knows."""
    file = here.folder / "key"
    registered = shops.find_shop(SHOP, now=clock.real_time())
    if registered is None:
        shops.add_shop(SHOP, sandbox=True, language="en")
        file.unlink(missing_ok=True)
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(shops.add_key(SHOP, "shop", label="replay"))
    return file.read_text()
