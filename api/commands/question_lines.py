"""Questions, line by line: typed at a terminal with a history, or piped in."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TextIO

HISTORY_FILE: Final = "coach_history"
_PROMPT: Final = "› "
_MOST_KEPT: Final = 1_000


def piped_lines(stream: TextIO | None) -> Iterator[str]:
    """Yield each line as soon as it is there; none where the caller closed the stream."""
    while stream is not None and (line := stream.readline()):
        yield line


def typed_lines(data_dir: Path) -> Iterator[str]:
    """Yield each line typed at the terminal; Ctrl-C clears the line, the end of input ends them.

    What was typed before comes back with the arrow keys; it is kept in the data folder, for its owner alone to read.
    """
    history = _History(data_dir / HISTORY_FILE)
    try:
        while True:
            try:
                yield input(_prompt())
            except KeyboardInterrupt:
                with suppress(KeyboardInterrupt):  # the next one, of a key that is held down
                    print()  # noqa: T201  the terminal's own line, which readline left unfinished
            except EOFError:
                print()  # noqa: T201  likewise
                return
    finally:
        history.close()


def _prompt() -> str:
    if not sys.stdout.isatty():
        return ""
    encoding = sys.stdout.encoding or "ascii"
    return _PROMPT.encode(encoding, "ignore").decode(encoding).lstrip() or "> "


class _History:
    """Readline's history in a file; nothing where this Python has no readline, or the file cannot be used."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._readline: Any | None = None
        with suppress(ImportError):
            import readline  # noqa: PLC0415  importing it changes how `input` reads: only here is that wanted

            self._readline = readline
            readline.set_history_length(_MOST_KEPT)
            with suppress(OSError):
                readline.read_history_file(path)

    def close(self) -> None:
        if self._readline is not None:
            with suppress(OSError):
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._path.touch(mode=0o600)
                self._readline.write_history_file(self._path)
