"""What the secrets are good for: tokens that come back unchanged, and look-ups without names.

Signing keys rotate: the first signs, all of them are believed, and one is retired by leaving it
out when what it signed has run out. What is good for longer is sealed by the pepper, which cannot
rotate without rewriting `identities`.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

from itsdangerous import BadSignature, Signer

from stamkund.web import keeping
from stamkund.web.keeping import SigningKey

SHORTEST_SECRET = 32


def signing_keys() -> tuple[SigningKey, ...]:
    """The first signs."""
    return usable(keeping.known().signing_keys)


def usable(keys: tuple[SigningKey, ...]) -> tuple[SigningKey, ...]:
    if not keys or any(len(key.secret) < SHORTEST_SECRET for key in keys):
        raise RuntimeError("signing keys are needed, id:secret, of 32 characters or more")
    return keys


def seal(content: bytes, purpose: str, *bound: str) -> str:
    """A token that only opens for the same purpose and the same owners, such as shop and member."""
    return sealed_by(signing_keys(), content, purpose, *bound)


def sealed_by(keys: tuple[SigningKey, ...], content: bytes, purpose: str, *bound: str) -> str:
    text = urlsafe_b64encode(content).rstrip(b"=")
    return _signer(keys, purpose, bound).sign(text).decode()


def unseal(token: str, purpose: str, *bound: str) -> bytes | None:
    """The content, or None for whatever was not sealed here for this."""
    return unsealed_by(signing_keys(), token, purpose, *bound)


def unsealed_by(
    keys: tuple[SigningKey, ...], token: str, purpose: str, *bound: str
) -> bytes | None:
    try:
        text = _signer(keys, purpose, bound).unsign(token)
        return urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    except (BadSignature, ValueError):
        return None


def seal_for_long(content: bytes, purpose: str, *bound: str) -> str:
    """As `seal`, by the pepper: for what is good for longer than a signing key is believed, and
    lets nobody in."""
    return sealed_by(_lasting(), content, purpose, *bound)


def unseal_of_long(token: str, purpose: str, *bound: str) -> bytes | None:
    """The content, or None for whatever was not sealed here for long for this."""
    return unsealed_by(_lasting(), token, purpose, *bound)


def keyed_hash(shop: str, kind: str, value: str) -> str:
    """The same for the same value, and no way back to it: how e-mail and phone are looked up."""
    text = f"{shop}#{kind}#{value}".encode()
    return hmac.new(_pepper().encode(), text, sha256).hexdigest()


def _pepper() -> str:
    pepper = keeping.known().pepper
    if len(pepper) < SHORTEST_SECRET:
        raise RuntimeError("a pepper is needed, of 32 characters or more")
    return pepper


def _lasting() -> tuple[SigningKey, ...]:
    return (SigningKey("pepper", _pepper()),)


def _signer(keys: tuple[SigningKey, ...], purpose: str, bound: tuple[str, ...]) -> Signer:
    the_last_signs = [key.secret for key in reversed(keys)]
    salt = "#".join((purpose, *bound))
    return Signer(the_last_signs, salt=salt, key_derivation="hmac", digest_method=sha256)
