"""The quick canonical form is the standard's."""

import math

import orjson
import psycopg
import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from agent.audit.canonical import canonical_json

TEXTS = st.text(st.characters(codec="utf-8"))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20)


@given(st.lists(VALUES) | st.dictionaries(TEXTS, VALUES))
@example([0.0, -0.0, 1e21, 1e-7, 1e-6, 9.9e-5, 0.0001, 1e16, 123456789012345680.0, 5e-324, 2.0])
@example({"\U00010000": 1, "￿": 2, "a": {"é": "\x00\x1f\x7f "}})
def test_it_is_the_form_the_standard_asks_for(value: list[object] | dict[str, object]) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


def test_what_a_database_gives_back_has_the_same_form(database_url: str) -> None:
    numbers = [0.0, -0.0, 1e21, 1e16, 2.0**53, -1e300, 1e-7, 9.9e-5, 0.1, 1 / 3, 123456789012345680.0, 5e-324, 2.0, 7]
    value = {"numbers": numbers, "texts": ["\U00010000", "\uffff", "\x1f\x7f\n", "é"], "é": None, "a": {"": True}}
    with psycopg.connect(database_url) as connection:
        (row,) = connection.execute("SELECT %s::jsonb::text", (orjson.dumps(value).decode(),)).fetchall()
    assert row[0].encode() != orjson.dumps(value)
    for kept in (value, value | {"\U00010000": numbers}):
        assert canonical_json(orjson.loads(orjson.dumps(kept))) == canonical_json(kept)
    assert canonical_json(orjson.loads(row[0])) == canonical_json(value)


@pytest.mark.parametrize("beside", ["", "\U00010000"])
def test_a_tuple_is_a_list_and_no_number_is_null(beside: str) -> None:
    assert canonical_json([(1.0, math.nan), beside]) == canonical_json([[1, None], beside])


@pytest.mark.parametrize("beside", ["", "\U00010000"])
def test_a_long_integer_is_the_double_it_is_read_as(beside: str) -> None:
    assert canonical_json([10**16, 2**53 + 1, beside]) == canonical_json([1e16, 2.0**53, beside])
