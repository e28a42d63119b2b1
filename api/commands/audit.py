"""``ict audit``: sign what the record ends with, and check that it is as it was."""

from collections.abc import Sequence
from pathlib import Path

import orjson

from agent.audit.findings import VerifyReport
from agent.audit.heads import SignedHead, read_public_key
from agent.service import open_service
from agent.settings import Settings
from api.audit_documents import verification
from api.state import DEFAULT_OWNER
from api.terminal.screen import Screen
from tools.errors import InvalidParameter


async def head(settings: Settings, *, public_key: bool) -> None:
    """Print the signed head of the chain as JSON, or the key that checks the signature.

    Raises:
        StoreUnavailable: the database did not answer, or the key cannot be read or made.
    """
    async with open_service(settings) as service:
        screen = Screen()
        if public_key:
            screen.whole(await service.audit.public_key())
        else:
            screen.json((await service.audit.head(owner_id=DEFAULT_OWNER)).to_dict())


async def verify(head_files: Sequence[Path], key_file: Path | None, settings: Settings, *, as_json: bool) -> bool:
    """Check the whole record, also against heads that were kept; print what was found and return whether all is well.

    Args:
        head_files: what ``ict audit head`` printed, one head a file.
        key_file: what ``ict audit head --public-key`` printed; None takes the key of the data folder.
        settings: where the record lies.
        as_json: print the wire document instead.

    Raises:
        InvalidParameter: a file cannot be read, or holds something else.
    """
    heads = [_head(path) for path in head_files]
    key = None if key_file is None else read_public_key(_read(key_file), source=str(key_file))
    async with open_service(settings) as service:
        report = await service.audit.verify(owner_id=DEFAULT_OWNER, heads=heads, public_key=key)
    screen = Screen()
    if as_json:
        screen.json(verification(report))
    else:
        _show(screen, report, len(heads))
    return report.is_intact


def _show(screen: Screen, report: VerifyReport, heads: int) -> None:
    if report.first is None:
        against = f", and is what {heads} signed {'head says' if heads == 1 else 'heads say'}" if heads else ""
        screen.line(f"intact: {report.links:,} decisions in the chain, each as it was recorded{against}", "bold")
    else:
        screen.line(f"NOT AS RECORDED: first at {report.first.seq} of {report.last_seq:,}", "bold")
        for finding in report.findings:
            screen.field(f"{finding.seq} {finding.kind}", finding.what)
        total = sum(report.counts.values())
        if total > len(report.findings):
            screen.line(f"and {total - len(report.findings):,} more", indent=2)
    if report.head_hash is not None:
        screen.field("head", report.head_hash)


def _head(path: Path) -> SignedHead:
    try:
        document = orjson.loads(_read(path))
    except orjson.JSONDecodeError:
        document = None
    return SignedHead.from_dict(document if isinstance(document, dict) else {}, source=str(path))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidParameter(
            f"{path} cannot be read: {error.strerror}", field="FILE", expected="a file", got=str(path)
        ) from error
