"""Which modules a package needs: those that its functions import, and those that these import.

The rule: whatever an `import` in a module that is reached names, inside functions and under
conditions too, except what is there for type checkers or other Pythons only. Nothing is run to
find out.
"""

import ast
import sys
from collections.abc import Iterable
from functools import cache
from io import BytesIO
from modulefinder import ModuleFinder
from pathlib import Path
from typing import Any


class _Tracer(ModuleFinder):
    cuts: frozenset[tuple[str, str]] = frozenset()

    def import_hook(self, name: str, caller: Any = None, *rest: Any, **more: Any) -> Any:
        edge = (caller.__name__ if caller else "", name)
        if edge in self.cuts:
            # Nothing is raised: the finder would remember it as missing for all others, too.
            return None
        return super().import_hook(name, caller, *rest, **more)

    def load_module(self, fqname: str, fp: Any, pathname: str, file_info: Any) -> Any:
        if fp and pathname.endswith(".py"):
            whole = pathname.endswith("__init__.py")
            package = fqname if whole else fqname.rpartition(".")[0]
            fp = BytesIO(_as_it_runs(fp.read(), package))
        return super().load_module(fqname, fp, pathname, file_info)


class _AsItRuns(ast.NodeTransformer):
    def __init__(self, package: str) -> None:
        self._package = package.split(".")

    def visit_If(self, node: ast.If) -> Any:
        if ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING", "t.TYPE_CHECKING"}:
            return node.orelse or ast.Pass()
        if ast.unparse(node.test).startswith("sys.version_info >= "):
            return (node.body if _this_python(node.test) else node.orelse) or ast.Pass()
        return self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        """By its full name: the finder confuses `.types` with a `types` that it did not find."""
        if not node.level:
            return node
        above = self._package[: len(self._package) - node.level + 1]
        return ast.ImportFrom(".".join([*above, *filter(None, [node.module])]), node.names, 0)


def reached(
    starts: Iterable[str], folders: Iterable[Path], cuts: Iterable[tuple[str, str]] = ()
) -> set[Path]:
    """The files of all modules that are reached and lie in one of the folders. The standard library
    does not, and so is left to the runtime. A cut is an import that is not followed: of
    the second module by the first."""
    folders = list(folders)
    tracer = _Tracer(path=[str(folder) for folder in folders])
    tracer.cuts = frozenset(cuts)
    for start in starts:
        tracer.import_hook(start)
    named = {getattr(module, "__file__", None) for module in tracer.modules.values()}
    files = {Path(file) for file in named if file}
    return files | _native(files, folders)


def _this_python(test: ast.expr) -> bool:
    """The one that compiles the package runs it, or there would be no package."""
    least = ast.unparse(test).removeprefix("sys.version_info >= ")
    return sys.version_info >= tuple(ast.literal_eval(least))


def _native(files: Iterable[Path], folders: Iterable[Path]) -> set[Path]:
    """Compiled modules are only seen by an interpreter of their own architecture, so those of a
    package all come with it."""
    packages = {file.parent for file in files} - set(folders)
    return {library for package in packages for library in package.glob("*.so")}


@cache  # by the next package, most of which is the same
def _as_it_runs(source: bytes, package: str) -> bytes:
    return ast.unparse(_AsItRuns(package).visit(ast.parse(source))).encode()
