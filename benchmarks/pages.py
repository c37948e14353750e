"""Tables within a document that a person wrote: between `<!-- name -->` and `<!-- end -->`."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

Row = Sequence[str]

_BLOCK = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(page: str, blocks: Mapping[str, Callable[[], Iterable[str]]]) -> str:
    """The page with every block made anew."""

    def block(found: re.Match[str]) -> str:
        lines = "".join(f"{line}\n" for line in blocks[found[2]]())
        return found[1] + lines + found[3]

    return _BLOCK.sub(block, page)


def table(heads: Row, rows: Iterable[Row]) -> Iterator[str]:
    """Numbers to the right; the first column says what they are of."""
    yield f"| {' | '.join(heads)} |"
    yield "|---" + "|---:" * (len(heads) - 1) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
