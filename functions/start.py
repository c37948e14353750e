"""Where Lambda enters: `functions.start.checkout-quote` is what quotes a basket.

A function begins with importing, and no process imports more than what its own function needs.
"""

import gc
import os
from collections.abc import Callable
from importlib import import_module
from typing import Any

Function = Callable[[Any, Any], Any]
ZONES = "tzdata/zoneinfo"


def __getattr__(name: str) -> Any:
    """The function of this name, as stages, alarms and people call it: `<domain>-<module>`."""
    domain, dash, module = name.partition("-")
    if not dash:
        raise AttributeError(name)
    _find_time_zones()
    # What is imported stays. Looking through it for garbage again and again takes as long as a
    # tenth of all that a cold start does, and then a part of every request.
    gc.disable()
    return _first_answered(_function(domain, module))


def _first_answered(function: Function) -> Function:
    """From then on garbage is collected: what the first answer needs is imported for it alone."""

    def answer(event: Any, context: Any) -> Any:
        try:
            return function(event, context)
        finally:
            if not gc.isenabled():
                gc.freeze()
                gc.enable()

    return answer


def _function(domain: str, name: str) -> Function:
    module = import_module(f"functions.{domain}.{name}")
    if hasattr(module, "handler"):
        handler: Function = module.handler
        return handler
    from stamkund.web.app import build_app

    return build_app(domain, getattr(module, name))


def _find_time_zones() -> None:
    """Those of the package, as files: zoneinfo finds them in tzdata too, but by way of zipfile,
    tempfile and a dozen more."""
    zones = f"{os.environ.get('LAMBDA_TASK_ROOT', '')}/{ZONES}"
    if os.path.isdir(zones):  # noqa: PTH112 -- pathlib is one of the dozen
        os.environ.setdefault("PYTHONTZPATH", zones)
