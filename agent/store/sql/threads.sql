-- Threads, their runs and the runs' events. Statements that follow `lock_thread` in one transaction see whatever its
-- last holder committed, so that two workers never both find a thread free. `seen_threads` is a view: the threads that
-- anybody may still see, each with how it stands.


-- name: lock_thread
SELECT thread_id FROM threads WHERE thread_id = %(thread_id)s AND owner_id = %(owner_id)s FOR UPDATE;


-- name: create_thread
-- Ids are unique over all owners, since the states lie by thread id alone. No row: it is there already.
INSERT INTO threads (thread_id, owner_id, title, metadata, is_stateless)
VALUES (%(thread_id)s, %(owner_id)s, %(title)s, %(metadata)s::jsonb, %(is_stateless)s)
ON CONFLICT DO NOTHING
RETURNING thread_id;


-- name: get_thread
-- The values are as long as the conversation, and are fetched only where they are shown.
SELECT thread_id, assistant_id, title, metadata, CASE WHEN %(with_values)s THEN values END AS values, grounded, status,
    created_at, updated_at
FROM seen_threads
WHERE thread_id = %(thread_id)s AND owner_id = %(owner_id)s;


-- name: count_threads
-- {filters} are conditions this package writes itself; what the caller gave comes as parameters.
SELECT count(*) AS total FROM seen_threads t WHERE t.owner_id = %(owner_id)s AND NOT t.is_stateless AND {filters};


-- name: page_threads
-- {order} is one this package writes itself too.
SELECT t.thread_id, t.assistant_id, t.title, t.metadata, CASE WHEN %(with_values)s THEN t.values END AS values, t.grounded,
    t.status, t.created_at, t.updated_at
FROM seen_threads t
WHERE t.owner_id = %(owner_id)s AND NOT t.is_stateless AND {filters}
ORDER BY {order}
LIMIT %(limit)s OFFSET %(offset)s;


-- name: update_thread
-- One row where the thread is there; `fits` is false, and nothing is written, where its metadata would grow too long.
WITH merged AS (
    SELECT thread_id, metadata || %(metadata)s::jsonb AS metadata
    FROM threads
    WHERE thread_id = %(thread_id)s AND owner_id = %(owner_id)s AND (deletes_at IS NULL OR deletes_at > now())
    FOR UPDATE
), updated AS (
    UPDATE threads t
    SET title = coalesce(%(title)s, title), metadata = merged.metadata, updated_at = now()
    FROM merged
    WHERE t.thread_id = merged.thread_id AND octet_length(merged.metadata::text) <= %(most)s
    RETURNING t.thread_id
)
SELECT EXISTS (SELECT FROM updated) AS fits FROM merged;


-- name: condemn_thread
-- From here on nobody sees the thread or starts anything on it; its rows go once its runs have ended.
UPDATE threads
SET deletes_at = now()
WHERE thread_id = %(thread_id)s AND owner_id = %(owner_id)s AND (deletes_at IS NULL OR deletes_at > now())
RETURNING thread_id;


-- name: condemned_threads
SELECT thread_id, owner_id
FROM threads t
WHERE deletes_at <= now()
    AND NOT EXISTS (SELECT FROM thread_runs r WHERE r.thread_id = t.thread_id AND r.status IN ('pending', 'running'))
ORDER BY deletes_at
LIMIT %(limit)s;


-- name: delete_thread
-- A condemned thread without an open run, with everything that hangs on it. It follows `lock_thread`.
WITH gone AS (
    DELETE FROM threads t
    WHERE thread_id = %(thread_id)s AND owner_id = %(owner_id)s AND deletes_at <= now()
        AND NOT EXISTS (
            SELECT FROM thread_runs r WHERE r.thread_id = t.thread_id AND r.status IN ('pending', 'running')
        )
    RETURNING thread_id
), runs AS (
    DELETE FROM thread_runs r USING gone WHERE r.thread_id = gone.thread_id RETURNING r.run_id
), events AS (
    DELETE FROM thread_events e USING runs WHERE e.run_id = runs.run_id
), writes AS (
    DELETE FROM checkpoint_writes c USING gone WHERE c.thread_id = gone.thread_id
), spending AS (
    DELETE FROM thread_spending s USING gone WHERE s.thread_id = gone.thread_id
), blobs AS (
    DELETE FROM checkpoint_blobs c USING gone WHERE c.thread_id = gone.thread_id
), states AS (
    DELETE FROM checkpoints c USING gone WHERE c.thread_id = gone.thread_id
)
SELECT thread_id FROM gone;


