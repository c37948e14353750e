"""What people type, as it is kept."""

from unicodedata import normalize

from stamkund.rules.errors import Refused


def words(typed: str, field: str) -> str:
    """Refused: invalid_field, of nothing but spaces."""
    text = normalize("NFC", typed).strip()
    if not text:
        raise Refused("invalid_field", field, detail="Expected words, not only spaces")
    return text
