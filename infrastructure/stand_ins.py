"""What a package has in the place of others' modules that are dear and never asked for anything."""

from pathlib import Path
from shutil import rmtree

# Botocore gives every method of a client a documentation that writes itself when somebody reads
# it, and loads an HTML parser for it. Nobody reads it on Lambda.
_NO_DOCUMENTATION = """\
class ClientMethodDocstring(str):
    def __new__(cls, *_, **__):
        return super().__new__(cls)


WaiterDocstring = PaginatorDocstring = ClientMethodDocstring
"""


KEPT = {"utils.py"}  # which botocore's handlers do import


def write(stage: Path) -> None:
    docs = stage / "botocore/docs"
    rmtree(docs / "bcdoc")
    for file in docs.glob("*.py"):
        if file.name not in KEPT:
            file.unlink()
    (docs / "__init__.py").touch()
    (docs / "docstring.py").write_text(_NO_DOCUMENTATION)
    # Our Python's own has what msgspec takes of the other, for older ones; and where another
    # library has brought that along, importing it takes as long as a twentieth of a cold start.
    utils = stage / "msgspec/_utils.py"
    utils.write_text(
        utils.read_text().replace("from typing_extensions import", "from typing import")
    )
