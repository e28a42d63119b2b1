-- Threads, their runs and the runs' events. Statements that follow `lock_thread` in one transaction see whatever its
-- last holder committed, so that two workers never both find a thread free.


-- name: lock_thread
SELECT thread_id FROM threads WHERE thread_id = %(thread_id)s AND owner_id = %(owner_id)s FOR UPDATE;


-- name: create_thread
-- Ids are unique over all owners, since the states lie by thread id alone. No row: it is there already.
INSERT INTO threads (thread_id, owner_id, title, metadata, is_stateless)
VALUES (%(thread_id)s, %(owner_id)s, %(title)s, %(metadata)s::jsonb, %(is_stateless)s)
ON CONFLICT DO NOTHING
RETURNING thread_id;


-- name: get_thread
SELECT t.thread_id, t.assistant_id, t.title, t.metadata, t.values, t.created_at, t.updated_at,
    CASE
        WHEN EXISTS (SELECT FROM thread_runs r WHERE r.thread_id = t.thread_id AND r.status IN ('pending', 'running'))
        THEN 'busy' ELSE t.ended_as
    END AS status
FROM threads t
WHERE t.thread_id = %(thread_id)s AND t.owner_id = %(owner_id)s AND (t.deletes_at IS NULL OR t.deletes_at > now());


-- name: count_threads
-- {filters} are conditions this package writes itself; what the caller gave comes as parameters.
SELECT count(*) AS total
FROM (
    SELECT *,
        CASE
            WHEN EXISTS (
                SELECT FROM thread_runs r WHERE r.thread_id = t.thread_id AND r.status IN ('pending', 'running')
            )
            THEN 'busy' ELSE t.ended_as
        END AS status
    FROM threads t
    WHERE t.owner_id = %(owner_id)s AND NOT t.is_stateless AND (t.deletes_at IS NULL OR t.deletes_at > now())
) t
WHERE {filters};


-- name: page_threads
-- {order} is one this package writes itself too.
SELECT t.thread_id, t.assistant_id, t.title, t.metadata, t.values, t.created_at, t.updated_at, t.status
FROM (
    SELECT *,
        CASE
            WHEN EXISTS (
                SELECT FROM thread_runs r WHERE r.thread_id = t.thread_id AND r.status IN ('pending', 'running')
            )
            THEN 'busy' ELSE t.ended_as
        END AS status
    FROM threads t
    WHERE t.owner_id = %(owner_id)s AND NOT t.is_stateless AND (t.deletes_at IS NULL OR t.deletes_at > now())
) t
WHERE {filters}
ORDER BY {order}
LIMIT %(limit)s OFFSET %(offset)s;


-- name: update_thread
UPDATE threads
SET title = coalesce(%(title)s, title), metadata = metadata || %(metadata)s::jsonb, updated_at = now()
WHERE thread_id = %(thread_id)s AND owner_id = %(owner_id)s AND (deletes_at IS NULL OR deletes_at > now())
RETURNING thread_id;


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
    SELECT run_id FROM thread_runs
    WHERE thread_id = %(thread_id)s AND owner_id = %(owner_id)s AND status IN ('pending', 'running')
    ORDER BY seq
), thread AS (
    UPDATE threads
    SET assistant_id = %(assistant_id)s, title = coalesce(title, %(title)s), updated_at = now()
    WHERE thread_id = %(thread_id)s AND owner_id = %(owner_id)s AND deletes_at IS NULL
        AND (%(strategy)s::text <> 'reject' OR NOT EXISTS (SELECT FROM open))
    RETURNING thread_id, owner_id, EXISTS (SELECT FROM open) OR %(worker)s::bigint IS NULL AS waits
), interrupted AS (
    UPDATE thread_runs r
    SET cancel_requested_at = coalesce(cancel_requested_at, now())
    FROM thread
    WHERE r.thread_id = thread.thread_id AND r.status IN ('pending', 'running') AND %(strategy)s::text = 'interrupt'
    RETURNING r.run_id, r.seq
), added AS (
    INSERT INTO thread_runs (run_id, thread_id, owner_id, assistant_id, status, request, worker, started_at)
    SELECT
        %(run_id)s, thread_id, owner_id, %(assistant_id)s, CASE WHEN waits THEN 'pending' ELSE 'running' END,
        %(request)s, CASE WHEN waits THEN NULL ELSE %(worker)s::bigint END, CASE WHEN waits THEN NULL ELSE now() END
    FROM thread
    RETURNING run_id, thread_id, owner_id, assistant_id, status, request, error, worker, last_seq, created_at,
        updated_at, cancel_requested_at
)
SELECT added.*,
    (SELECT run_id FROM open LIMIT 1) AS open_run_id,
    ARRAY(SELECT run_id FROM interrupted ORDER BY seq) AS interrupted,
    EXISTS (
        SELECT FROM threads
        WHERE thread_id = %(thread_id)s AND owner_id = %(owner_id)s AND deletes_at IS NULL
    ) AS is_there
