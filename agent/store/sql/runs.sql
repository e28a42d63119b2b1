-- Every statement of the store that is worth a name. Each is one implicit transaction: connections are in autocommit
-- mode, and a statement with several WITH parts commits all of them or none.


-- name: keep_rulebook
-- Once a process and rulebook, before the first run that is judged by it.
INSERT INTO rulebooks (hash, profile, snapshot) VALUES (%(hash)s, %(profile)s, %(snapshot)s) ON CONFLICT DO NOTHING;


-- name: accept_run
-- The run with all it will need, committed before the caller hears of it. A window that is already stored is left
-- alone.
WITH new_windows AS (
    INSERT INTO input_windows (owner_id, sha256, payload)
    SELECT %(owner_id)s, sha256, payload
    FROM unnest(%(window_sha256)b::text[], %(payloads)b::bytea[]) AS given (sha256, payload)
    ON CONFLICT DO NOTHING
)
INSERT INTO runs (run_id, owner_id, symbol, profile, rulebook_hash, as_of, status, inputs, window_sha256, worker, attempt)
VALUES (
    %(run_id)s, %(owner_id)s, %(symbol)s, %(profile)s, %(rulebook_hash)s, %(as_of)s, 'accepted', %(inputs)s,
    %(window_sha256)b, %(worker)s, 1
);


-- name: append_events
-- Events of a run that still belongs to this attempt; no row means that it does not. They may be lost with the
-- machine's power, since the walk makes the same ones again: the commit does not wait for the disk.
WITH mine AS (
    UPDATE runs
    SET status = 'running', started_at = coalesce(started_at, now()), last_seq = %(last_seq)s
    WHERE run_id = %(run_id)s AND attempt = %(attempt)s AND status IN ('accepted', 'running')
    RETURNING run_id, owner_id, cancel_requested_at, set_config('synchronous_commit', 'off', true)
), added AS (
    INSERT INTO run_events (run_id, seq, owner_id, event, data)
    SELECT run_id, given.seq, owner_id, given.event, given.data
    FROM mine, unnest(%(seqs)b::int[], %(events)b::text[], %(documents)b::text[]) AS given (seq, event, data)
)
SELECT cancel_requested_at IS NOT NULL AS is_cancelled FROM mine;


-- name: complete_run
-- The last events, the decision, its whole trace and its link of the owner's chain, together or not at all. No row: the
-- run is another's, or somebody asked to cancel it first. It follows `lock_chain` in one transaction, so that the head
-- it reads is the head. What it seals is laid down in agent/audit/content.py.
WITH mine AS (
    UPDATE runs
    SET status = 'completed', started_at = coalesce(started_at, now()), finished_at = now(), last_seq = %(last_seq)s
    WHERE run_id = %(run_id)s AND attempt = %(attempt)s AND status IN ('accepted', 'running')
        AND cancel_requested_at IS NULL
    RETURNING run_id, owner_id, symbol, as_of, rulebook_hash, encode(sha256(convert_to(inputs, 'UTF8')), 'hex') AS inputs
), added AS (
    INSERT INTO run_events (run_id, seq, owner_id, event, data)
    SELECT run_id, given.seq, owner_id, given.event, given.data
    FROM mine, unnest(%(seqs)b::int[], %(events)b::text[], %(documents)b::text[]) AS given (seq, event, data)
), decided AS (
    INSERT INTO decisions (
        decision_id, run_id, owner_id, symbol, status, as_of, decision, decision_hash, facts, rulebook_hash,
        code_version, kill_zone
    )
    SELECT
        %(decision_id)s, run_id, owner_id, symbol, %(status)s, as_of, %(decision)s, %(decision_hash)s, %(facts)s::jsonb,
        rulebook_hash, %(code_version)s, %(kill_zone)s
    FROM mine
    RETURNING run_id, owner_id, seq
), traced AS (
    INSERT INTO rule_traces (run_id, position, owner_id, rule_id, node, outcome, verdict, decision_seq)
    SELECT run_id, given.position, owner_id, given.rule_id, given.node, given.outcome, given.verdict::jsonb, decided.seq
    FROM decided, unnest(
        %(rule_ids)b::text[], %(nodes)b::text[], %(outcomes)b::text[], %(verdicts)b::text[]
    ) WITH ORDINALITY AS given (rule_id, node, outcome, verdict, position)
), head AS (
    SELECT last.seq, last.hash
    FROM mine, LATERAL (
        SELECT seq, hash FROM audit_chain WHERE owner_id = mine.owner_id ORDER BY seq DESC LIMIT 1
    ) last
), sealed AS (
    SELECT
        mine.run_id, mine.owner_id, mine.inputs, coalesce(head.seq, 0) + 1 AS seq,
        coalesce(head.hash, repeat('0', 64)) AS previous_hash,
        encode(sha256(convert_to(format(
            '{"decision_seq":%%s,"facts":"%%s","inputs":"%%s","record":"%%s","traces":"%%s"}',
            decided.seq, %(facts_digest)s::text, mine.inputs, %(record_digest)s::text, %(traces_digest)s::text
        ), 'UTF8')), 'hex') AS content_hash
    FROM mine JOIN decided ON true LEFT JOIN head ON true
), chained AS (
    INSERT INTO audit_chain (owner_id, seq, decision_id, run_id, parts, content_hash, previous_hash, hash)
    SELECT
        owner_id, seq, %(decision_id)s, run_id,
        jsonb_build_object(
            'facts', %(facts_digest)s::text, 'inputs', inputs, 'record', %(record_digest)s::text,
            'traces', %(traces_digest)s::text
        ),
        content_hash, previous_hash,
        encode(sha256(
            decode(previous_hash, 'hex') || int8send(seq) || int8send((extract(epoch FROM now()) * 1000000)::bigint)
            || decode(content_hash, 'hex')
        ), 'hex')
    FROM sealed
)
SELECT run_id FROM mine;


