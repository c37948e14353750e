"""Deploying: what is wrong stops it before anything is built, and before anything leaves here."""

import subprocess
import sys
from pathlib import Path

from infrastructure.__main__ import BUILD
from infrastructure.stage import FOLDER

OWN = f"python3.{sys.version_info.minor}"
OTHER = "python3.12" if OWN != "python3.12" else "python3.13"


def deployed(folder: Path, content: str) -> str:
    """What is said, when it is refused."""
    name = f"tried-{folder.name}"
    (folder / f"{name}.yaml").write_text(content)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "infrastructure", "deploy", name),
            *("--stages", str(folder), "--packages", str(folder / "packages")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert not (folder / "packages").exists(), "nothing was built"
    assert not (BUILD / "cloud" / name).exists(), "nothing was synthesised"
    return done.stderr


def stage(name: str, old: str = "", new: str = "") -> str:
    content = (FOLDER / f"{name}.yaml").read_text()
    assert old in content
    return content.replace(old, new, 1)


def test_a_key_that_is_not_known_is_refused_with_its_path(tmp_path: Path) -> None:
    said = deployed(tmp_path, stage("dev", "timeout: 10", "time_out: 10"))
    told = (
        f"tried-{tmp_path.name}.yaml: functions.*.time_out: Is not known here, where there can be "
    )
    assert said.startswith(told + "memory, timeout, ")


def test_a_name_that_is_only_an_example_is_refused(tmp_path: Path) -> None:
    assert "domain.name: club.example.com is only an example" in deployed(tmp_path, stage("prod"))
    with_mail = stage("dev") + "messages: {mail_from: club@example.com}\n"
    said = deployed(tmp_path, with_mail)
    assert "messages.mail_from: club@example.com is only an example" in said


def test_the_packages_are_built_first_and_by_the_python_of_the_stage_or_not_at_all(
    tmp_path: Path,
) -> None:
    said = deployed(tmp_path, stage("dev", "runtime: python3.13", f"runtime: {OTHER}"))
    assert f"The functions run on {OTHER} and this is {OWN}" in said
