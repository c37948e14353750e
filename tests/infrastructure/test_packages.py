"""The packages of the functions: what is in them, and that they are the same every time."""

import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from botocore import xform_name

from infrastructure import declared, packages, service_data, tracing, wheels
from infrastructure.packages import CannotPackage, Target

RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"
HERE = Target(RUNTIME, wheels.HERE)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (built,) = packages.build(HERE, tmp_path_factory.mktemp("packages"), ["programme"])
    return built


@pytest.fixture(scope="module")
def names(package: Path) -> set[str]:
    with ZipFile(package) as archive:
        return set(archive.namelist())


def test_the_same_input_makes_the_same_bytes(package: Path, tmp_path: Path) -> None:
    (again,) = packages.build(HERE, tmp_path / "somewhere else", ["programme"])
    assert sha256(again.read_bytes()).digest() == sha256(package.read_bytes()).digest()


@pytest.mark.parametrize("domain", packages.every_domain())
def test_every_function_of_a_package_is_found_with_nothing_else_on_the_path(
    domain: str, tmp_path: Path
) -> None:
    (package,) = packages.build(HERE, tmp_path, [domain])
    with ZipFile(package) as archive:
        archive.extractall(tmp_path)
    wanted = [one.full_name for one in declared.every_function() if one.domain == domain]
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import functions.start as start\n"
        f"for name in {wanted!r}: assert callable(getattr(start, name))\n"
        f"print(sorted(one.__file__ for one in sys.modules.values() if 'site-packages' in"
        f" str(getattr(one, '__file__', ''))))"
    )
    # No site, and nothing from the surroundings: the standard library and the package.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr


def test_only_what_is_imported_is_in_it(names: set[str]) -> None:
    assert not [name for name in names if name.endswith(".py")]
    assert {n for n in names if n.startswith("chalice/")} == {
        "chalice/__init__.pyc",
        "chalice/app.pyc",
    }
    tops = {name.partition("/")[0] for name in names}
    assert not tops & {"boto3", "jsonschema", "pip", "setuptools", "inquirer", "click", "segno"}
    assert not [name for name in names if name.startswith(("functions/checkout", "stamkund/local"))]
    data = {name.split("/")[2] for name in names if name.startswith("botocore/data/")}
    assert {name for name in data if not name.endswith(".json")} == set(service_data.USED)


OF_A_SERVICE = re.compile(r"""aws\.client\("(\w+)"\)\.(\w+)\(""")
OF_S3 = re.compile(r"""_s3\(\)\.(\w+)\(""")
OF_DYNAMODB = re.compile(r"""client\(\)\.client\.(\w+)\(""")


def test_whatever_functions_ask_of_aws_is_known_to_their_packages() -> None:
    functions = packages.ROOT.glob("functions/*/*.py")
    names = [f"functions.{one.parent.name}.{one.stem}" for one in functions]
    texts = [file.read_text() for file in tracing.reached(names, [packages.ROOT])]
    asked = {found.groups() for text in texts for found in OF_A_SERVICE.finditer(text)}
    asked |= {("s3", found[1]) for text in texts for found in OF_S3.finditer(text)}
    asked |= {("dynamodb", found[1]) for text in texts for found in OF_DYNAMODB.finditer(text)}
    known = {(name, xform_name(one)) for name, ones in service_data.USED.items() for one in ones}
    assert {service for service, _ in asked} == {"dynamodb", "events", "s3", "sesv2", "sns", "sqs"}
    # Signed here, and asked of S3 by somebody else.
    signed = {("s3", "generate_presigned_post"), ("s3", "generate_presigned_url")}
    assert asked - signed <= known


def test_clients_can_be_made_of_what_is_known(package: Path, tmp_path: Path) -> None:
    with ZipFile(package) as archive:
        archive.extractall(tmp_path)
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from botocore.session import get_session\n"
        f"for service, operations in {dict(service_data.USED)!r}.items():\n"
        "    client = get_session().create_client(service, 'eu-north-1')\n"
        "    assert set(client.meta.method_to_api_mapping.values()) >= set(operations)\n"
        "    print(client.meta.endpoint_url)\n"
    )
    made = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False
    )
    hosts = [line.removeprefix("https://") for line in made.stdout.split()]
    assert hosts == [
        f"{name}.eu-north-1.amazonaws.com"
        for name in ("dynamodb", "events", "s3", "secretsmanager", "email", "sns", "sqs")
    ], made.stderr


