"""Cases as bytes, so that one process builds a suite and any other can judge a case of it."""

import io
import pickle
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from evals.cases.case import Case


def packed(case: Case) -> bytes:
    """Return a case as bytes for `unpacked`; for processes of this very code, never to be kept."""
    stream = io.BytesIO()
    _Packer(stream, protocol=pickle.HIGHEST_PROTOCOL).dump(case)
    return stream.getvalue()


def unpacked(content: bytes) -> Case:
    """Return the case that `packed` was given."""
    case: Case = pickle.loads(content)
    return case


class _Packer(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        """Write what labels and tags lie in, a read-only view, which pickle itself refuses."""
        return (_read_only, (dict(value),)) if isinstance(value, MappingProxyType) else NotImplemented


def _read_only(content: Mapping[Any, Any]) -> Mapping[Any, Any]:
    return MappingProxyType(content)
