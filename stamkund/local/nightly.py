"""Runs the timed jobs now, in the club that is running on this machine."""

import json
import sys
from urllib.request import Request, urlopen

from stamkund.local.home import home


def main() -> int:
    running = home().running()
    if running is None:
        print("No club is running here: start one with `make run`.", file=sys.stderr)
        return 1
    here = f"http://127.0.0.1:{running['port']}/_local"
    for job in _ask(f"{here}/health", "GET")["jobs"]:
        print(f"{job}: {json.dumps(_ask(f'{here}/jobs/{job}', 'POST')['result'])}")
    return 0


def _ask(url: str, method: str) -> dict[str, list[str]]:
    with urlopen(Request(url, method=method)) as answer:  # noqa: S310 -- the address is ours
        return dict(json.load(answer))


if __name__ == "__main__":
    sys.exit(main())
