"""The code on a card: proven by our key, good for two minutes, and nowhere written down."""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime
from hashlib import sha256

from stamkund.rules.cards import CardCode, code_at, read_code
from stamkund.rules.errors import Refused
from stamkund.web.keeping import SigningKey
from stamkund.web.secrets import signing_keys

PURPOSE = "stamkund card code"
PROOF_BYTES = 12  # enough against guessing at a till, and a code that every scanner reads


def show(shop: str, number: str, now: datetime) -> tuple[str, CardCode]:
    """What the card shows in this minute."""
    code = code_at(shop, number, now)
    return f"{code.text}.{_proof(code, signing_keys()[0])}", code


def number_on(payload: str, shop: str, now: datetime) -> str:
    """The card number of a code that was really shown just now.

    Refused: code_invalid, code_expired.
    """
    code, proof = read_code(payload)
    if code.shop != shop or not any(_is_proof(proof, code, key) for key in signing_keys()):
        raise Refused("code_invalid", "qr")
    if now >= code.expires_at:
        raise Refused("code_expired", "qr")
    return code.number


def _is_proof(proof: str, code: CardCode, key: SigningKey) -> bool:
    return hmac.compare_digest(proof.encode(), _proof(code, key).encode())


def _proof(code: CardCode, key: SigningKey) -> str:
    # The purpose comes first, so that nothing else this key signs can pass for a code.
    said = f"{PURPOSE}\n{code.text}".encode()
    digest = hmac.new(key.secret.encode(), said, sha256).digest()[:PROOF_BYTES]
    return urlsafe_b64encode(digest).decode()
