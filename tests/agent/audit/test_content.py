"""What ``ict-audit/1`` seals never changes: one literal decision comes to the hashes that were written down once.

The migration and every chain out there were written by these forms. Where a hash here no longer comes out, the code is
at fault and not the test: a new form needs a new format, beside this one.
"""

from typing import Any, Final

from agent.audit.content import (
    FIRST_PREVIOUS,
    FORMAT,
    Parts,
    SealedRecord,
    facts_digest,
    inputs_digest,
    link_hash,
    record_digest,
    traces_digest,
    verdicts_digest,
)

RECORD: Final = SealedRecord(
    owner_id="me",
    decision_id="0123456789abcdef0123456789abcdef",
    run_id="fedcba9876543210fedcba9876543210",
    symbol="EURUSD",
    status="WAIT",
    as_of=1_704_983_400,
    kill_zone=None,
    decision='{"reason_short":"R:R 1 – wait","status":"WAIT"}',
    decision_hash="a" * 64,
    rulebook_hash="b" * 64,
    code_version="0.1.0",
)
FACTS: Final[dict[str, Any]] = {
    "bias.strength": {"value": 0.34, "unit": "ratio", "evidence": []},
    "risk.reward_ratio": {"value": 2.0, "tiny": 1e-7, "huge": 1e21, "large": 2**53 + 1, "none": None},
    "names": {"\U0001f4c8": True, "\ufb01": False, "é": "≥ 2"},
}
VERDICTS: Final[list[dict[str, Any]]] = [
    {"rule_id": "1.1", "node": "bias", "outcome": "pass", "margin": 0.14},
    {"rule_id": "7.2", "node": "risk", "outcome": "fail", "margin": -1.0},
]
INPUTS: Final = '{"symbol":"EURUSD","windows":{"15m":{"bars":30,"sha256":"' + "c" * 64 + '"}}}'
SEALED: Final = Parts(
    record="e729c202edfeba1350f7b02ebfdeda01e463e5f9dda0d7acebfbe85251bb7b07",
    facts="f148c6ec1e6f75740f019eb4cc33df439b542b0ad6a259417e871500255ff57b",
    traces="a9b3104d71a76b01315ebdac948a82b646b7372289a6da3ad2e7a89712fe6ca3",
    inputs="a9d882fbef5b505daad8aef89bca105e4fbc0415c9e9884c0e8cc089f2d60710",
)
CONTENT: Final = "4705f671a2ba9f1d620d4d3a13f8734314ce134592e73006376d8c3e5d9662e8"
FIRST_LINK: Final = "68e0584dbf2679b26b66410eaa14a358acf3a76f49f8eb0833766ee00928b2ab"
SECOND_LINK: Final = "a9574ddadb612398106ce4cf65bcdd1c7bf60f3fa87d3ad9dba4525148605db8"
AT_US: Final = 1_704_983_400_123_456


def test_each_part_comes_to_the_digest_written_down() -> None:
    assert FORMAT == "ict-audit/1"
    traces = [(place, one["rule_id"], one["node"], one["outcome"], one) for place, one in enumerate(VERDICTS, 1)]
    assert traces_digest(traces) == verdicts_digest(VERDICTS)
    assert Parts(record_digest(RECORD), facts_digest(FACTS), traces_digest(traces), inputs_digest(INPUTS)) == SEALED


def test_the_links_come_to_the_hashes_written_down() -> None:
    assert SEALED.content_hash(decision_seq=41) == CONTENT
    assert link_hash(FIRST_PREVIOUS, 1, AT_US, CONTENT) == FIRST_LINK
    assert link_hash(FIRST_LINK, 2, AT_US + 1, CONTENT) == SECOND_LINK
