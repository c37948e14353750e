"""Bytecode in the place of sources, as it lies in a package.

    python -S -m infrastructure.compiling FOLDER

In an interpreter of its own: which strings it knows already, and the seed of its hashes, show in
the bytecode that it writes.
"""

import ast
import marshal
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import MAGIC_NUMBER, source_hash
from pathlib import Path

from infrastructure import deferring

_UNCHECKED = (0b01).to_bytes(4, "little")  # as PEP 552 has it: made of a source, do not look


def compiled(stage: Path) -> None:
    """Compiles everything in a folder and removes the sources: a file less is looked for, and
    nothing is looked at twice."""
    subprocess.run(
        [sys.executable, "-S", "-m", "infrastructure.compiling", str(stage.resolve())],
        check=True,
        cwd=Path(__file__).parent.parent,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )


def main(stage: Path) -> None:
    sources = {_name(file.relative_to(stage)): file for file in sorted(stage.rglob("*.py"))}
    wanted_whole = _wanted_whole(sources)
    for name, file in sources.items():
        content = file.read_bytes()
        module = ast.parse(content)
        if name not in wanted_whole:
            module = deferring.deferred(module, _parts(name, file, sources))
        code = compile(module, file.relative_to(stage).as_posix(), "exec", dont_inherit=True)
        header = MAGIC_NUMBER + _UNCHECKED + source_hash(content)
        file.with_suffix(".pyc").write_bytes(header + marshal.dumps(code))
        file.unlink()


def _name(file: Path) -> str:
    parts = file.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _parts(name: str, file: Path, sources: Mapping[str, Path]) -> frozenset[str]:
    """The modules in a package."""
    if file.stem != "__init__":
        return frozenset()
    below = (other.rpartition(".") for other in sources)
    return frozenset(last for package, _, last in below if package == name)


def _wanted_whole(sources: Mapping[str, Path]) -> set[str]:
    """Of which another module takes everything at once, whatever it is."""
    found = set()
    for name, file in sources.items():
        package = name if file.stem == "__init__" else name.rpartition(".")[0]
        for module, level in deferring.star_imports(ast.parse(file.read_bytes())):
            found.add(_absolute(package, module, level))
    return found


def _absolute(package: str, module: str, level: int) -> str:
    if not level:
        return module
    above = package.split(".")[: len(package.split(".")) - level + 1]
    return ".".join([*above, module] if module else above)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
