"""What the secrets are good for: tokens that come back unchanged, and look-ups without names.

Signing keys rotate: the newest signs, all of them are believed, and one is retired by leaving it
out when what it signed has run out. The pepper cannot rotate without rewriting `identities`.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from itsdangerous import BadSignature, Signer

from stamkund.web.settings import SigningKey, settings

SHORTEST_SECRET = 32


def signing_keys() -> tuple[SigningKey, ...]:
    """Newest first."""
    keys = settings().signing_keys
    if not keys or any(len(key.secret) < SHORTEST_SECRET for key in keys):
        raise RuntimeError("STAMKUND_SIGNING_KEYS needs kid:secret, of 32 characters or more")
    return keys


def seal(content: bytes, purpose: str, *bound: str) -> str:
    """A token that only opens for the same purpose and the same owners, such as shop and member."""
    text = urlsafe_b64encode(content).rstrip(b"=")
    return _signer(purpose, bound).sign(text).decode()


def unseal(token: str, purpose: str, *bound: str) -> bytes | None:
    """The content, or None for whatever was not sealed here for this."""
    try:
        text = _signer(purpose, bound).unsign(token)
        return urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except (BadSignature, ValueError):
        return None


def keyed_hash(shop: str, kind: str, value: str) -> str:
    """The same for the same value, and no way back to it: how e-mail and phone are looked up."""
    pepper = settings().pepper
    if len(pepper) < SHORTEST_SECRET:
        raise RuntimeError("STAMKUND_PEPPER needs 32 characters or more")
    text = f"{shop}#{kind}#{value}".encode()
    return hmac.new(pepper.encode(), text, sha256).hexdigest()


def _signer(purpose: str, bound: tuple[str, ...]) -> Signer:
    oldest_first = [key.secret for key in reversed(signing_keys())]
    salt = "#".join((purpose, *bound))
    return Signer(oldest_first, salt=salt, key_derivation="hmac", digest_method=sha256)