-- name: end_run
-- An ending without a decision (failed or cancelled), with the trace as far as it came. No row: the run is another's.
WITH mine AS (
    UPDATE runs
    SET status = %(status)s, finished_at = now(), last_seq = %(last_seq)s, error = %(error)s::jsonb
    WHERE run_id = %(run_id)s AND attempt = %(attempt)s AND status IN ('accepted', 'running')
    RETURNING run_id, owner_id
), added AS (
    INSERT INTO run_events (run_id, seq, owner_id, event, data)
    SELECT run_id, given.seq, owner_id, given.event, given.data
    FROM mine, unnest(%(seqs)b::int[], %(events)b::text[], %(documents)b::text[]) AS given (seq, event, data)
), traced AS (
    INSERT INTO rule_traces (run_id, position, owner_id, rule_id, node, outcome, verdict)
    SELECT run_id, given.position, owner_id, given.rule_id, given.node, given.outcome, given.verdict::jsonb
    FROM mine, unnest(
        %(rule_ids)b::text[], %(nodes)b::text[], %(outcomes)b::text[], %(verdicts)b::text[]
    ) WITH ORDINALITY AS given (rule_id, node, outcome, verdict, position)
)
SELECT run_id FROM mine;


-- name: request_cancel
-- Durable: whoever executes the run sees it at its next write, and whoever takes it up sees it first.
UPDATE runs
SET cancel_requested_at = coalesce(cancel_requested_at, now())
WHERE run_id = %(run_id)s AND owner_id = %(owner_id)s AND status IN ('accepted', 'running')
RETURNING run_id;


