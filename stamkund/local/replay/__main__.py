"""`make replay`: BASKETS=5000 of them, or all; Ctrl-C, and the same command goes on from there.

REPLAY_URL and REPLAY_KEY (a shop key) drive a sandbox shop of a club that runs already.
"""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from stamkund.local.home import AlreadyRunning, Home, home
from stamkund.local.replay.books import every_book
from stamkund.local.replay.checkpoint import Checkpoint, Kept
from stamkund.local.replay.drive import Drive, TooManyProblems
from stamkund.local.replay.habits import Habits
from stamkund.local.replay.progress import Progress
from stamkund.local.replay.purchases import Purchases, read
from stamkund.local.replay.report import Year, disagreements, draw, table
from stamkund.local.replay.shop import Shop
from stamkund.local.replay.stack import Stack, given, started
from stamkund.local.replay.till import Refused, Till
from stamkund.local.replay.timetable import Step, timetable
from stamkund.rules.calendar import day_of
from stamkund.rules.programme import Programme
from stamkund.rules.selection import moment
from stamkund.tables import programmes

PROGRAMME = Path(__file__).with_name("programme.yaml")
TILLS = 4


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    baskets = os.environ.get("BASKETS", "5000")
    if baskets != "all" and not baskets.isdecimal():
        print(f"BASKETS is a number, or all, and not {baskets!r}", file=sys.stderr)
        return 2
    if "REPLAY_URL" in os.environ and "REPLAY_KEY" not in os.environ:
        print("REPLAY_URL needs REPLAY_KEY, the shop key of a sandbox shop", file=sys.stderr)
        return 2
    try:
        return replay(baskets)
    except AlreadyRunning as other:
        print(f"This replay is running already (process {other.process}).", file=sys.stderr)
    except (Refused, TooManyProblems) as why:
        print(f"\n{why}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
    return 1


def replay(baskets: str) -> int:
    print("Reading the purchases ...", flush=True)
    habits = Habits()
    purchases = read(None if baskets == "all" else int(baskets), habits.seed)
    programme = msgspec.yaml.decode(PROGRAMME.read_bytes(), type=Programme)
    steps = timetable(purchases.all, habits, programme.time_zone)
    url = os.environ.get("REPLAY_URL", "")
    here = Home(home().folder / "replay" / _name(baskets, url))
    with here.taken(0):
        print(f"Club, checkpoint and charts are in {here.folder}", flush=True)
        with given(url, os.environ["REPLAY_KEY"]) if url else started(here) as stack:
            done = live(Kept(here.folder), stack, purchases, steps, habits)
            return told(stack.shop, here.folder, steps, done)


def _name(baskets: str, url: str) -> str:
    """A folder for each year that is lived, so that none goes on where another one was."""
    return f"{baskets}-{urlsplit(url).netloc.replace(':', '-')}" if url else baskets


def live(
    kept: Kept, stack: Stack, purchases: Purchases, steps: Sequence[Step], habits: Habits
) -> Checkpoint:
    """The year, or what is left of it; in the end the clock stands where the year ended."""
    if not stack.keeps:
        kept.forget()
    tills = [Till(stack.urls[n % len(stack.urls)], stack.key) for n in range(TILLS)]
    drive = Drive(
        office=Till(stack.urls[0], stack.key),
        shops=[Shop(till, habits, purchases.lines) for till in tills],
        kept=kept,
        jobs=stack.jobs,
    )
    drive.open(steps[0].at, PROGRAMME.read_bytes())
    progress = Progress(len(purchases.all), kept.read().tally.orders)
    done = drive.run(steps, progress)
    progress.end()
    drive.close(steps[-1].at)
    return done


def told(shop: str, folder: Path, steps: Sequence[Step], done: Checkpoint) -> int:
    """The table, the check and the charts; 1 where anything does not agree."""
    print("Reading the club's books ...", flush=True)
    published = programmes.current(shop, steps[-1].at)
    zone = published.programme.time_zone
    year = Year(
        books=list(every_book(shop)),
        setting=published.setting,
        at=moment(steps[-1].at, zone),
        done=done,
    )
    report = f"{table(year)}\n\n{verdict(year)}"
    (folder / "report.txt").write_text(f"{report}\n")
    print(report)
    for file in draw(year, folder, day_of(steps[0].at, zone)):
        print(file)
    return 1 if disagreements(year) or done.tally.problems else 0


def verdict(year: Year) -> str:
    found = [*disagreements(year), *year.done.tally.problems]
    if found:
        return "\n".join([f"NOT IN ORDER, {len(found)} times:", *found])
    return f"Ledger, wallets and tiers of all {len(year.books):,} members agree."


if __name__ == "__main__":
    sys.exit(main())
