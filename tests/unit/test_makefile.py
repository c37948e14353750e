"""What `make` says on a machine whose Python will not do."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.builders import ROOT


def make(folder: Path, python: str) -> tuple[int, str]:
    """`make run` in a fresh copy, where `python3` is this script."""
    for file in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / file, folder)
    found = folder / "bin" / "python3"
    found.parent.mkdir()
    found.write_text(f"#!/bin/sh\n{python}\n")
    found.chmod(0o755)
    ended = subprocess.run(
        ["make", "run"],
        cwd=folder,
        env={"PATH": f"{found.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


# As on Debian without python3-venv: the folder is begun, and then there is no ensurepip.
WITHOUT_VENV = """
[ "$1" = -m ] || exit 0
mkdir -p "$3/bin" && touch "$3/bin/python3"
echo "The virtual environment was not created successfully because ensurepip is not available."
exit 1
"""


def test_a_python_without_venv_is_told_which_package_is_missing(tmp_path: Path) -> None:
    status, said = make(tmp_path, WITHOUT_VENV)
    assert status != 0
    assert said.splitlines()[:2] == [
        "python3 cannot make virtual environments.",
        "Debian and Ubuntu keep that in a package of its own: apt-get install python3-venv",
    ]
    assert "ensurepip" not in said
    assert not (tmp_path / ".venv").exists(), "the next attempt begins anew"


def test_a_python_that_is_too_old_is_told_so(tmp_path: Path) -> None:
    status, said = make(tmp_path, "exit 1")
    assert status != 0
    assert "stamkund needs Python 3.11 or later, and python3 is not" in said


@pytest.mark.parametrize("python", [WITHOUT_VENV, "exit 1"])
def test_no_more_is_said_than_that(tmp_path: Path, python: str) -> None:
    """But make's own last word."""
    _, said = make(tmp_path, python)
    assert [line for line in said.splitlines()[2:] if not line.startswith("make: ***")] == []
