"""How long a checkout function takes to import, beyond botocore and its client.

A process of its own each time, in processor time. The standard library is there before, as it
mostly is on Lambda, and so are botocore and a client; everything is compiled, by the first run.
"""

import os
import subprocess
import sys
from statistics import median

from benchmarks.figures import ROUNDS, Figure, at_most, information

FUNCTION = "functions.checkout.app"
RUNS = 7
NEVER_COMPILED = "PYTHONDONTWRITEBYTECODE"

_PREPARED = """
import gc, sys, time
import botocore.session
session = botocore.session.get_session()
session.create_client("dynamodb", "eu-north-1")
"""
_STANDARD = f"""
import {FUNCTION}
print(*(name for name in sys.modules if name.partition(".")[0] in sys.stdlib_module_names))
"""
_TIMED = f"""
started = time.process_time()
import {FUNCTION}
print(time.process_time() - started)
"""
# Python's collector goes through botocore's 60,000 objects at some moment, by chance in the middle
# of our imports. That pass is botocore's; how long it takes is told apart.
_OUT_OF_SIGHT = "gc.collect()\ngc.freeze()\n"


def figures() -> list[Figure]:
    standard = [name for name in _python(_PREPARED + _STANDARD).split() if name != "__main__"]
    preloaded = _PREPARED + "".join(f"import {name}\n" for name in standard)
    ours = _milliseconds(preloaded + _OUT_OF_SIGHT + _TIMED)
    return [
        at_most(100, "import of a checkout function", ours, "ms"),
        information(
            "import of a checkout function, collecting botocore's garbage too",
            _milliseconds(preloaded + _TIMED),
            "ms",
        ),
    ]


def _milliseconds(program: str) -> float:
    """The median of the quietest of some rounds."""
    rounds = [[float(_python(program)) for _ in range(RUNS)] for _ in range(ROUNDS)]
    return min(map(median, rounds)) * 1000


def _python(program: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name != NEVER_COMPILED}
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, env=kept
    )
    return done.stdout
