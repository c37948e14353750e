"""The commands in the documents, run in their order as they would be pasted, against the club.

A `sh` block is run; a `json` block after it is what it answers, where `…` stands for anything and
fields may be left out.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from stamkund.local.club import Club
from stamkund.local.dynamodb import Database
from stamkund.local.seed import PROGRAMME, Keys, create_shop
from stamkund.local.seed.shop_server import ShopServer
from stamkund.tables import clock
from tests import curl
from tests.builders import ROOT
from tests.conftest import fresh_tables

PRINTED = "http://127.0.0.1:8080"


class Step(NamedTuple):
    """A block of commands, and what their output is said to be."""

    commands: str
    answer: Any


def steps(page: str) -> list[Step]:
    text = (ROOT / page).read_text().replace(PRINTED, "$URL")
    blocks = re.findall(r"```sh\n(.*?)```\n(?:\n```json\n(.*?)```)?", text, re.DOTALL)
    return [Step(commands, json.loads(answer) if answer else None) for commands, answer in blocks]


@pytest.fixture
def prefix(database: Database) -> Iterator[str]:
    """Tables for one page: one moves the clock of the shop, another reconciles all there is."""
    with fresh_tables(database) as name:
        yield name


@pytest.fixture
def keys(club: Club) -> Keys:
    """The sandbox shop without its members, on a Wednesday: no rule of the weekday applies."""
    ahead = next_wednesday() - datetime.now(UTC)
    clock.use(lambda: datetime.now(UTC) + ahead)
    keys = create_shop()
    server = ShopServer(club.url, keys.shop)
    server.call("POST", "/v1/programme/versions", PROGRAMME.read_bytes(), "application/yaml")
    return keys


def next_wednesday() -> datetime:
    """Noon. Not one that is past: the shell has the real time, and must not be ahead."""
    noon = datetime.now(UTC).replace(hour=11, minute=0, second=0, microsecond=0)
    return noon + timedelta(days=7 - (noon.weekday() - 2) % 7)


GUIDES = (
    "till", "integration", "leaving", "login", "login-offers", "my-pages", "operations", "rewards",
    "runbooks", "claims", "feedback", "lottery", "referrals",
)  # fmt: skip
PAGES = ["README.md", *(f"docs/{page}.md" for page in GUIDES)]


@pytest.mark.parametrize("page", PAGES)
def test_what_the_page_shows_is_what_happens(
    page: str, club: Club, keys: Keys, prefix: str, tmp_path: Path
) -> None:
    told = steps(page)
    around = {"STAMKUND_TABLE_PREFIX": prefix, **surroundings(club.url, keys)}
    said = run([step.commands for step in told], around, tmp_path)
    wrong = [
        (step.commands, found)
        for step, output in zip(told, said, strict=True)
        if step.answer and (found := differences(step.answer, json.loads(output)))
    ]
    assert not wrong, "\n".join(f"{commands}{found}" for commands, found in wrong)


def run(blocks: list[str], around: dict[str, str], folder: Path) -> list[str]:
    """What each block prints, in one shell."""
    outputs = [folder / f"output-{number}" for number in range(len(blocks))]
    lines = ["set -e", *stand_in()]
    for block, output in zip(blocks, outputs, strict=True):
        lines += [f"exec > {output}", block]
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)],
        cwd=folder,
        env={**os.environ, **around},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, f"{done.stderr}\nafter {[o.name for o in outputs if o.exists()]}"
    return [output.read_text() for output in outputs]


def surroundings(url: str, keys: Keys) -> dict[str, str]:
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "URL": url,
        "SHOP_KEY": keys.shop,
        "STOREFRONT_KEY": keys.storefront,
        "STAFF_KEY": keys.staff,
        "TILL_KEY": keys.till,
    }


def stand_in() -> list[str]:
    """curl itself where there is one."""
    if shutil.which("curl"):
        return []
    return [f'curl() {{ "{sys.executable}" "{curl.__file__}" "$@"; }}']


def differences(told: Any, real: Any, where: str = "$") -> list[str]:
    match told:
        case str() if told.endswith("…"):
            same = isinstance(real, str) and real.startswith(told[:-1])
            return [] if same else [f"{where}: {real!r}"]
        case dict() if isinstance(real, dict):
            missing = [f"{where}.{name} is not there" for name in told if name not in real]
            return missing + [
                difference
                for name in told.keys() & real.keys()
                for difference in differences(told[name], real[name], f"{where}.{name}")
            ]
        case list() if isinstance(real, list):
            return list_differences(told, real, where)
        case _:
            return [] if told == real else [f"{where}: {real!r} instead of {told!r}"]


def list_differences(told: list[Any], real: list[Any], where: str) -> list[str]:
    """The list may go on after a `…`."""
    if told and told[-1] == "…":
        told, real = told[:-1], real[: len(told) - 1]
    if len(told) != len(real):
        return [f"{where} has {len(real)}, not {len(told)}"]
    return [
        difference
        for number, (one, other) in enumerate(zip(told, real, strict=True))
        for difference in differences(one, other, f"{where}[{number}]")
    ]
