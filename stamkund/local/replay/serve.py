"""One gateway in a process of its own, as long as somebody holds its standard input.

`python -m stamkund.local.replay.serve [folder]`: with a folder it is the whole club, stream pump
included, and otherwise only one more process that answers requests.
"""

import sys
from pathlib import Path
from threading import Thread

from stamkund import tables
from stamkund.local import functions
from stamkund.local.club import Club
from stamkund.local.controls import Controls
from stamkund.local.gateway import Gateway
from stamkund.local.server import Server
from stamkund.web.settings import settings


def main(folder: str | None) -> None:
    prefix = settings().table_prefix
    tables.connect(prefix)
    if folder:
        with Club(prefix, folder=Path(folder)) as club:
            answer_until_closed(club.url)
    else:
        server = Server(Gateway(functions.builders(), Controls({}, lambda _: True)), 0)
        Thread(target=server.run, daemon=True).start()
        answer_until_closed(server.url)


def answer_until_closed(url: str) -> None:
    print(url, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
