"""The table of the privacy guide is the declaration that export and leaving go by."""

import re

from stamkund.tables.personal import KINDS
from tests.builders import ROOT


def test_the_guide_says_of_every_kind_of_item_what_the_code_does() -> None:
    section = (ROOT / "docs/privacy.md").read_text().partition("## What lies where")[2]
    table = section.partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*) \|$", table, re.MULTILINE)
    said = [tuple(cell.strip("`") for cell in row.split(" | ")) for row in rows]
    assert said == [
        (kind.table, kind.prefix or "anything", kind.whose, kind.holds, kind.lasts, kind.leaving)
        for kind in KINDS
    ]


def test_what_can_be_exported_is_somebodys_and_what_is_nobodys_is_not_deleted() -> None:
    for kind in KINDS:
        assert bool(kind.record) == (kind.whose == "member")
        assert (kind.leaving == "deleted") <= (kind.whose != "nobody")
