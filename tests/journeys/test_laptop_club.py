"""The whole club on one machine: what `make run` starts, says, keeps and ends."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import requests

from stamkund.local.dynamodb import free_port
from stamkund.local.seed.shop_server import ShopServer
from stamkund.local.seed.story import people

FIRST_TIME = "live their year"


@dataclass
class Running:
    """A club in a process of its own, and what it has said so far."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    @property
    def curls(self) -> list[str]:
        return [line for line in self.said if line.startswith("curl ")]

    @property
    def keys(self) -> list[str]:
        return [line for line in self.said if " key " in line]

    def tiers(self) -> list[str]:
        """Of all members that there are, at a shop with three."""
        server, members = self.server(), self.members()
        tiers = [str(server.call("GET", f"/v1/members/{one}/ladder")["tier"]) for one in members]
        assert set(tiers) == {"bas", "silver", "guld"}
        return tiers

    def key(self) -> str:
        [key] = [line.split()[-1] for line in self.keys if "sk_" in line]
        return key

    def server(self) -> ShopServer:
        return ShopServer(self.curls[0].split()[2], self.key())

    def members(self) -> list[str]:
        server = self.server()
        asked = ({"customer_id": person.customer} for person in people())
        return [str(server.call("POST", "/v1/members/sessions", one)["member"]) for one in asked]

    def everybody_leaves(self) -> None:
        for member in self.members():
            url = f"{urljoin(self.curls[0].split()[2], '/')}v1/members/{member}/leave"
            headers = {"Authorization": f"Bearer {self.key()}"}
            assert requests.post(url, json={}, headers=headers, timeout=10).status_code == 204

    def hear(self, part: str) -> None:
        """Until it has said this."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if part in line:
                return
        pytest.fail(f"Never heard {part!r}: " + "\n".join(self.said))

    def listen(self) -> None:
        """Until the club is open and has said all it has to say."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if len(self.curls) == 3:
                return
        pytest.fail("The club did not open: " + "\n".join(self.said))

    def stop(self, how: int = signal.SIGINT) -> int:
        self.process.send_signal(how)
        return self.process.wait(60)


def a_club(home: Path, port: int) -> Running:
    """Whoever runs the tests in the background has them ignore Ctrl-C, and the club would with
    them; in front of a person nobody does."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return Running(
            subprocess.Popen(
                [sys.executable, "-m", "stamkund.local.run"],
                env={**os.environ, "STAMKUND_HOME": str(home), "PORT": str(port)},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def opened(home: Path, port: int) -> Iterator[Running]:
    club = a_club(home, port)
    try:
        club.listen()
        yield club
    finally:
        club.process.kill()
        club.process.wait()


def paste(curl: str) -> Any:
    """What curl would do with the line."""
    _, _, url, *rest = shlex.split(curl)
    options = list(zip(rest[::2], rest[1::2], strict=True))
    headers = dict(value.split(": ", 1) for option, value in options if option == "-H")
    (body,) = [value for option, value in options if option == "-d"]
    answer = requests.post(url, data=body.encode(), headers=headers, timeout=10)
    assert answer.ok, answer.text
    return answer.json()


def test_the_club_opens_answers_what_is_pasted_and_is_found_again(tmp_path: Path) -> None:
    port = free_port()
    with opened(tmp_path, port) as club:
        assert any(FIRST_TIME in line for line in club.said)
        prices, newcomer, quote = (paste(curl) for curl in club.curls)
        assert all(one["member"] < one["guest"] for one in prices["articles"])
        assert quote["tier"]["now"] == "guld"
        assert min(Counter(club.tiers()).values()) >= 2
        again = a_club(tmp_path, port)
        assert again.process.wait(60) == 1
        assert f"http://127.0.0.1:{port}" in again.process.communicate()[0]
        assert club.stop() == 0
    with opened(tmp_path, port) as club_again:
        assert not any(FIRST_TIME in line for line in club_again.said)
        assert club_again.keys == club.keys
        assert paste(club_again.curls[1])["member"] == newcomer["member"]
        club_again.everybody_leaves()
        club_again.process.kill()  # the rudest end there is
    with opened(tmp_path, port) as club_after:
        assert paste(club_after.curls[1])["member"] == newcomer["member"]
        assert paste(club_after.curls[2])["tier"] is None  # a guest's, as there is nobody else
        nightly = run_nightly(tmp_path)
        assert "review_accounts" in nightly
        assert "reverse_unconfirmed" in nightly
        assert club_after.stop(signal.SIGTERM) == 0
    assert "No club is running" in run_nightly(tmp_path)


@pytest.mark.parametrize("seconds", [0.1, 1.5, 3.0])
def test_who_breaks_off_the_first_year_reads_one_sentence(tmp_path: Path, seconds: float) -> None:
    club = a_club(tmp_path, free_port())
    club.hear(FIRST_TIME)
    time.sleep(seconds)
    club.process.send_signal(signal.SIGINT)
    said = club.process.communicate(timeout=60)[0]
    assert (said, club.process.returncode) == ("\nThe club is closed.\n", 0)


def test_a_port_that_is_taken_by_something_else_is_said(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as other:
        assert other.stdout is not None
        port = int(other.stdout.readline().split(" port ")[1].split()[0])
        club = a_club(tmp_path, port)
        said = club.process.communicate(timeout=60)[0]
        other.terminate()
    assert club.process.returncode == 1
    assert f"Port {port} is taken" in said


def run_nightly(home: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "stamkund.local.nightly"],
        env={**os.environ, "STAMKUND_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("port", ["abc", "99999", "0", "-1", "80.5", "", "²"])
def test_a_port_that_is_none_is_said_in_a_sentence(tmp_path: Path, port: str) -> None:
    said, status = refused(tmp_path, port)
    assert status == 1
    assert said == "PORT has to be a number from 1 to 65535: PORT=8081 make run\n"
    assert list(tmp_path.iterdir()) == []


def refused(home: Path, port: str) -> tuple[str, int]:
    ended = subprocess.run(
        [sys.executable, "-m", "stamkund.local.run"],
        env={**os.environ, "STAMKUND_HOME": str(home), "PORT": port},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.stdout + ended.stderr, ended.returncode
