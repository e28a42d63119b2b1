-- The chain over recorded decisions, and what is asked of the record as a whole.


-- name: lock_chain
-- One writer at a time for an owner's chain, until its transaction ends; two numbers, so that no worker's key is meant.
SELECT pg_advisory_xact_lock(452, hashtext(%(owner_id)s));


-- name: has_chain
SELECT to_regclass('audit_chain') IS NOT NULL AS is_there;


-- name: chain_head
-- The last link, and how many decisions there are.
SELECT c.seq, c.hash, (SELECT count(*) FROM decisions WHERE owner_id = %(owner_id)s) AS decisions
FROM (VALUES (1)) once LEFT JOIN LATERAL (
    SELECT seq, hash FROM audit_chain WHERE owner_id = %(owner_id)s AND seq > 0 ORDER BY seq DESC LIMIT 1
) c ON true;


-- name: chain_link
SELECT seq, hash FROM audit_chain WHERE owner_id = %(owner_id)s AND seq = %(seq)s;


-- name: chain_links
-- A page of links with what they seal, as far as it is still there.
SELECT c.seq, c.decision_id, c.run_id, c.parts, c.content_hash, c.previous_hash, c.hash,
    CASE WHEN isfinite(c.created_at) THEN (extract(epoch FROM c.created_at) * 1000000)::bigint ELSE 0 END AS at_us,
    d.seq AS decision_seq, d.run_id AS decided_run_id, d.symbol, d.status, d.as_of, d.kill_zone, d.decision, d.decision_hash,
    d.rulebook_hash, d.code_version, d.facts::text AS facts, d.created_at = c.created_at AS is_time_kept,
    r.inputs, r.window_sha256, r.symbol AS run_symbol, r.as_of AS run_as_of, r.rulebook_hash AS run_rulebook_hash,
    r.status AS run_status
FROM audit_chain c
LEFT JOIN decisions d ON d.decision_id = c.decision_id AND d.owner_id = c.owner_id
LEFT JOIN runs r ON r.run_id = c.run_id AND r.owner_id = c.owner_id
WHERE c.owner_id = %(owner_id)s AND c.seq > %(after)s
ORDER BY c.seq
LIMIT %(limit)s;


-- name: sealed_traces
SELECT run_id, position, rule_id, node, outcome, verdict::text AS verdict, decision_seq
FROM rule_traces
WHERE run_id = ANY (%(run_ids)s) AND owner_id = %(owner_id)s
ORDER BY run_id, position;


-- name: stored_digests
-- What the kept windows are, by the name they are kept under.
SELECT sha256, encode(sha256(payload), 'hex') AS is_really
FROM input_windows
WHERE owner_id = %(owner_id)s AND sha256 = ANY (%(sha256)s);


-- name: kept_rulebooks
SELECT hash, snapshot FROM rulebooks WHERE hash = ANY (%(hashes)s);


-- name: count_below_start
-- Links at places no chain has: it counts from 1.
SELECT count(*) AS total FROM audit_chain WHERE owner_id = %(owner_id)s AND seq < 1;


-- name: links_below_start
SELECT decision_id, seq AS place FROM audit_chain WHERE owner_id = %(owner_id)s AND seq < 1
ORDER BY seq DESC
LIMIT %(limit)s;


-- name: count_outside
-- What has no link, by the place in the chain it would have.
SELECT count(*) AS total
FROM decisions d
WHERE d.owner_id = %(owner_id)s
    AND NOT EXISTS (
        SELECT FROM audit_chain c WHERE c.decision_id = d.decision_id AND c.owner_id = d.owner_id AND c.seq > 0
    );


-- name: decisions_outside
SELECT d.decision_id, d.run_id, (
    SELECT count(*) + 1 FROM audit_chain c JOIN decisions e ON e.decision_id = c.decision_id
    WHERE c.owner_id = d.owner_id AND c.seq > 0 AND e.seq < d.seq
) AS place
FROM decisions d
WHERE d.owner_id = %(owner_id)s
    AND NOT EXISTS (
        SELECT FROM audit_chain c WHERE c.decision_id = d.decision_id AND c.owner_id = d.owner_id AND c.seq > 0
    )
ORDER BY d.seq
LIMIT %(limit)s;


