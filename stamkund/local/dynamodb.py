"""A DynamoDB for this machine: the one that is given, else DynamoDB Local, else moto's server."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from stamkund.local import keeper, tools

_PATIENCE = 30
_TRIES = 3

# Anything will do for DynamoDB Local, but botocore wants to have been told.
_ANYBODY = {
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "eu-north-1",
}


_IN_MEMORY = ("in_memory=true", "shared=false")


class DidNotStart(Exception):  # noqa: N818 -- the message is written for a person
    """The server ended before it answered; the message has its last words."""


@dataclass(frozen=True)
class Database:
    endpoint: str
    keeps: bool = True
    server: subprocess.Popen[bytes] | None = None
    owner: str = "local"

    def settings(self) -> dict[str, str]:
        """The environment that makes every AWS client of a process speak to this database."""
        streams = "AWS_ENDPOINT_URL_DYNAMODB_STREAMS"
        anybody = {**_ANYBODY, "AWS_ACCESS_KEY_ID": self.owner}
        return {
            **(anybody if self.endpoint.startswith("http:") else {}),  # AWS itself is https
            "AWS_ENDPOINT_URL_DYNAMODB": self.endpoint,
            streams: os.environ.get(streams, self.endpoint),
        }

    def stop(self) -> None:
        if self.server and self.server.stdin:
            self.server.stdin.close()
            self.server.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(folder: Path) -> Database:
    """Whatever there is; its tables are kept in `folder`, if they are kept at all."""
    given = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")
    if given:
        return Database(given)
    try:
        return start_dynamodb_local(folder)
    except (tools.NotToBeHad, DidNotStart) as why:
        print(f"DynamoDB Local is not to be had: {why}", file=sys.stderr)
        print("Moto's server stands in. NOTHING IS KEPT when it stops.", file=sys.stderr)
        return start_moto(folder)


def start_dynamodb_local(folder: Path, *, in_memory: bool = False) -> Database:
    """What is kept is one database, whoever asks; in memory each owner has one of their own."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    given = os.environ.get("DYNAMODB_LOCAL_JAR")
    jar = tools.given_jar(Path(given)) if given else tools.dynamodb_local()
    command = [
        tools.java(),
        "-Xmx1g",
        "-XX:+UseSerialGC",  # two or three others want the cores of this machine
        f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}",
    ]
    how = _as_given if given else _on_loopback
    return _served(
        lambda port: [*command, *how(jar, port, None if in_memory else data)],
        folder,
        keeps=not in_memory,
    )


def start_moto(folder: Path) -> Database:
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p"]
    return _served(lambda port: [*command, str(port)], folder, keeps=False)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _on_loopback(jar: Path, port: int, data: Path | None) -> list[str]:
    """What `java -jar` would start, but on an address that nobody else can reach."""
    return [
        *("-cp", f"{jar}:{jar.parent}/DynamoDBLocal_lib/*"),
        "org.eclipse.jetty.xml.XmlConfiguration",
        f"port={port}",
        *((f"data={data}", "in_memory=false", "shared=true") if data else _IN_MEMORY),
        str(Path(__file__).with_name("loopback.xml")),
    ]


def _as_given(jar: Path, port: int, data: Path | None) -> list[str]:
    """Of a version that we do not know, so in the way that all versions have in common."""
    kept = ["-dbPath", str(data)] if data else ["-inMemory"]
    return ["-jar", str(jar), "-port", str(port), "-sharedDb", "-disableTelemetry", *kept]


def _served(command: Callable[[int], list[str]], folder: Path, *, keeps: bool) -> Database:
    folder.mkdir(parents=True, exist_ok=True)
    for _ in range(_TRIES):
        port = free_port()
        server = _kept(command(port), folder)
        if _answers(server, port):
            return Database(f"http://127.0.0.1:{port}", keeps, server)
    raise DidNotStart(_last_words(folder))


def _kept(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "database.log").open("w") as words:
        return subprocess.Popen(
            [sys.executable, "-I", keeper.__file__, str(folder / "database.lock"), *command],
            stdin=subprocess.PIPE,
            stdout=words,
            stderr=words,
            cwd=folder,  # it leaves a note in the folder that it is started in
            start_new_session=True,  # Ctrl-C is for the parent, which has things to finish first
        )


def _answers(server: subprocess.Popen[bytes], port: int) -> bool:
    """Waits until the server listens. False when it has ended, for instance over a taken port."""
    deadline = time.monotonic() + _PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    server.terminate()
    return False


def _last_words(folder: Path) -> str:
    log = folder / "database.log"
    last = log.read_text(errors="replace").splitlines()[-5:]
    return "\n".join([f"it ended at once ({log}):", *last])
