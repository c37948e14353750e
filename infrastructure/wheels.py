"""What the project depends on at run time, unpacked for the machine that it will run on."""

import subprocess
import sys
import tomllib
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

ROOT = Path(__file__).parent.parent
# Amazon Linux 2023, which all of Lambda's Pythons from 3.12 on run on, has glibc 2.34. Those
# before have 2.26, which only the first two of these promise.
_GLIBC = ("manylinux2014", "manylinux_2_17", "manylinux_2_28")
_MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
HERE = "here"


def unpacked(runtime: str, architecture: str, kept: Path) -> Path:
    """The folder with exactly the versions of constraints.txt. It is made once for each answer to
    what is asked for, and `kept` holds them all."""
    constraints, wanted = ROOT / "constraints.txt", _dependencies()
    asked = [*_platform(runtime, architecture), *wanted]
    digest = sha256("\n".join([*asked, constraints.read_text(), sys.version]).encode())
    folder = kept / f"{runtime}-{architecture}-{digest.hexdigest()[:12]}"
    if not folder.exists():
        half = folder.with_name(f"{folder.name}.half")
        rmtree(half, ignore_errors=True)
        _install(["--target", str(half), "--constraint", str(constraints), *asked])
        half.rename(folder)
    return folder


def _dependencies() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return sorted(project["dependencies"])


def _platform(runtime: str, architecture: str) -> list[str]:
    if architecture == HERE:
        return []
    machine = _MACHINES[architecture]
    return [
        *("--implementation", "cp", "--python-version", runtime.removeprefix("python")),
        *(word for glibc in _GLIBC for word in ("--platform", f"{glibc}_{machine}")),
    ]


def _install(asked: list[str]) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--only-binary=:all:"]
    subprocess.run([*pip, "--no-warn-conflicts", *asked], check=True)
