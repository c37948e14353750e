"""The HTTP server of the laptop: waitress, here without what no function would be sent."""

from typing import Any

from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server

# Lambda takes no larger event, so no endpoint can have a limit above this.
KEPT = 6 * 1024 * 1024
_THREADS = 8


class _Beginning(OverflowableBuffer):
    """A body of which only the beginning is kept: enough to see that it is too large.

    Reading the rest and forgetting it lets the client finish and hear why it was refused. Closing
    on it would reset the connection, and the answer would be lost.
    """

    def append(self, chunk: bytes) -> None:
        room = KEPT - len(self)
        if room > 0:
            super().append(chunk[:room])


class _Parser(HTTPRequestParser):
    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.body_rcv is not None:
            self.body_rcv.buf = _Beginning(KEPT + 1)


class _Channel(HTTPChannel):
    parser_class = _Parser


def serve(application: Any, port: int) -> Any:
    """A server that is bound already and begins with `run()`."""
    server: Any = create_server(application, host="127.0.0.1", port=port, threads=_THREADS)
    server.channel_class = _Channel
    return server