-- name: accept_thread_run
-- It follows `lock_thread`. The run begins at once if its thread is free and a worker offers itself. With `interrupt`
-- the thread's open runs are asked to end in the same transaction. Always one row: the run, or why there is none.
WITH open AS (
    SELECT run_id, seq FROM thread_runs
    WHERE thread_id = %(thread_id)s AND owner_id = %(owner_id)s AND status IN ('pending', 'running')
), found AS (
    SELECT
        (SELECT run_id FROM open ORDER BY seq LIMIT 1) AS open_run_id,
        (SELECT count(*) FROM open) >= %(most_open)s AS is_full,
        %(checkpoint_id)s::text IS NULL OR EXISTS (
            SELECT FROM checkpoints
            WHERE thread_id = %(thread_id)s AND checkpoint_ns = '' AND checkpoint_id = %(checkpoint_id)s::text
        ) AS has_state
), thread AS (
    UPDATE threads
    SET assistant_id = %(assistant_id)s, title = coalesce(title, %(title)s), updated_at = now(),
        metadata = metadata
            || jsonb_build_object('assistant_id', %(assistant_id)s::text, 'graph_id', %(graph_id)s::text)
    FROM found
    WHERE thread_id = %(thread_id)s AND owner_id = %(owner_id)s AND deletes_at IS NULL AND has_state AND NOT is_full
        AND (%(strategy)s::text <> 'reject' OR open_run_id IS NULL)
    RETURNING thread_id, owner_id, title, open_run_id IS NOT NULL OR %(worker)s::bigint IS NULL AS waits
), interrupted AS (
    UPDATE thread_runs r
    SET cancel_requested_at = coalesce(cancel_requested_at, now())
    FROM thread
    WHERE r.thread_id = thread.thread_id AND r.status IN ('pending', 'running') AND %(strategy)s::text = 'interrupt'
    RETURNING r.run_id, r.seq
), added AS (
    INSERT INTO thread_runs (run_id, thread_id, owner_id, assistant_id, status, request, input, worker, started_at)
    SELECT
        %(run_id)s, thread_id, owner_id, %(assistant_id)s, CASE WHEN waits THEN 'pending' ELSE 'running' END,
        %(request)s, %(input)s, CASE WHEN waits THEN NULL ELSE %(worker)s::bigint END,
        CASE WHEN waits THEN NULL ELSE now() END
    FROM thread
    RETURNING run_id, status, worker, last_seq, created_at, updated_at
)
SELECT added.*, found.*,
    (SELECT title FROM thread) AS title,
    ARRAY(SELECT run_id FROM interrupted ORDER BY seq) AS interrupted,
    EXISTS (
        SELECT FROM threads
        WHERE thread_id = %(thread_id)s AND owner_id = %(owner_id)s AND deletes_at IS NULL
    ) AS is_there
FROM found LEFT JOIN added ON true;