-- name: claim_orphans
-- Take over runs that nobody executes: their worker's lock is gone, or they are this worker's and it let go of them.
-- The keys of living workers are read once, so that the condition can be tested again on a row another sweep changed.
UPDATE runs
SET attempt = attempt + 1, worker = %(worker)s
WHERE run_id IN (
    SELECT run_id FROM runs
    WHERE status IN ('accepted', 'running')
        AND (
            worker <> ALL (ARRAY(
                SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks
                WHERE locktype = 'advisory' AND objsubid = 1 AND granted
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            ))
            OR (worker = %(worker)s AND run_id <> ALL (%(executing)s::text[]))
        )
    ORDER BY created_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
RETURNING run_id, owner_id, rulebook_hash, attempt, cancel_requested_at IS NOT NULL AS is_cancelled;


-- name: stored_events
-- What an earlier attempt wrote.
SELECT seq, event, data FROM run_events WHERE run_id = %(run_id)s AND owner_id = %(owner_id)s ORDER BY seq;


-- name: read_events
-- A page of a run's events. A run without further events gives one row with no event; an unknown run gives none.
SELECT e.seq, e.event, e.data, e.at, r.last_seq, r.status IN ('completed', 'failed', 'cancelled') AS has_ended
FROM runs r
LEFT JOIN LATERAL (
    SELECT seq, event, data, at FROM run_events
    WHERE run_id = r.run_id AND owner_id = r.owner_id AND seq > %(after)s
    ORDER BY seq
    LIMIT %(limit)s
) e ON true
WHERE r.run_id = %(run_id)s AND r.owner_id = %(owner_id)s
ORDER BY e.seq;


-- name: get_run
SELECT r.run_id, r.symbol, r.status, r.profile, r.rulebook_hash, r.as_of, r.attempt, r.last_seq, r.error,
    r.created_at, r.started_at, r.finished_at, r.cancel_requested_at, d.decision_id, d.decision
FROM runs r
LEFT JOIN decisions d ON d.run_id = r.run_id AND d.owner_id = r.owner_id
WHERE r.run_id = %(run_id)s AND r.owner_id = %(owner_id)s;


-- name: get_inputs
SELECT inputs, window_sha256 FROM runs WHERE run_id = %(run_id)s AND owner_id = %(owner_id)s;


-- name: get_windows
SELECT sha256, payload FROM input_windows WHERE owner_id = %(owner_id)s AND sha256 = ANY (%(sha256)s);


-- name: get_rulebook
SELECT snapshot FROM rulebooks WHERE hash = %(hash)s;


-- name: get_decision
SELECT decision_id, run_id, symbol, status, as_of, decision, decision_hash, facts, rulebook_hash, code_version, created_at
FROM decisions
WHERE decision_id = %(decision_id)s AND owner_id = %(owner_id)s;


-- name: get_decision_of_run
SELECT decision_id, run_id, symbol, status, as_of, decision, decision_hash, facts, rulebook_hash, code_version, created_at
FROM decisions
WHERE run_id = %(run_id)s AND owner_id = %(owner_id)s;


-- name: get_traces
SELECT verdict FROM rule_traces WHERE run_id = %(run_id)s AND owner_id = %(owner_id)s ORDER BY position;


-- name: count_decisions
-- {filters} are conditions this package writes itself; what the caller gave comes as parameters.
SELECT count(*) AS total FROM decisions WHERE {filters};


-- name: page_decisions
SELECT decision_id, run_id, symbol, status, as_of, decision, decision_hash, facts, rulebook_hash, code_version, created_at
FROM decisions
WHERE {filters}
ORDER BY seq DESC
LIMIT %(limit)s OFFSET %(offset)s;


-- name: count_runs
SELECT count(*) AS total FROM runs r WHERE {filters};


-- name: page_runs
SELECT r.run_id, r.symbol, r.status, r.profile, r.rulebook_hash, r.as_of, r.attempt, r.last_seq, r.error,
    r.created_at, r.started_at, r.finished_at, r.cancel_requested_at, d.decision_id, d.decision
FROM runs r
LEFT JOIN decisions d ON d.run_id = r.run_id AND d.owner_id = r.owner_id
WHERE {filters}
ORDER BY r.created_at DESC, r.run_id DESC
LIMIT %(limit)s OFFSET %(offset)s;


-- name: hold_worker_key
-- A worker is alive for as long as this session is. Over a network a dead one is noticed within half a minute.
SELECT
    pg_try_advisory_lock(%(key)s::bigint) AS is_held,
    set_config('tcp_keepalives_idle', '10', false),
    set_config('tcp_keepalives_interval', '5', false),
    set_config('tcp_keepalives_count', '3', false);


-- name: health
SELECT version() AS version;


-- name: current_migration
SELECT version_num FROM alembic_version;
