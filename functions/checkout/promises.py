"""The quote's token: sealed, bound to shop and member, and worth nothing to anybody else.

A till's is bound to its store as well, so that what was not given to a till it cannot spend.
"""

from collections.abc import Iterable
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


def token_of(promise: Promise, shop: str, member: str, bound: Iterable[str] = ()) -> str:
    return seal(compress(_encode(promise), 9), PURPOSE, shop, member, *bound)


def promise_in(
    token: str, shop: str, member: str, worth_to: Iterable[Iterable[str]] = ((),)
) -> Promise:
    """`worth_to`: all that it may be bound to besides. Refused: quote_invalid, for whatever was
    not sealed here for this member."""
    for bound in worth_to:
        content = unseal(token, PURPOSE, shop, member, *bound)
        if content is not None:
            return _decode(decompress(content))
    raise Refused("quote_invalid", "quote")