-- name: claim_thread_runs
-- The oldest waiting run of each thread where none is running; of every thread, or of those of our own runs. Two workers
-- that do so at once never get the same one, nor two of one thread: the second sees the first still open.
WITH next AS MATERIALIZED (
    SELECT run_id FROM thread_runs r
    WHERE status = 'pending'
        AND (
            %(is_any)s
            OR thread_id IN (SELECT mine.thread_id FROM thread_runs mine WHERE mine.run_id = ANY (%(own)s::text[]))
        )
        AND NOT EXISTS (
            SELECT FROM thread_runs earlier
            WHERE earlier.thread_id = r.thread_id AND earlier.status IN ('pending', 'running') AND earlier.seq < r.seq
        )
    ORDER BY seq
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
UPDATE thread_runs r
SET status = 'running', worker = %(worker)s, started_at = now(), updated_at = now()
FROM next, threads t
WHERE r.run_id = next.run_id AND t.thread_id = r.thread_id
RETURNING r.run_id, r.thread_id, r.owner_id, r.assistant_id, r.status, r.request, r.input, r.error, r.worker, r.last_seq,
    r.has_log, r.created_at, r.updated_at, r.cancel_requested_at, t.title;


-- name: append_thread_events
-- Events of any number of runs that still are this worker's, in one commit that does not wait for the disk: a run's
-- ending does. A run that gives no row is another's, or has ended; its events are not kept. Done twice, as a commit is
-- whose answer was lost, it changes nothing more.
WITH given AS (
    SELECT run_id, seq, event, data
    FROM unnest(%(run_ids)b::text[], %(seqs)b::int[], %(events)b::text[], %(documents)b::text[])
        AS given (run_id, seq, event, data)
), mine AS (
    UPDATE thread_runs r
    SET last_seq = greatest(r.last_seq, latest.seq), updated_at = now()
    FROM (SELECT run_id, max(seq) AS seq FROM given GROUP BY run_id) latest
    WHERE r.run_id = latest.run_id AND r.status = 'running' AND r.worker = %(worker)s
    RETURNING r.run_id, r.owner_id, r.cancel_requested_at, set_config('synchronous_commit', 'off', true)
), added AS (
    INSERT INTO thread_events (run_id, seq, owner_id, event, data)
    SELECT mine.run_id, given.seq, mine.owner_id, given.event, given.data FROM mine JOIN given USING (run_id)
    ON CONFLICT (run_id, seq) DO NOTHING
)
SELECT run_id, cancel_requested_at IS NOT NULL AS is_cancelled FROM mine;


-- name: end_thread_run
-- A run's last events, its status and what it leaves in its thread. It follows `lock_thread`, so that a run accepted
-- meanwhile is seen by whoever looks for the next one. `worker` is null for a run that never began. No row: it is no
-- longer that worker's, or has ended. An input of great length (candles) is not kept any further.
WITH ended AS (
    UPDATE thread_runs
    SET status = %(status)s, error = %(error)s, updated_at = now(),
        input = CASE WHEN octet_length(input) <= %(kept_input)s THEN input END,
        last_seq = last_seq + cardinality(%(events)b::text[])
    WHERE run_id = %(run_id)s AND thread_id = %(thread_id)s AND owner_id = %(owner_id)s
        AND status IN ('pending', 'running') AND worker IS NOT DISTINCT FROM %(worker)s::bigint
    RETURNING run_id, thread_id, owner_id, last_seq - cardinality(%(events)b::text[]) AS written
), added AS (
    INSERT INTO thread_events (run_id, seq, owner_id, event, data)
    SELECT ended.run_id, ended.written + given.position, ended.owner_id, given.event, given.data
    FROM ended, unnest(%(events)b::text[], %(documents)b::text[]) WITH ORDINALITY AS given (event, data, position)
), left_behind AS (
    UPDATE threads t
    SET ended_as = coalesce(%(thread_status)s, ended_as), values = coalesce(%(values)s, values), updated_at = now(),
        grounded = coalesce(%(grounded)s::boolean, grounded),
        deletes_at = CASE
            WHEN %(kept_s)s::float8 IS NOT NULL AND NOT EXISTS (
                SELECT FROM thread_runs r
                WHERE r.thread_id = t.thread_id AND r.status IN ('pending', 'running') AND r.run_id <> %(run_id)s
            )
            THEN coalesce(deletes_at, now() + make_interval(secs => %(kept_s)s::float8))
            ELSE deletes_at
        END
    FROM ended
    WHERE t.thread_id = ended.thread_id
)
SELECT written FROM ended;


-- name: lost_thread_runs
-- Running runs whose worker holds its lock no more, and those under our own key that we are not at.
SELECT run_id, thread_id, owner_id, assistant_id, status, request, NULL AS input, error, worker, last_seq, has_log,
    created_at, updated_at, cancel_requested_at, (SELECT title FROM threads t WHERE t.thread_id = r.thread_id) AS title
FROM thread_runs r
WHERE status = 'running'
    AND (
        worker <> ALL (ARRAY(
            SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks
            WHERE locktype = 'advisory' AND objsubid = 1 AND granted
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        ))
        OR (worker = %(worker)s AND run_id <> ALL (%(executing)s::text[]))
    )
ORDER BY seq
LIMIT %(limit)s;


-- name: cancelled_thread_runs
-- Of the runs a worker is at those that somebody asked to end.
SELECT run_id FROM thread_runs
WHERE run_id = ANY (%(executing)s::text[]) AND status = 'running' AND cancel_requested_at IS NOT NULL;


-- name: request_thread_cancel
-- Durable: the run's worker sees it at its next write or look, and whoever claims it sees it first.
UPDATE thread_runs
SET cancel_requested_at = coalesce(cancel_requested_at, now())
WHERE run_id = %(run_id)s AND thread_id = %(thread_id)s AND owner_id = %(owner_id)s AND status IN ('pending', 'running')
RETURNING run_id;


-- name: open_thread_runs
SELECT run_id FROM thread_runs
WHERE thread_id = %(thread_id)s AND owner_id = %(owner_id)s AND status IN ('pending', 'running')
ORDER BY seq DESC;


-- name: get_thread_run
SELECT run_id, thread_id, owner_id, assistant_id, status, request, NULL AS input, error, worker, last_seq, has_log,
    created_at, updated_at, cancel_requested_at, (SELECT title FROM threads t WHERE t.thread_id = r.thread_id) AS title
FROM thread_runs r
WHERE run_id = %(run_id)s AND thread_id = %(thread_id)s AND owner_id = %(owner_id)s;


-- name: count_thread_runs
SELECT count(*) AS total FROM thread_runs WHERE {filters};


-- name: page_thread_runs
SELECT run_id, thread_id, owner_id, assistant_id, status, request, CASE WHEN %(with_input)s THEN input END AS input, error,
    worker, last_seq, has_log, created_at, updated_at, cancel_requested_at,
    (SELECT title FROM threads t WHERE t.thread_id = r.thread_id) AS title
FROM thread_runs r
WHERE {filters}
ORDER BY seq DESC
LIMIT %(limit)s OFFSET %(offset)s;


-- name: read_thread_events
-- A page of a run's events. A run without further events gives one row with no event; an unknown run gives none.
SELECT e.seq, e.event, e.data, r.last_seq, r.has_log, r.status IN ('success', 'error', 'interrupted') AS has_ended
FROM thread_runs r
LEFT JOIN LATERAL (
    SELECT seq, event, data FROM thread_events
    WHERE run_id = r.run_id AND owner_id = r.owner_id AND seq > %(after)s
    ORDER BY seq
    LIMIT %(limit)s
) e ON true
WHERE r.run_id = %(run_id)s AND r.thread_id = %(thread_id)s AND r.owner_id = %(owner_id)s
ORDER BY e.seq;


-- name: delete_thread_run
WITH gone AS (
    DELETE FROM thread_runs
    WHERE run_id = %(run_id)s AND thread_id = %(thread_id)s AND owner_id = %(owner_id)s
        AND status IN ('success', 'error', 'interrupted')
    RETURNING run_id
), events AS (
    DELETE FROM thread_events e USING gone WHERE e.run_id = gone.run_id
)
SELECT run_id FROM gone;


-- name: spent_on_thread
SELECT tokens, cost_usd FROM thread_spending WHERE thread_id = %(thread_id)s AND owner_id = %(owner_id)s;


-- name: spend_on_thread
-- The cost stays unknown only as long as no call had a price.
INSERT INTO thread_spending AS s (thread_id, owner_id, tokens, cost_usd)
VALUES (%(thread_id)s, %(owner_id)s, %(tokens)s, %(cost_usd)s)
ON CONFLICT (thread_id) DO UPDATE
SET tokens = s.tokens + excluded.tokens,
    cost_usd = coalesce(s.cost_usd + excluded.cost_usd, s.cost_usd, excluded.cost_usd)
WHERE s.owner_id = excluded.owner_id
RETURNING tokens, cost_usd;


-- name: expire_thread_events
-- What readers followed goes a while after a run's end; the run and what it left in its thread's state stay.
WITH due AS (
    SELECT run_id FROM thread_runs
    WHERE has_log AND status IN ('success', 'error', 'interrupted')
        AND updated_at < now() - make_interval(secs => %(kept_s)s::float8)
    ORDER BY updated_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
), events AS (
    DELETE FROM thread_events e USING due WHERE e.run_id = due.run_id
)
UPDATE thread_runs r SET has_log = false FROM due WHERE r.run_id = due.run_id RETURNING r.run_id;


-- name: surplus_thread_states
-- One row where a thread has more states than this many.
SELECT c.thread_id
FROM checkpoints c JOIN threads t USING (thread_id)
WHERE c.thread_id = %(thread_id)s AND t.owner_id = %(owner_id)s AND c.checkpoint_ns = ''
LIMIT 1 OFFSET %(most)s;


-- name: prune_thread_states
-- Keep a thread's newest states, and of the values only those these refer to. It follows `lock_thread`, and does nothing
-- while a run is open: nobody may start from a state that goes.
WITH kept AS MATERIALIZED (
    SELECT c.checkpoint_id, c.checkpoint -> 'channel_versions' AS versions
    FROM checkpoints c JOIN threads t USING (thread_id)
    WHERE c.thread_id = %(thread_id)s AND t.owner_id = %(owner_id)s AND c.checkpoint_ns = ''
        AND NOT EXISTS (
            SELECT FROM thread_runs r WHERE r.thread_id = t.thread_id AND r.status IN ('pending', 'running')
        )
    ORDER BY c.checkpoint_id DESC
    LIMIT %(most)s
), oldest AS MATERIALIZED (
    SELECT min(checkpoint_id) AS checkpoint_id FROM kept HAVING count(*) = %(most)s
), referenced AS MATERIALIZED (
    SELECT DISTINCT named.key, named.value FROM kept, jsonb_each_text(kept.versions) AS named
), states AS (
    DELETE FROM checkpoints c USING oldest
    WHERE c.thread_id = %(thread_id)s AND c.checkpoint_ns = '' AND c.checkpoint_id < oldest.checkpoint_id
    RETURNING c.checkpoint_id
), roots AS (
    UPDATE checkpoints c SET parent_checkpoint_id = NULL FROM oldest
    WHERE c.thread_id = %(thread_id)s AND c.checkpoint_ns = '' AND c.checkpoint_id >= oldest.checkpoint_id
        AND c.parent_checkpoint_id < oldest.checkpoint_id
), writes AS (
    DELETE FROM checkpoint_writes w USING oldest
    WHERE w.thread_id = %(thread_id)s AND w.checkpoint_ns = '' AND w.checkpoint_id < oldest.checkpoint_id
), blobs AS (
    DELETE FROM checkpoint_blobs b USING oldest
    WHERE b.thread_id = %(thread_id)s AND b.checkpoint_ns = ''
        AND (b.channel, b.version) NOT IN (SELECT key, value FROM referenced)
)
SELECT count(*) AS pruned FROM states;


-- name: page_thread_states
-- States without their values, newest first.
SELECT c.checkpoint_id, c.parent_checkpoint_id, c.metadata, c.checkpoint ->> 'ts' AS created_at
FROM checkpoints c JOIN threads t USING (thread_id)
WHERE c.thread_id = %(thread_id)s AND t.owner_id = %(owner_id)s AND c.checkpoint_ns = '' AND {filters}
ORDER BY c.checkpoint_id DESC
LIMIT %(limit)s;
