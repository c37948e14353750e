"""openapi.json is what the code does, and not what it once did."""

from stamkund.web.openapi import as_text, every_app
from tests.builders import ROOT
from tests.documented import EVENTS


def test_the_document_has_not_drifted() -> None:
    written = (ROOT / "openapi.json").read_text()
    assert written == as_text(every_app(), EVENTS), "make openapi writes it anew"
