"""``python -m tests.evals.runs.watched …``: the command line, with every use of a socket noted in ``ICT_TEST_NOTES``.

Processes that it starts run this module too, before they do anything, and so are watched as well.
"""

import os
import socket
import sys
from pathlib import Path
from typing import Any

from api.cli import main

_NOTES = os.open(Path(os.environ["ICT_TEST_NOTES"]), os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.__new__":
        os.write(_NOTES, f"made {socket.AddressFamily(arguments[1]).name}\n".encode())
    elif event.startswith("socket."):
        os.write(_NOTES, f"{event} {arguments[1:]}\n".encode())


sys.addaudithook(_note)
os.write(_NOTES, b"process\n")

if __name__ == "__main__":
    if sys.argv[1:] == ["knock"]:
        with socket.socket() as one:
            one.connect_ex(("127.0.0.1", 9))
    else:
        main(sys.argv[1:])
