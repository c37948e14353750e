from pathlib import Path

import pytest

from stamkund.local.home import AlreadyRunning, Home


def test_a_folder_is_held_by_one(tmp_path: Path) -> None:
    one, other = Home(tmp_path), Home(tmp_path)
    with one.taken(8080):
        with pytest.raises(AlreadyRunning, match="port 8080"), other.taken(9090):
            pass
        assert (other.running() or {})["port"] == 8080
    with other.taken(9090):
        pass


def test_the_note_of_one_who_is_gone_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "running.json").write_text('{"port": 8080, "process": 1}')
    assert Home(tmp_path).running() is None
    with Home(tmp_path).taken(9090):
        pass


def test_secrets_stay_the_same_and_are_nobody_elses(tmp_path: Path) -> None:
    first = Home(tmp_path).secrets()
    assert Home(tmp_path).secrets() == first
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0
    assert all(len(secret.rpartition(":")[2]) >= 32 for secret in first.values())
