"""`make replay`: BASKETS=5000 of them, or all; Ctrl-C, and the same command goes on from there.

REPLAY_URL and REPLAY_KEY drive a sandbox shop of another club than the replay's own.
"""

import os
import signal
import sys
from pathlib import Path

from stamkund.local.home import AlreadyRunning, Home, home
from stamkund.local.replay.checkpoint import Kept
from stamkund.local.replay.drive import Drive, TooManyProblems
from stamkund.local.replay.habits import Habits
from stamkund.local.replay.progress import Progress
from stamkund.local.replay.purchases import Purchases, read
from stamkund.local.replay.shop import Shop
from stamkund.local.replay.stack import Stack, started
from stamkund.local.replay.till import Till
from stamkund.local.replay.timetable import Step, timetable
from stamkund.rules.programme import Programme

PROGRAMME = Path(__file__).with_name("programme.yaml")
TILLS = 4


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    baskets = os.environ.get("BASKETS", "5000")
    if baskets != "all" and not baskets.isdecimal():
        print(f"BASKETS is a number, or all, and not {baskets!r}", file=sys.stderr)
        return 2
    try:
        return replay(baskets)
    except (AlreadyRunning, TooManyProblems) as why:
        print(f"\n{why}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
    return 1


def replay(baskets: str) -> int:
    here = Home(home().folder / "replay" / baskets)
    habits = Habits()
    print("Reading the purchases ...", flush=True)
    purchases = read(None if baskets == "all" else int(baskets), habits.seed)
    programme = msgspec_programme()
    steps = timetable(purchases.all, habits, programme.time_zone)
    with here.taken(0):
        print(f"Starting a club in {here.folder} ...", flush=True)
        with started(here) as stack:
            lived(here, stack, purchases, steps, habits)
    return 0


def msgspec_programme() -> Programme:
    import msgspec

    return msgspec.yaml.decode(PROGRAMME.read_bytes(), type=Programme)


def lived(
    here: Home, stack: Stack, purchases: Purchases, steps: list[Step], habits: Habits
) -> None:
    kept = Kept(here.folder)
    if not stack.keeps:
        kept.forget()
    tills = [Till(stack.urls[n % len(stack.urls)], stack.key) for n in range(TILLS)]
    office = Till(stack.urls[0], stack.key)
    shops = [Shop(till, habits, purchases.lines) for till in tills]
    drive = Drive(office, shops, kept)
    drive.set_clock(steps[0].at)
    office.publish(PROGRAMME.read_bytes())
    before = kept.read()
    progress = Progress(len(purchases.all), before.tally.orders)
    after = drive.run(steps, progress)
    print(after)


if __name__ == "__main__":
    sys.exit(main())
