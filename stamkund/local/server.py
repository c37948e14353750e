"""The HTTP server of the laptop: waitress, here without what no function would be sent."""

from contextlib import suppress
from typing import Any

from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server
from waitress.wasyncore import close_all

# Lambda takes no larger event, so no endpoint can have a limit above this.
KEPT = 6 * 1024 * 1024
_THREADS = 8
_CONNECTIONS = 2_000  # browsers keep theirs, and waitress would leave the 101st unanswered


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


class Server:
    """Bound from the moment it is made, to a free port if 0 is given."""

    def __init__(self, application: Any, port: int) -> None:
        server: Any = create_server(
            application,
            host="127.0.0.1",
            port=port,
            threads=_THREADS,
            connection_limit=_CONNECTIONS,
            asyncore_use_poll=True,  # `select` knows no more than 1,024
        )
        server.channel_class = _Channel
        self.url = f"http://127.0.0.1:{server.effective_port}"
        self._waitress = server

    def run(self) -> None:
        """Serves until told to stop."""
        self._waitress.run()
        self._waitress.task_dispatcher.shutdown()

    def stop(self) -> None:
        """Ends the loop from within: closing the sockets under its feet would be a fault there."""
        # A loop that was awake anyway may have closed all before the trigger is pulled.
        with suppress(OSError):
            self._waitress.trigger.pull_trigger(self._close)

    def _close(self) -> None:
        close_all(self._waitress.active_channels)
        self._waitress.close()