FROM (SELECT) AS always LEFT JOIN added ON true;


-- name: claim_thread_runs
-- The oldest waiting run of each thread where none is running; of every thread, or of those of our own runs. Two workers that do so at once never get the same one,
-- nor two of one thread: the second sees the first still open.
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
FROM next
WHERE r.run_id = next.run_id
RETURNING r.run_id, r.thread_id, r.owner_id, r.assistant_id, r.status, r.request, r.error, r.worker, r.last_seq,
    r.created_at, r.updated_at, r.cancel_requested_at;


-- name: append_thread_events
-- Events of any number of runs that still are this worker's, in one commit that does not wait for the disk: a run's
-- ending does. A run that gives no row is another's, or has ended; its events are not kept.
WITH given AS (
    SELECT run_id, seq, event, data
    FROM unnest(%(run_ids)b::text[], %(seqs)b::int[], %(events)b::text[], %(documents)b::text[])
        AS given (run_id, seq, event, data)
), mine AS (
    UPDATE thread_runs r
    SET last_seq = latest.seq, updated_at = now()
    FROM (SELECT run_id, max(seq) AS seq FROM given GROUP BY run_id) latest
    WHERE r.run_id = latest.run_id AND r.status = 'running' AND r.worker = %(worker)s
    RETURNING r.run_id, r.owner_id, r.cancel_requested_at, set_config('synchronous_commit', 'off', true)
), added AS (
    INSERT INTO thread_events (run_id, seq, owner_id, event, data)
    SELECT mine.run_id, given.seq, mine.owner_id, given.event, given.data FROM mine JOIN given USING (run_id)
)
SELECT run_id, cancel_requested_at IS NOT NULL AS is_cancelled FROM mine;


-- name: end_thread_run
-- A run's last events, its status and what it leaves in its thread. It follows `lock_thread`, so that a run accepted
-- meanwhile is seen by whoever looks for the next one. `worker` is null for a run that never began. No row: it is no
-- longer that worker's, or has ended.
WITH ended AS (
    UPDATE thread_runs
    SET status = %(status)s, error = %(error)s, updated_at = now(),
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
SELECT run_id, thread_id, owner_id, assistant_id, status, request, error, worker, last_seq, created_at, updated_at,
    cancel_requested_at
FROM thread_runs
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
SELECT run_id, thread_id, owner_id, assistant_id, status, request, error, worker, last_seq, created_at, updated_at,
    cancel_requested_at
FROM thread_runs
WHERE run_id = %(run_id)s AND thread_id = %(thread_id)s AND owner_id = %(owner_id)s;


-- name: count_thread_runs
SELECT count(*) AS total FROM thread_runs WHERE {filters};


-- name: page_thread_runs
SELECT run_id, thread_id, owner_id, assistant_id, status, request, error, worker, last_seq, created_at, updated_at,
    cancel_requested_at
FROM thread_runs
WHERE {filters}
ORDER BY seq DESC
LIMIT %(limit)s OFFSET %(offset)s;


-- name: read_thread_events
-- A page of a run's events. A run without further events gives one row with no event; an unknown run gives none.
SELECT e.seq, e.event, e.data, r.last_seq, r.status IN ('success', 'error', 'interrupted') AS has_ended
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
