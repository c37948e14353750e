"""One zip per domain, with what its functions import and nothing else.

    python -m infrastructure.packages prod

The same input makes the same bytes: entries are sorted, their times and permissions fixed, and
bytecode does not depend on who compiled it.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from shutil import copyfile, rmtree
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from infrastructure import compiling, declared, service_data, stand_ins, tracing, wheels
from infrastructure.stage import Stage, WrongStage, load

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build"
MOST = 20_000_000  # bytes, unzipped
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip knows

# Imports that are not followed, because those who would use them do not exist here.
CUTS = (
    ("msgspec._utils", "attrs"),  # for classes made with attrs
    # For older Pythons; and where it is, importing it takes as long as a twentieth of a cold start.
    ("msgspec._utils", "typing_extensions"),
    ("msgspec.yaml", "yaml"),  # for msgspec.yaml; publish_programme asks for yaml itself
    (
        "aws_lambda_powertools.shared.functions",
        "aws_lambda_powertools.event_handler.openapi.compat",
    ),
)


class CannotPackage(Exception):  # noqa: N818 -- the message is written for a person
    """Nothing was built; the message says why and what to do."""


@dataclass(frozen=True)
class Target:
    """`runtime` in the words of Lambda, such as python3.11; `architecture` also, or "here"."""

    runtime: str
    architecture: str


def build(target: Target, into: Path, domains: Iterable[str] | None = None) -> list[Path]:
    """One zip per domain in the folder `into`."""
    refuse_other_interpreter(target.runtime)
    site = wheels.unpacked(target.runtime, target.architecture, BUILD / "wheels")
    return [_packaged(domain, site, into) for domain in domains or every_domain()]


def refuse_other_interpreter(runtime: str) -> None:
    own = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if runtime != own:
        raise CannotPackage(
            f"The functions run on {runtime} and this is {own}, whose bytecode the other cannot "
            f"read. Build with the other: make clean, then make PYTHON={runtime} package"
        )


def every_domain() -> list[str]:
    """The packages under functions/."""
    return sorted(found.parent.name for found in (ROOT / "functions").glob("*/__init__.py"))


def _packaged(domain: str, site: Path, into: Path) -> Path:
    stage = into / domain
    rmtree(stage, ignore_errors=True)
    _copy(_modules(domain, site), (ROOT, site), stage)
    stand_ins.write(stage)
    service_data.write(site, stage)
    compiling.compiled(stage)
    refuse_too_much(stage)
    return _zipped(stage, into / f"{domain}.zip")


def _modules(domain: str, site: Path) -> set[Path]:
    """Where Lambda enters, everything in the domain's folder, and what that needs."""
    names = ["functions.start", *(f"functions.{domain}.{file.stem}" for file in _sources(domain))]
    return tracing.reached(names, (ROOT, site), CUTS)


def _sources(domain: str) -> list[Path]:
    found = sorted((ROOT / "functions" / domain).glob("*.py"))
    return [file for file in found if file.name != "__init__.py"]


def _copy(files: Iterable[Path], folders: Sequence[Path], stage: Path) -> None:
    # The site lies inside the root: whichever is nearer says where a file belongs.
    nearest_first = sorted(folders, key=lambda folder: -len(folder.parts))
    for file in sorted(files):
        folder = next(one for one in nearest_first if file.is_relative_to(one))
        to = stage / file.relative_to(folder)
        to.parent.mkdir(parents=True, exist_ok=True)
        copyfile(file, to)


def refuse_too_much(stage: Path) -> None:
    size = sum(file.stat().st_size for file in _files(stage))
    if size > MOST:
        raise CannotPackage(f"{stage.name} has {size:,} bytes unzipped, more than {MOST:,}")


def _zipped(stage: Path, to: Path) -> Path:
    with ZipFile(to, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for file in _files(stage):
            entry = ZipInfo(file.relative_to(stage).as_posix(), LONG_AGO)
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, file.read_bytes())
    rmtree(stage)
    return to


def _files(stage: Path) -> list[Path]:
    return sorted(file for file in stage.rglob("*") if file.is_file())


def told(built: Iterable[Path]) -> None:
    for package in built:
        print(_line(package))


def _line(package: Path) -> str:
    with ZipFile(package) as archive:
        unzipped = sum(entry.file_size for entry in archive.infolist()) / 1e6
    digest = sha256(package.read_bytes()).hexdigest()[:12]
    return f"{package.name:<16}{unzipped:6.1f} MB unzipped   {digest}"


def main() -> int:
    try:
        stage = load(_asked(), declared.known(declared.every_function()))
        told(build(target_of(stage), BUILD / "packages"))
    except (CannotPackage, WrongStage) as why:
        print(why, file=sys.stderr)
        return 1
    return 0


def _asked() -> str:
    parser = argparse.ArgumentParser(prog="python -m infrastructure.packages")
    parser.add_argument("stage")
    return str(parser.parse_args().stage)


def target_of(stage: Stage) -> Target:
    """The stage says which Python; that Lambda's machines are of this kind is said in domain.py."""
    return Target(stage.runtime, "arm64")


if __name__ == "__main__":
    sys.exit(main())
