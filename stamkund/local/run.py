"""`make run`: the whole club on this machine, until Ctrl-C. A restart finds everything again."""

import logging
import os
import signal
import socket
import sys
from threading import Event

from stamkund import tables
from stamkund.local import dynamodb
from stamkund.local.club import Club
from stamkund.local.dynamodb import Database
from stamkund.local.greeting import greeting
from stamkund.local.home import AlreadyRunning, Home, home
from stamkund.local.shop import furnished
from stamkund.web.settings import settings

_JOBS_EVERY = 60.0


def main() -> int:
    port = port_of(os.environ.get("PORT", "8080"))
    if port is None:
        print("PORT has to be a number from 1 to 65535: PORT=8081 make run", file=sys.stderr)
        return 1
    # Ctrl-C and a polite kill are one thing, also for one whom a shell started in the background.
    for polite in (signal.SIGINT, signal.SIGTERM):
        signal.signal(polite, signal.default_int_handler)
    try:
        with home().taken(port):
            return run(home(), port)
    except AlreadyRunning as other:
        print(
            f"A club is running here already: http://127.0.0.1:{other.port} (process "
            f"{other.process}). Stop that one first.",
            file=sys.stderr,
        )
    except KeyboardInterrupt:
        print("\nThe club is closed.")
        return 0
    return 1


def port_of(said: str) -> int | None:
    port = int(said) if said.isascii() and said.isdigit() and len(said) < 6 else 0
    return port if 0 < port < 2**16 else None


def run(here: Home, port: int) -> int:
    if taken(port):
        print(f"Port {port} is taken by something else: PORT=8081 make run", file=sys.stderr)
        return 1
    print("Starting the database ...", flush=True)
    with dynamodb.start(here.folder) as database:
        prefix = prepare(here, database)
        with Club(prefix, port, here.data, jobs_every=_JOBS_EVERY) as club:
            print(greeting(club.url, furnished(here, club.url)), flush=True)
            return wait(database)


def prepare(here: Home, database: Database) -> str:
    """Surroundings and tables as a deployed function finds them; the prefix of the tables."""
    os.environ.update(database.settings())
    for name, secret in here.secrets().items():
        os.environ.setdefault(name, secret)
    # Nothing leaves the machine: whatever is sent lies in the mailbox.
    os.environ.setdefault("STAMKUND_SMS_COUNTRIES", "SWE,NOR,DNK,FIN")
    # Requests would scroll the keys out of sight; POWERTOOLS_LOG_LEVEL=INFO shows each.
    os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "WARNING")
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    # At the end it tells of requests that it does not wait for.
    logging.getLogger("waitress").setLevel(logging.ERROR)
    prefix = settings().table_prefix
    tables.connect(prefix)
    tables.create_all()
    return prefix


def wait(database: Database) -> int:
    """Until Ctrl-C, unless the database goes first."""
    if database.server is None:
        Event().wait()
    else:
        database.server.wait()
        print("The database has stopped; its last words are in database.log.", file=sys.stderr)
    return 1


def taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
