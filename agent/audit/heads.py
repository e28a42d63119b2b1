"""Signed heads: what a chain ended with at a moment, kept outside the database to hold it to later."""

import base64
import binascii
import hashlib
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from agent.audit.canonical import canonical_json
from tools.errors import InvalidParameter, StoreUnavailable

FORMAT: Final = "ict-audit-head/1"
KEY_FILE: Final = "audit-key"
_KEY_ID_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class Head:
    """What an owner's chain ended with.

    Attributes:
        seq: the last link's place; 0 for an empty chain.
        hash: the last link's hash; 64 zeros for an empty chain.
        decisions: how many decisions the owner had.
        at: when it was signed, ISO-8601 UTC.
    """

    owner: str
    seq: int
    hash: str
    decisions: int
    at: str


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head and who vouches for it: `key_id` names the public key, `signature` is Ed25519 in base64."""

    head: Head
    key_id: str
    signature: str

    def to_dict(self) -> dict[str, Any]:
        """Return it as it is written to a file or the wire."""
        return {**asdict(self.head), "key_id": self.key_id, "signature": self.signature}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, source: str) -> Self:
        """Read what `to_dict` gave.

        Args:
            data: the document.
            source: what it was read from, for the error.

        Raises:
            InvalidParameter: it is no signed head.
        """
        wanted: dict[str, type] = {
            "owner": str, "seq": int, "hash": str, "decisions": int, "at": str, "key_id": str, "signature": str,
        }  # fmt: skip
        wrong = [name for name, kind in wanted.items() if type(data.get(name)) is not kind]
        if wrong:
            raise InvalidParameter(
                f"{source} is no signed head: {', '.join(wrong)} is missing or of another type",
                field="head",
                expected="what `ict audit head` printed",
                got=", ".join(map(str, data)) or "nothing",
            )
        head = Head(*(data[name] for name in ("owner", "seq", "hash", "decisions", "at")))
        return cls(head, data["key_id"], data["signature"])

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        """Tell whether a key's owner has signed exactly this."""
        try:
            key.verify(base64.b64decode(self.signature, validate=True), _payload(self.head, self.key_id))
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return self.key_id == key_id(key)


class Signer:
    """Sign heads with a private key that lies in the data folder and nowhere else."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        """Sign with a key."""
        self._key = key

    @classmethod
    def of_folder(cls, folder: Path) -> Self:
        """Use the folder's key; the first use makes it, readable by its owner alone.

        Raises:
            StoreUnavailable: the file cannot be read or made, or holds no Ed25519 key.
        """
        path = folder / KEY_FILE
        try:
            if not path.exists():
                _make_key(path)
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError) as error:
            raise StoreUnavailable(f"the key {path} cannot be read or made: {error}") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise StoreUnavailable(f"{path} holds no Ed25519 key: move it away to have one made")
        return cls(key)

    @property
    def public_key(self) -> Ed25519PublicKey:
        """The key that checks the signatures."""
        return self._key.public_key()

    def sign(self, head: Head) -> SignedHead:
        """Vouch for a head."""
        name = key_id(self.public_key)
        signature = self._key.sign(_payload(head, name))
        return SignedHead(head, name, base64.b64encode(signature).decode())


def key_id(key: Ed25519PublicKey) -> str:
    """Return a public key's short name: the first 16 digits of its SHA-256."""
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:_KEY_ID_DIGITS]


def public_key_pem(key: Ed25519PublicKey) -> str:
    """Write a public key as PEM."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def read_public_key(pem: bytes, *, source: str) -> Ed25519PublicKey:
    """Read a public key from PEM.

    Raises:
        InvalidParameter: it is no Ed25519 public key.
    """
    key = None
    with suppress(ValueError):
        key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise InvalidParameter(
            f"{source} is no Ed25519 public key",
            field="public_key",
            expected="what `ict audit head --public-key` printed",
            got="something else",
        )
    return key


def _payload(head: Head, name: str) -> bytes:
    return canonical_json({"format": FORMAT, **asdict(head), "key_id": name})


def _make_key(path: Path) -> None:
    """Write a new key beside its place and move it there, unless another process has been faster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        fresh.unlink()
