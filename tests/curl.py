"""Does what curl would do with the options that the documents use, on a machine without curl."""

import sys
from argparse import ArgumentParser
from pathlib import Path

import requests


def main(arguments: list[str]) -> int:
    parser = ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-X", dest="method")
    parser.add_argument("-H", dest="headers", action="append", default=[])
    parser.add_argument("-d", dest="data")
    parser.add_argument("-D", dest="dump", type=Path)
    parser.add_argument("--max-time", type=float, default=30)
    said = parser.parse_args(arguments)
    method = said.method or ("GET" if said.data is None else "POST")
    headers = dict(header.split(": ", 1) for header in said.headers)
    try:
        answer = requests.request(
            method, said.url, headers=headers, data=body(said.data), timeout=said.max_time
        )
    except requests.RequestException:
        return 7
    if said.dump:
        said.dump.write_text(
            "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
        )
    sys.stdout.buffer.write(answer.content)
    return 0


def body(said: str | None) -> bytes | None:
    if said is None or not said.startswith("@"):
        return said.encode() if said else None
    return sys.stdin.buffer.read() if said == "@-" else Path(said[1:]).read_bytes()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