def test_a_picture_is_signed_for_by_what_is_known(package: Path, tmp_path: Path) -> None:
    with ZipFile(package) as archive:
        archive.extractall(tmp_path)
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from botocore.session import get_session\n"
        "session = get_session()\n"
        "session.set_credentials('id', 'secret')\n"
        "s3 = session.create_client('s3', 'eu-north-1')\n"
        "print(s3.generate_presigned_post('pictures', 'incoming/s/p')['url'])\n"
        "what = {'Bucket': 'pictures', 'Key': 'kept/s/p'}\n"
        "print(s3.generate_presigned_url('get_object', what).partition('?')[0])\n"
    )
    signed = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False
    )
    where = "https://pictures.s3.amazonaws.com/"
    assert signed.stdout.split() == [where, f"{where}kept/s/p"], signed.stderr


def test_bytecode_is_never_compared_with_a_source(package: Path, names: set[str]) -> None:
    with ZipFile(package) as archive:
        flags = {archive.read(name)[4:8] for name in names if name.endswith(".pyc")}
    assert flags == {b"\x01\x00\x00\x00"}


def test_another_python_than_the_stage_names_is_refused() -> None:
    with pytest.raises(CannotPackage, match=r"python3\.8 .* make PYTHON=python3\.8 package"):
        packages.build(Target("python3.8", wheels.HERE), Path("nowhere"))


def test_too_large_a_package_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = tmp_path / "checkout"
    stage.mkdir()
    with (stage / "large").open("wb") as file:
        file.truncate(packages.MOST + 1)
    with pytest.raises(CannotPackage, match="20,000,001 bytes"):
        packages.refuse_too_much(stage)


def test_what_is_imported_within_a_function_is_reached_and_what_types_need_is_not(
    tmp_path: Path,
) -> None:
    (tmp_path / "first.py").write_text(
        "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import never\n"
        "def later():\n    import second\n    import third\n"
    )
    for name in ("second", "third", "never", "other"):
        (tmp_path / f"{name}.py").touch()
    found = tracing.reached(["first"], [tmp_path], [("first", "third")])
    assert {file.name for file in found} == {"first.py", "second.py"}


def test_what_one_can_do_without_another_still_has(tmp_path: Path) -> None:
    for name in ("one", "another"):
        (tmp_path / f"{name}.py").write_text("from wanted import it\n")
    (tmp_path / "wanted.py").touch()
    cut = [("one", "wanted")]
    assert len(tracing.reached(["one"], [tmp_path], cut)) == 1
    assert len(tracing.reached(["one", "another"], [tmp_path], cut)) == 3


def test_a_module_that_is_called_like_one_of_the_standard_library_is_reached(
    tmp_path: Path,
) -> None:
    package = tmp_path / "some"
    package.mkdir()
    (package / "__init__.py").write_text("import types\nfrom .deeper import one\n")
    (package / "deeper.py").write_text("from .types import one\nfrom . import warnings\n")
    for name in ("types", "warnings"):
        (package / f"{name}.py").touch()
    found = {file.name for file in tracing.reached(["some"], [tmp_path])}
    assert found == {"__init__.py", "deeper.py", "types.py", "warnings.py"}


def test_a_service_is_cut_to_its_operations_and_what_they_are_made_of() -> None:
    model = {
        "documentation": "long",
        "operations": {
            "Get": {"input": {"shape": "GetInput"}, "documentation": "long"},
            "Scan": {"input": {"shape": "ScanInput"}},
        },
        "shapes": {
            "GetInput": {"members": {"Key": {"shape": "Text", "documentation": "long"}}},
            "ScanInput": {"members": {"Filter": {"shape": "Other"}}},
            "Text": {"type": "string"},
            "Other": {"type": "string"},
        },
    }
    assert service_data.cut(model, ("Get",)) == {
        "operations": {"Get": {"input": {"shape": "GetInput"}}},
        "shapes": {"GetInput": {"members": {"Key": {"shape": "Text"}}}, "Text": {"type": "string"}},
    }


# Each of these took its part of a cold start before somebody noticed.
NOT_FOR_A_QUOTE = (
    "typing_extensions",  # for older Pythons than ours
    "stamkund.rules.programme_file",
    "stamkund.web.background",
)


def test_a_quote_starts_without_what_it_does_not_need(tmp_path: Path) -> None:
    (package,) = packages.build(HERE, tmp_path, ["checkout"])
    with ZipFile(package) as archive:
        archive.extractall(tmp_path)
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import functions.start as start\n"
        f"getattr(start, 'checkout-quote'); print({set(NOT_FOR_A_QUOTE)!r} & {{*sys.modules}})"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "set()", done.stderr
