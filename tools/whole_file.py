"""Files a command writes: whole, or not at all."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tools.errors import InvalidParameter


def check_target(path: Path, *, field: str) -> None:
    """Refuse a path that no file can be written to, before anything is computed.

    Raises:
        InvalidParameter: its folder does not exist, or something other than a file stands there.
    """
    try:
        has_folder, is_other = path.parent.is_dir(), path.exists() and not path.is_file()
    except OSError as problem:
        raise _unwritable(path, problem, field) from problem
    if not has_folder:
        raise InvalidParameter(
            f"there is no folder {path.parent} to write {path.name} to",
            field=field, expected="a path in a folder that exists", got=str(path),
        )  # fmt: skip
    if is_other:
        raise InvalidParameter(
            f"{path} is no file that can be replaced; - writes to standard output",
            field=field, expected="a path to a file", got=str(path),
        )  # fmt: skip


def check_spares(path: Path, kept: Mapping[str, Path], *, field: str) -> None:
    """Refuse a path that is one of the files to keep, by whatever name, symbolic link or hard link.

    Args:
        path: where a file is to be written.
        kept: what each file is to the user, such as ``the candles``, and its path.
        field: the option that named `path`.

    Raises:
        InvalidParameter: it is one of them.
    """
    for what, other in kept.items():
        if _is_same(path, other):
            raise InvalidParameter(
                f"{field} {path} would overwrite {what}", field=field, expected="another path", got=str(path)
            )


def _is_same(one: Path, other: Path) -> bool:
    if os.path.realpath(one) == os.path.realpath(other):
        return True
    with suppress(OSError):  # one of them does not exist
        return one.samefile(other)
    return False


def write_whole(path: Path, text: str, *, field: str) -> None:
    """Write a file beside its place and move it there, so that nobody ever finds half of it.

    Raises:
        InvalidParameter: it cannot be written; what stood there before is unchanged.
    """
    beside = path.with_name(f".ict-{secrets.token_hex(8)}")
    try:
        with beside.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        beside.replace(path)
    except OSError as problem:
        raise _unwritable(path, problem, field) from problem
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _unwritable(path: Path, problem: OSError, field: str) -> InvalidParameter:
    return InvalidParameter(
        f"{path} cannot be written: {problem.strerror or problem}",
        field=field, expected="a path that can be written", got=str(path),
    )  # fmt: skip
