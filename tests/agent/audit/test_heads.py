"""Signed heads: the key stays in its folder, and a signature covers every word."""

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from agent.audit.content import FIRST_PREVIOUS
from agent.audit.heads import KEY_FILE, Head, SignedHead, Signer, key_id, public_key_pem, read_public_key
from agent.audit.service import Audit
from agent.store.pool import Database
from tests.agent.audit.recorded import ME, OTHER, record
from tools.errors import InvalidParameter, StoreUnavailable

HEAD = Head("me", 3, "ab" * 32, 3, "2024-01-11T14:30:00Z")


def test_the_first_use_makes_a_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    first, again = Signer.of_folder(folder), Signer.of_folder(folder)
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert key_id(first.public_key) == key_id(again.public_key)
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]


def test_those_who_start_together_share_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        signers = list(threads.map(Signer.of_folder, [tmp_path] * 16))
    assert len({key_id(signer.public_key) for signer in signers}) == 1


def test_a_signature_covers_every_word(tmp_path: Path) -> None:
    signer = Signer.of_folder(tmp_path)
    signed = signer.sign(HEAD)
    read = SignedHead.from_dict(orjson.loads(orjson.dumps(signed.to_dict())), source="a file")
    assert read == signed
    assert read.is_signed_by(read_public_key(public_key_pem(signer.public_key).encode(), source="a file"))
    for changed in (
        replace(HEAD, owner="you"),
        replace(HEAD, seq=4),
        replace(HEAD, hash="cd" * 32),
        replace(HEAD, decisions=4),
        replace(HEAD, at="2024-01-11T14:30:01Z"),
    ):
        assert not replace(signed, head=changed).is_signed_by(signer.public_key)
    assert not replace(signed, key_id="0" * 16).is_signed_by(signer.public_key)


@pytest.mark.parametrize("content", [b"", b"no key", b"\x00" * 64])
def test_a_file_that_holds_no_key_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / KEY_FILE).write_bytes(content)
    with pytest.raises(StoreUnavailable, match=KEY_FILE):
        Signer.of_folder(tmp_path)
    with pytest.raises(InvalidParameter, match="public key"):
        read_public_key(content, source="a file")


def test_a_data_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StoreUnavailable):
        Signer.of_folder(tmp_path / "data")


@pytest.mark.parametrize("missing", ["seq", "hash", "signature"])
def test_what_is_no_head_is_refused_with_what_is_missing(tmp_path: Path, missing: str) -> None:
    document = Signer.of_folder(tmp_path).sign(HEAD).to_dict()
    for wrong in ({name: value for name, value in document.items() if name != missing}, {**document, missing: None}):
        with pytest.raises(InvalidParameter, match=missing):
            SignedHead.from_dict(wrong, source="a file")


@pytest.mark.anyio
async def test_an_open_audit_signs_the_end_of_the_chain(database: Database, tmp_path: Path) -> None:
    audit = Audit(database, tmp_path, lambda: 1_704_983_400)
    empty = await audit.head(owner_id=ME)
    assert (empty.head.seq, empty.head.hash, empty.head.decisions) == (0, FIRST_PREVIOUS, 0)
    await record(database, mine=3, others=1)
    signed = await audit.head(owner_id=ME)
    assert (signed.head.seq, signed.head.decisions, signed.head.at) == (3, 3, "2024-01-11T14:30:00Z")
    report = await audit.verify(owner_id=ME, heads=[signed, empty])
    assert (report.counts, report.head_hash) == ({}, signed.head.hash)
    with pytest.raises(InvalidParameter, match="somebody else"):
        await audit.verify(owner_id=OTHER, heads=[signed])
