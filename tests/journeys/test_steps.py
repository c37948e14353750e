"""What docs/cost.md is made from is what the code does, and not what it once did."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from benchmarks.steps import Steps, kept, measured

HOW = "make cost measures it anew"


@pytest.fixture(scope="module")
def found(prefix: str) -> Steps:
    """In a process of its own, as it is measured: this one's log has another reader."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(measured, 0).result()


def test_calls_and_units_have_not_drifted(found: Steps) -> None:
    for name, step in kept().steps.items():
        now = found.steps[name]
        assert now.operations == step.operations, f"{name}: {HOW}"
        assert (now.read_units, now.units) == (step.read_units, step.units), f"{name}: {HOW}"


def test_bytes_have_not_drifted(found: Steps) -> None:
    for name, step in kept().steps.items():
        now = found.steps[name]
        assert now.log_bytes == pytest.approx(step.log_bytes, rel=0.05), f"{name}: {HOW}"
        assert now.answer_bytes == pytest.approx(step.answer_bytes, rel=0.05), f"{name}: {HOW}"
    assert found.stored == pytest.approx(kept().stored, rel=0.05), HOW
