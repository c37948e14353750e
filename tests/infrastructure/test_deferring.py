"""Imports that are put off: nobody can tell, but for what has not been loaded."""

import ast
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from infrastructure import deferring


def run(source: str, name: str = "made", parts: frozenset[str] = frozenset()) -> Any:
    module = ModuleType(name)
    code = compile(deferring.deferred(ast.parse(source), parts), f"{name}.py", "exec")
    exec(code, module.__dict__)
    return module


def waits(source: str) -> bool:
    return "_bring_0" in run(source).__dict__


@pytest.fixture
def dear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module, by its name, that nobody has imported yet."""
    (tmp_path / "dear_one.py").write_text("value = 7\nclass Base: pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "dear_one", raising=False)
    return "dear_one"


def test_what_a_function_needs_is_imported_when_it_is_called(dear: str) -> None:
    made = run(f"from {dear} import value\ndef ask():\n    'Asks.'\n    return value")
    assert dear not in sys.modules
    assert made.ask() == made.ask() == 7
    assert dear in sys.modules
    assert made.ask.__doc__ == "Asks."


def test_methods_and_what_is_within_functions_find_it_too(dear: str) -> None:
    made = run(
        f"import {dear} as it\n"
        "class Asker:\n"
        "    def ask(self):\n"
        "        def inner():\n"
        "            return [it.value for _ in (1,)]\n"
        "        return inner()\n"
    )
    assert made.Asker().ask() == [7]


def test_what_only_one_way_needs_is_imported_on_that_way(dear: str) -> None:
    made = run(
        f"from {dear} import value\n"
        "def ask(really):\n"
        "    if really == 1:\n        return value\n"
        "    elif really == 2:\n        found = value + 1\n"
        "    else:\n        return 0\n"
        "    return found + value\n"
    )
    assert made.ask(0) == 0
    assert dear not in sys.modules
    assert made.ask(2) == 15
    assert made.ask(1) == 7


def test_a_regular_expression_is_compiled_when_it_is_needed() -> None:
    made = run(
        "import re\n"
        "part = '[0-9]+'\n"
        "number = re.compile(f'{part}')\n"
        "two = re.compile(number.pattern + '-' + part)\n"
        "at_once = re.compile('x')\n"
        "found = at_once.match('x')\n"
        "def ask(text):\n    return two.fullmatch(text)\n"
    )
    assert {"at_once", "re"} <= made.__dict__.keys()
    assert not {"number", "two"} & made.__dict__.keys()
    assert made.ask("12-7")
    assert made.number.fullmatch("5")


def test_others_find_the_name_in_the_module(dear: str) -> None:
    made = run(f"from {dear} import value as known")
    assert dear not in sys.modules
    assert made.known == 7
    with pytest.raises(AttributeError, match="has no attribute 'unknown'"):
        _ = made.unknown


def test_a_module_that_others_count_on_is_found_in_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "dear_package"
    package.mkdir()
    source = deferring.deferred(ast.parse("from .part import x\n"), frozenset({"part"}))
    (package / "__init__.py").write_text(ast.unparse(source))
    (package / "part.py").write_text("x = 5")
    monkeypatch.syspath_prepend(tmp_path)
    from importlib import import_module

    found = import_module("dear_package")
    assert "dear_package.part" not in sys.modules
    assert found.part.x == found.x == 5


@pytest.mark.parametrize(
    "source",
    [
        "from os import sep\nclass One:\n    a = sep",
        "from abc import ABC\nclass One(ABC):\n    pass",
        "from functools import cache\n@cache\ndef one(): return cache",
        "from os import sep\ndef one(a=sep): return sep",
        "from typing import Any\ndef one(a: Any) -> None: pass",
        "from os import sep\ndef one(sep): return sep",
        "from os import sep\nsep = 2\ndef one(): return sep",
        "from os import sep\none = lambda: sep",
        "import os.path\nimport os\ndef one(): return os.path.sep",
        "try:\n    from os import sep\nexcept ImportError:\n    sep = 1\ndef one(): return sep",
        "from os import sep\ndef __getattr__(name): return sep",
    ],
)
def test_what_the_module_itself_needs_is_imported_with_it(source: str) -> None:
    assert not waits(source)


def test_an_import_with_dots_binds_what_comes_before_them() -> None:
    source = "import wsgiref.headers\ndef one(): return wsgiref.headers.Headers"
    assert waits(source)
    assert "wsgiref.headers" not in sys.modules
    assert run(source).one().__name__ == "Headers"


def test_annotations_that_nobody_evaluates_can_wait() -> None:
    source = "from typing import Any\ndef one(a: Any) -> Any: return a"
    assert not waits(source)
    assert waits(f"'''Says.'''\nfrom __future__ import annotations\n{source}")
    assert run(f"'''Says.'''\nfrom __future__ import annotations\n{source}").__doc__ == "Says."


def test_a_traceback_shows_the_line_of_the_source(dear: str) -> None:
    made = run(f"from {dear} import value\n\n\ndef one():\n    value.nothing\n")
    with pytest.raises(AttributeError) as raised:
        made.one()
    assert raised.traceback[-1].lineno == 4  # counted from 0
