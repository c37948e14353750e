"""What people type, as it is kept."""

from unicodedata import normalize

from stamkund.rules.disguise import refuse_disguised
from stamkund.rules.errors import Refused


def words(typed: str, field: str) -> str:
    """Refused: invalid_field, of nothing but spaces, or where it reads as what it is not."""
    refuse_disguised(typed, field)
    text = normalize("NFC", typed).strip()
    if not text:
        raise Refused("invalid_field", field, detail="Expected words, not only spaces")
    return text
