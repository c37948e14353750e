"""`make load`: a campaign hour, as fast as this machine allows, and then the books.

USERS visitors for SECONDS seconds. The tables go into docs/load.md.
"""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import pages
from benchmarks.load import plan
from benchmarks.load.books import audited
from benchmarks.load.plan import MEMBERS, VISITORS, Plan
from benchmarks.load.report import Campaign, blocks, counted, lags
from benchmarks.load.stack import SHOP, joined, started
from stamkund.local.dynamodb import Database
from stamkund.local.home import REPOSITORY

PAGE = REPOSITORY / "docs" / "load.md"
CAMPAIGN = Path(__file__).with_name("campaign.py")
GATEWAYS = max(2, os.cpu_count() or 2)
THINK = (2.0, 10.0)


def main() -> int:
    users, seconds = int(os.environ.get("USERS", "600")), int(os.environ.get("SECONDS", "60"))
    with TemporaryDirectory() as folder:
        campaign = driven(Path(folder), users, seconds)
    PAGE.write_text(pages.filled(PAGE.read_text(), blocks(campaign)))
    for name, lines in blocks(campaign).items():
        print(f"\n{name}", *lines(), sep="\n")
    print(*campaign.found.wrong, sep="\n", file=sys.stderr)
    return 0 if campaign.in_order else 1


def driven(
    folder: Path,
    users: int,
    seconds: int,
    think: tuple[float, float] = THINK,
    database: Database | None = None,
) -> Campaign:
    busy = os.getloadavg()[0]
    with started(folder, GATEWAYS, database) as stack:
        members = -(-users // VISITORS) * MEMBERS
        print(f"{members} members join ...", file=sys.stderr, flush=True)
        customers = joined(stack, members)
        Plan(list(stack.urls), stack.key, customers, think).write(folder)
        print(f"{users} visitors come for {seconds} s ...", file=sys.stderr, flush=True)
        asked = counted(_locust(folder, users, seconds))
        settled = stack.reader.settle()
        done = plan.done(folder)
        found = audited(SHOP, done)
        late = lags(done, plan.looked(folder))
    return Campaign(users, seconds, GATEWAYS, busy, asked, late, settled, found)


def _locust(folder: Path, users: int, seconds: int) -> bytes:
    """Everybody has come within the first fifth of the time. What is not answered when the time is
    up is waited for: it would be an order of which nobody knows."""
    command = [
        *(sys.executable, "-m", "locust", "--headless", "--json", "--locustfile", str(CAMPAIGN)),
        *("--users", str(users), "--spawn-rate", str(max(1, users * 5 // seconds))),
        *("--run-time", f"{seconds}s", "--stop-timeout", "30"),
        *("--exit-code-on-error", "0", "--loglevel", "WARNING", "--only-summary"),
    ]
    surroundings = {**os.environ, plan.VARIABLE: str(folder)}
    done = subprocess.run(
        command, env=surroundings, cwd=REPOSITORY, stdout=subprocess.PIPE, check=True
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
