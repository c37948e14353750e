"""Runs a server for as long as the parent lives.

The parent holds one end of a pipe and the system closes it however the parent dies, `kill -9`
included. A server that outlives its parent would keep the data folder to itself.
"""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

PATIENCE = 5


def main(lock: Path, command: list[str]) -> int:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)  # an earlier server may still be on its way out
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())
        Thread(target=_outlive_nobody, args=(server,), daemon=True).start()
        return server.wait()


def _outlive_nobody(server: subprocess.Popen[bytes]) -> None:
    os.read(0, 1)  # nothing is ever sent: this returns when the other end is gone
    server.terminate()
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
