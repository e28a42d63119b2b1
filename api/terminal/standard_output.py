"""Standard output as the command line writes it: a reader that left ends nothing, a full disk is one sentence."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO, TypeVar, cast

_Told = TypeVar("_Told")


class OutputFailed(Exception):
    """Standard output cannot be written to; the message says why."""


@contextmanager
def guarded_output() -> Iterator[None]:
    """Guard ``sys.stdout`` until the block ends, and flush it there.

    A reader that goes away (``ict … | head -1``) is no fault: what is left to say goes nowhere, and the command ends
    with the status it would have had, however fast the reader left.

    Raises:
        OutputFailed: what the block printed could not be written.
    """
    stream: TextIO | None = sys.stdout
    guard = _Guarded(stream)
    sys.stdout = cast(TextIO, guard)
    try:
        yield
        guard.flush()
    finally:
        sys.stdout = cast(TextIO, stream)


class _Guarded:
    """A text stream that is in every other respect the one it guards."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._failure = None if stream is not None else "standard output is closed"

    def write(self, text: str) -> int:
        return self._tried(lambda stream: stream.write(text))

    def flush(self) -> None:
        if self._stream is not None:  # a command that prints nothing needs none
            self._tried(lambda stream: stream.flush())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _tried(self, act: Callable[[TextIO], _Told]) -> _Told:
        if self._stream is None or self._failure is not None:  # said again: whoever asked first may have kept it
            raise OutputFailed(self._failure)
        try:
            return act(self._stream)
        except BrokenPipeError:
            _silence(self._stream)
            return act(self._stream)
        except OSError as problem:
            _silence(self._stream)
            self._failure = f"standard output cannot be written: {problem.strerror or problem}"
            raise OutputFailed(self._failure) from problem


def _silence(stream: TextIO) -> None:
    """Lead the stream nowhere: what its buffer still holds would fail again as the process ends."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, stream.fileno())
        finally:
            os.close(nowhere)
