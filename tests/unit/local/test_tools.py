from pathlib import Path

import pytest

from stamkund.local import tools


def a_java(folder: Path, says: str) -> str:
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\n{says}\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(
    ("says", "version"),
    [
        ("echo 'openjdk version \"17.0.15\" 2025-04-15' >&2", 17),
        ("echo 'java version \"1.8.0_392\"' >&2", 8),
        ("echo 'openjdk version \"25\" 2025-09-16' >&2", 25),
        ("echo 'No Java runtime present, requesting install.' >&2; exit 1", 0),
        ("echo nonsense >&2", 0),
    ],
)
def test_the_version_of_a_java_is_read_from_what_it_says(
    says: str, version: int, tmp_path: Path
) -> None:
    assert tools.java_version(a_java(tmp_path, says)) == version


def test_no_java_has_no_version(tmp_path: Path) -> None:
    assert tools.java_version(str(tmp_path / "java")) == 0


def test_java_home_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = a_java(tmp_path, "echo 'openjdk version \"21\"' >&2")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert tools.java() == ours


def test_a_jar_may_be_given_as_file_or_folder(tmp_path: Path) -> None:
    jar = tmp_path / tools.JAR
    jar.touch()
    assert tools.given_jar(jar) == tools.given_jar(tmp_path) == jar


def test_a_given_jar_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(tools.NotToBeHad, match="DYNAMODB_LOCAL_JAR says"):
        tools.given_jar(tmp_path)
