"""Make a draw again: whether the winner that was published is the one that the seed gives.

    python -m stamkund.lottery https://club.example 2026-03 --key pk_...
    python -m stamkund.lottery --file draw.json

Reads the draw and all its tickets as any page of the shop does, or from a file with `commitment`,
`seed`, `tickets` and `winner`; `--save` writes such a file. Needs nothing but Python.
"""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from stamkund.rules.lottery import commitment, digest_of, winner_of

Published = Mapping[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    draw = json.loads(options.file.read_text()) if options.file else _read(options)
    if options.save:
        options.save.write_text(json.dumps(draw, indent=1) + "\n")
    if not draw.get("seed"):
        print("It has not been drawn yet: the seed is not published.", file=sys.stderr)
        return 2
    wrong = list(differences(draw))
    for line in wrong or [f"{len(draw['tickets'])} tickets; the winner is {draw['winner']}."]:
        print(line)
    return 1 if wrong else 0


def differences(draw: Published) -> Iterator[str]:
    """What is not as it should be, in words."""
    seed, tickets = draw["seed"], draw["tickets"]
    if commitment(seed) != draw["commitment"]:
        yield "The seed is not the one whose hash was published before."
    if draw.get("digest") and digest_of(tickets) != draw["digest"]:
        yield "The list of tickets is not the one that was drawn from."
    winner = winner_of(seed, tickets)
    if winner != draw["winner"]:
        yield f"The winner should be {winner}, and not {draw['winner']}."


def _options(arguments: Sequence[str] | None) -> Namespace:
    parser = ArgumentParser(prog="python -m stamkund.lottery", description=__doc__)
    parser.add_argument("club", nargs="?", help="the address of the club")
    parser.add_argument("period", nargs="?", help="as the draw is called, such as 2026-03")
    parser.add_argument("--key", help="the storefront key, which the shop's pages have")
    parser.add_argument("--file", type=Path, help="a draw that was saved")
    parser.add_argument("--save", type=Path, help="write what was read, to be kept")
    options = parser.parse_args(arguments)
    if not options.file and not (options.club and options.period and options.key):
        parser.error("give an address, a period and a key, or a file")
    return options


def _read(options: Namespace) -> dict[str, Any]:
    draws = _ask(options, "/v1/feedback/draws")["draws"]
    draw = next((one for one in draws if one["period"] == options.period), None)
    if draw is None:
        raise SystemExit(f"There is no draw {options.period}.")
    return {**draw, "tickets": list(_tickets(options))}


def _tickets(options: Namespace) -> Iterator[str]:
    path, cursor = f"/v1/feedback/draws/{quote(options.period)}/tickets", ""
    while True:
        page = _ask(options, path + (f"?cursor={quote(cursor)}" if cursor else ""))
        yield from page["tickets"]
        cursor = page["next"] or ""
        if not cursor:
            return


def _ask(options: Namespace, path: str) -> dict[str, Any]:
    if not options.club.startswith(("https://", "http://")):
        raise SystemExit("The address begins with https://")
    headers = {"Authorization": f"Bearer {options.key}"}
    request = Request(options.club.rstrip("/") + path, headers=headers)  # noqa: S310
    try:
        with urlopen(request) as answer:  # noqa: S310 -- http and https alone, as looked at above
            found: dict[str, Any] = json.load(answer)
    except HTTPError as error:
        raise SystemExit(f"{options.club} refuses: {error}. Is the key its own?") from None
    except URLError as error:
        raise SystemExit(f"{options.club} does not answer: {error.reason}") from None
    return found


if __name__ == "__main__":
    sys.exit(main())