-- name: count_undecided
-- Runs that completed, whose decision and link are both gone.
SELECT count(*) AS total
FROM runs r
WHERE r.owner_id = %(owner_id)s AND r.status = 'completed'
    AND NOT EXISTS (SELECT FROM decisions d WHERE d.run_id = r.run_id AND d.owner_id = r.owner_id)
    AND NOT EXISTS (SELECT FROM audit_chain c WHERE c.run_id = r.run_id AND c.owner_id = r.owner_id AND c.seq > 0);


-- name: undecided_runs
SELECT r.run_id, (
    SELECT count(*) + 1 FROM audit_chain c
    WHERE c.owner_id = r.owner_id AND c.seq > 0 AND c.created_at < r.finished_at
) AS place
FROM runs r
WHERE r.owner_id = %(owner_id)s AND r.status = 'completed'
    AND NOT EXISTS (SELECT FROM decisions d WHERE d.run_id = r.run_id AND d.owner_id = r.owner_id)
    AND NOT EXISTS (SELECT FROM audit_chain c WHERE c.run_id = r.run_id AND c.owner_id = r.owner_id AND c.seq > 0)
ORDER BY r.finished_at, r.run_id
LIMIT %(limit)s;


-- name: decisions_to_replay
-- Every decision there is now, oldest first.
SELECT decision_id
FROM decisions
WHERE owner_id = %(owner_id)s AND (%(since)s::timestamptz IS NULL OR created_at >= %(since)s)
ORDER BY seq;


-- name: replay_material
SELECT d.decision_id, d.run_id, d.seq, d.symbol, d.status, d.as_of, d.decision, d.decision_hash, d.rulebook_hash,
    r.inputs, r.window_sha256
FROM decisions d JOIN runs r ON r.run_id = d.run_id AND r.owner_id = d.owner_id
WHERE d.owner_id = %(owner_id)s AND d.decision_id = ANY (%(decision_ids)s)
ORDER BY d.seq;


-- name: rule_examples
-- The newest verdicts of one rule with each wanted outcome, and what they were part of.
SELECT t.outcome, t.verdict, d.run_id, d.decision_id, d.symbol, d.status, d.as_of, d.created_at
FROM unnest(%(outcomes)s::text[]) AS wanted (outcome)
CROSS JOIN LATERAL (
    SELECT outcome, verdict, decision_seq FROM rule_traces
    WHERE owner_id = %(owner_id)s AND rule_id = %(rule_id)s AND outcome = wanted.outcome AND decision_seq IS NOT NULL
    ORDER BY decision_seq DESC
    LIMIT %(limit)s
) t
JOIN decisions d ON d.seq = t.decision_seq AND d.owner_id = %(owner_id)s
ORDER BY t.decision_seq DESC
LIMIT %(limit)s;


-- name: count_rule_examples
SELECT count(*) AS total FROM rule_traces
WHERE owner_id = %(owner_id)s AND rule_id = %(rule_id)s AND outcome = ANY (%(outcomes)s) AND decision_seq IS NOT NULL;


-- name: count_decisions_by
-- Every count in one pass: by status alone, and by status within symbol, kill zone and New York hour.
SELECT status, symbol, kill_zone, hour, grouping(symbol, kill_zone, hour) AS by_what, count(*) AS decisions
FROM (
    SELECT status, symbol, kill_zone,
        extract(hour FROM to_timestamp(as_of) AT TIME ZONE 'America/New_York')::int AS hour
    FROM decisions
    WHERE {filters}
) counted
GROUP BY GROUPING SETS ((status), (status, symbol), (status, kill_zone), (status, hour));


-- name: count_rules
-- Of every recorded decision.
SELECT rule_id, outcome, count(*) AS verdicts
FROM rule_traces
WHERE owner_id = %(owner_id)s AND decision_seq IS NOT NULL
GROUP BY rule_id, outcome;


-- name: count_rules_of
-- Of the decisions that meet conditions.
SELECT t.rule_id, t.outcome, count(*) AS verdicts
FROM rule_traces t
JOIN (SELECT seq FROM decisions WHERE {filters}) d ON d.seq = t.decision_seq
WHERE t.owner_id = %(owner_id)s AND t.decision_seq IS NOT NULL
GROUP BY t.rule_id, t.outcome;
