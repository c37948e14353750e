"""The quote's token: sealed, bound to shop and member, and worth nothing to anybody else."""

from zlib import compress, decompress

import msgspec

from stamkund.rules.errors import Refused
from stamkund.rules.order import Promise
from stamkund.web.secrets import seal, unseal

PURPOSE = "quote"
# Of three lines a third of a kilobyte; of the largest programme and basket there can be, this.
LONGEST_TOKEN = 128 * 1024
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Promise).decode


def token_of(promise: Promise, shop: str, member: str) -> str:
    return seal(compress(_encode(promise), 9), PURPOSE, shop, member)


def promise_in(token: str, shop: str, member: str) -> Promise:
    """Refused: quote_invalid, for whatever was not sealed here for this member."""
    content = unseal(token, PURPOSE, shop, member)
    if content is None:
        raise Refused("quote_invalid", "quote")
    return _decode(decompress(content))
