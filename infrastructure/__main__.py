"""`make synth`, `make diff` and `make deploy`: python -m infrastructure synth prod."""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infrastructure import declared, node, packages
from infrastructure.declared import Declared
from infrastructure.deployed import deployed
from infrastructure.differences import Templates, differences, in_folder
from infrastructure.packages import CannotPackage
from infrastructure.stage import FOLDER, Stage, WrongStage, load

BUILD = Path(__file__).parent.parent / "build"
PACKAGES = BUILD / "packages"
CLI = BUILD / "cdk" / "node_modules" / "aws-cdk" / "bin" / "cdk"
# Names under it belong to nobody, and those of the stage files are there to be replaced.
EXAMPLE = "example.com"


class Refusal(Exception):  # noqa: N818 -- said to a person
    pass


def main() -> int:
    asked = _asked()
    functions = declared.every_function()
    try:
        stage = load(asked.stage, declared.known(functions), asked.stages)
        COMMANDS[asked.what](asked, stage, functions)
    except (WrongStage, CannotPackage, Refusal) as wrong:
        print(wrong, file=sys.stderr)
        return 1
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infrastructure")
    parser.add_argument("what", choices=COMMANDS)
    parser.add_argument("stage")
    parser.add_argument("--packages", type=Path, default=PACKAGES)
    parser.add_argument("--stages", type=Path, default=FOLDER, help="where the stage files are")
    parser.add_argument("--adopt", action="store_true", help="take in tables that exist already")
    return parser.parse_args()


def _synth(asked: argparse.Namespace, stage: Stage, functions: list[Declared]) -> None:
    folder = _folder(asked.stage)
    rmtree(folder, ignore_errors=True)
    _synthesised(asked.stage, stage, functions, _built(asked.packages, functions), folder)
    print(f"{len(in_folder(folder))} templates in {folder.relative_to(Path.cwd())}")


def _diff(asked: argparse.Namespace, stage: Stage, functions: list[Declared]) -> None:
    with TemporaryDirectory() as folder, _some(asked.packages, functions) as built:
        if built != asked.packages:
            print("The packages are not built, so all code looks new.")
        _synthesised(asked.stage, stage, functions, built, Path(folder))
        after = in_folder(Path(folder))
    before, where = _before(asked.stage, stage, after)
    lines = differences(before, after)
    print(f"Compared with {where}.")
    print("\n".join(lines or ["nothing would change"]))


def _bootstrap(asked: argparse.Namespace, stage: Stage, functions: list[Declared]) -> None:
    _refuse_example(asked.stage, stage)
    folder = _folder(asked.stage)
    with _some(asked.packages, functions) as built:
        _synthesised(asked.stage, stage, functions, built, folder)
    _cdk("bootstrap", folder)


def _deploy(asked: argparse.Namespace, stage: Stage, functions: list[Declared]) -> None:
    """The packages are built here, so that none is deployed that was built of something else."""
    _refuse_example(asked.stage, stage)
    domains = declared.domains(functions)
    packages.told(packages.build(packages.target_of(stage), asked.packages, domains))
    _synth(asked, stage, functions)
    adopting = ["--import-existing-resources"] if asked.adopt else []
    _cdk("deploy", _folder(asked.stage), "--all", *adopting)
    # A setting of the account, for which CloudFormation has no word.
    texts = boto3.client("sns", region_name=stage.region)
    texts.set_sms_attributes(attributes={"MonthlySpendLimit": str(stage.messages.sms_monthly_usd)})


COMMANDS = {"synth": _synth, "diff": _diff, "deploy": _deploy, "bootstrap": _bootstrap}


def _refuse_example(name: str, stage: Stage) -> None:
    said = {
        "domain.name": stage.domain.name if stage.domain else None,
        "messages.mail_from": stage.messages.mail_from,
    }
    for path, value in said.items():
        if value and value.endswith(EXAMPLE):
            raise Refusal(f"{name}.yaml: {path}: {value} is only an example")


def _cdk(what: str, folder: Path, *more: str) -> None:
    command = [str(node.EXECUTABLE), str(CLI), what, "--app", str(folder), *more]
    if subprocess.run(command, check=False).returncode:
        raise Refusal("Not done to the end; what was done before stays, and it can be run again")


def _synthesised(
    name: str, stage: Stage, functions: list[Declared], built: Path, into: Path
) -> None:
    node.use()
    from infrastructure.club import build

    build(name, stage, functions, built, into).synth()


def _folder(stage: str) -> Path:
    return BUILD / "cloud" / stage


def _built(folder: Path, functions: list[Declared]) -> Path:
    for domain in declared.domains(functions):
        if not (folder / f"{domain}.zip").exists():
            raise Refusal(f"{folder / domain}.zip is not there: make package builds it")
    return folder


@contextmanager
def _some(folder: Path, functions: list[Declared]) -> Iterator[Path]:
    """The packages, or something in their place: a comparison must not wait for them."""
    try:
        yield _built(folder, functions)
    except Refusal:
        with TemporaryDirectory() as empty:
            yield stand_in(Path(empty), functions)


def stand_in(folder: Path, functions: list[Declared]) -> Path:
    for domain in declared.domains(functions):
        with ZipFile(folder / f"{domain}.zip", "w") as package:
            package.writestr("domain", domain)
    return folder


def _before(name: str, stage: Stage, after: Templates) -> tuple[Templates, str]:
    try:
        return deployed(after, stage.region), "what is deployed"
    except (BotoCoreError, ClientError):
        last = f"the last `make synth STAGE={name}`; AWS is out of reach"
        return in_folder(_folder(name)), last


if __name__ == "__main__":
    sys.exit(main())
