"""The chain over recorded decisions, and what their metrics are counted by."""

from collections.abc import Iterator
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from agent.audit.content import (
    FIRST_PREVIOUS,
    Parts,
    SealedRecord,
    facts_digest,
    inputs_digest,
    link_hash,
    record_digest,
    traces_digest,
)

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BATCH = 200
KEEP_KILL_ZONES = "UPDATE decisions SET kill_zone = decision::jsonb #>> '{session,kill_zone}'"
NUMBER_TRACES = "UPDATE rule_traces t SET decision_seq = d.seq FROM decisions d WHERE d.run_id = t.run_id"
DECISIONS = """
SELECT d.owner_id, d.decision_id, d.run_id, d.symbol, d.status, d.as_of, d.kill_zone, d.decision, d.decision_hash,
    d.rulebook_hash, d.code_version, d.seq, d.created_at, d.facts::text AS facts, r.inputs,
    (extract(epoch FROM d.created_at) * 1000000)::bigint AS at_us
FROM decisions d JOIN runs r ON r.run_id = d.run_id
WHERE (d.owner_id, d.seq) > (:owner_id, :seq)
ORDER BY d.owner_id, d.seq
LIMIT :batch
"""
TRACES = """
SELECT run_id, position, rule_id, node, outcome, verdict::text AS verdict
FROM rule_traces WHERE run_id = ANY (:run_ids)
ORDER BY run_id, position
"""
LINK = """
INSERT INTO audit_chain (owner_id, seq, decision_id, run_id, parts, content_hash, previous_hash, hash, created_at)
VALUES (
    :owner_id, :seq, :decision_id, :run_id, CAST(:parts AS jsonb), :content_hash, :previous_hash, :hash, :created_at
)
"""


def upgrade() -> None:
    """Make the chain, put every decision there is into it, and index what metrics and examples ask for."""
    op.create_table(
        "audit_chain",
        sa.Column("owner_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("parts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decisions.decision_id"]),
        sa.PrimaryKeyConstraint("owner_id", "seq"),
        sa.UniqueConstraint("decision_id", name="audit_chain_one_per_decision"),
        sa.CheckConstraint("seq > 0", name="audit_chain_counts_from_one"),
    )
    op.add_column("decisions", sa.Column("kill_zone", sa.Text(), nullable=True))
    op.add_column("rule_traces", sa.Column("decision_seq", sa.BigInteger(), nullable=True))
    op.drop_index("rule_traces_by_rule", table_name="rule_traces")
    op.drop_index("decisions_by_time", table_name="decisions")
    op.execute("SET LOCAL ict.maintenance = on")
    op.execute(KEEP_KILL_ZONES)
    op.execute(NUMBER_TRACES)
    op.execute("SET LOCAL ict.maintenance = off")
    _chain_what_is_there(op.get_bind())
    op.create_index(
        "rule_traces_by_rule",
        "rule_traces",
        ["owner_id", "rule_id", "outcome", "decision_seq"],
        postgresql_where=sa.text("decision_seq IS NOT NULL"),
    )
    op.create_index(
        "decisions_by_time",
        "decisions",
        ["owner_id", "created_at"],
        postgresql_include=["seq", "symbol", "status", "kill_zone", "as_of"],
    )
    op.execute(
        "CREATE TRIGGER audit_chain_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_chain "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_changes()"
    )


def downgrade() -> None:
    """Drop everything this step made."""
    op.drop_table("audit_chain")
    op.drop_index("decisions_by_time", table_name="decisions")
    op.drop_index("rule_traces_by_rule", table_name="rule_traces")
    op.drop_column("rule_traces", "decision_seq")
    op.drop_column("decisions", "kill_zone")
    op.create_index("rule_traces_by_rule", "rule_traces", ["owner_id", "rule_id", "outcome"])
    op.create_index("decisions_by_time", "decisions", ["owner_id", "created_at"])


def _chain_what_is_there(connection: sa.Connection) -> None:
    last_seq: dict[str, int] = {}
    last_hash: dict[str, str] = {}
    for decision, traces in _decisions(connection):
        owner_id = decision["owner_id"]
        seq, previous = last_seq.get(owner_id, 0) + 1, last_hash.get(owner_id, FIRST_PREVIOUS)
        parts = Parts(
            record=record_digest(SealedRecord(**{name: decision[name] for name in SealedRecord.__dataclass_fields__})),
            facts=facts_digest(orjson.loads(decision["facts"])),
            traces=traces_digest(traces),
            inputs=inputs_digest(decision["inputs"]),
        )
        content_hash = parts.content_hash(decision["seq"])
        link = {
            "owner_id": owner_id,
            "seq": seq,
            "decision_id": decision["decision_id"],
            "run_id": decision["run_id"],
            "parts": orjson.dumps(parts).decode(),
            "content_hash": content_hash,
            "previous_hash": previous,
            "hash": link_hash(previous, seq, decision["at_us"], content_hash),
            "created_at": decision["created_at"],
        }
        connection.execute(sa.text(LINK), link)
        last_seq[owner_id], last_hash[owner_id] = seq, link["hash"]


def _decisions(connection: sa.Connection) -> Iterator[tuple[dict[str, Any], list[tuple[int, str, str, str, Any]]]]:
    reached = {"owner_id": "", "seq": 0}
    while rows := connection.execute(sa.text(DECISIONS), {**reached, "batch": BATCH}).mappings().all():
        traces: dict[str, list[tuple[int, str, str, str, Any]]] = {row["run_id"]: [] for row in rows}
        for one in connection.execute(sa.text(TRACES), {"run_ids": list(traces)}).mappings():
            verdict = orjson.loads(one["verdict"])
            traces[one["run_id"]].append((one["position"], one["rule_id"], one["node"], one["outcome"], verdict))
        for row in rows:
            yield dict(row), traces[row["run_id"]]
        reached = {"owner_id": rows[-1]["owner_id"], "seq": rows[-1]["seq"]}
