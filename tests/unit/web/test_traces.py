"""Traces are Lambda's own: on or off, nothing of the X-Ray SDK is loaded for them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.builders import ROOT

# Every function there is, and a request that needs no database.
PROGRAM = """
import json, sys
from importlib import import_module
from pathlib import Path
from tests.builders import http_event

for module in sorted(Path("functions").glob("*/*.py")):
    import_module(".".join(module.with_suffix("").parts))
app = import_module("functions.checkout.app").app
app(http_event("GET", "/v1/nothing", None, {}), None)
def loaded():
    return sorted(name for name in sys.modules if name.startswith("aws_xray_sdk"))
before = loaded()
from aws_lambda_powertools import Tracer
try:
    Tracer()
except Exception:
    pass  # what stands in for the SDK can do nothing; that it was asked for is enough
print(json.dumps({"request": before, "tracer": loaded()}))
"""
TRACE = "1-5759e988-bd862e3fe1be46a994272793"


@pytest.fixture
def path(tmp_path: Path) -> str:
    """An SDK that can be imported, should anybody want to."""
    package = tmp_path / "aws_xray_sdk"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "core.py").write_text("xray_recorder = None\n")
    return f"{tmp_path}{os.pathsep}{ROOT}"


def a_process(path: str, **surroundings: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The line of its request, and what of the SDK was loaded."""
    without = {name: value for name, value in os.environ.items() if "POWERTOOLS" not in name}
    on_lambda = {"LAMBDA_TASK_ROOT": "/var/task", "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**without, **on_lambda, **surroundings},
    )
    line, loaded = done.stdout.splitlines()
    return json.loads(line), json.loads(loaded)


def test_off_no_request_loads_the_sdk_which_a_tracer_would(path: str) -> None:
    line, loaded = a_process(path)
    assert loaded["request"] == []
    assert "aws_xray_sdk" in loaded["tracer"]
    assert "xray_trace_id" not in line


def test_on_the_line_names_the_trace_and_still_loads_nothing(path: str) -> None:
    line, loaded = a_process(
        path, _X_AMZN_TRACE_ID=f"Root={TRACE};Parent=53995c3f42cd8ad8;Sampled=1"
    )
    assert loaded["request"] == []
    assert line["xray_trace_id"] == TRACE
