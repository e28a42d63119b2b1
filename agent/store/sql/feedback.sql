-- What people say of recorded runs. Nothing is ever changed: who thinks better of it says so again.


-- name: give_feedback
-- No row: the run is not the owner's.
INSERT INTO run_feedback (feedback_id, owner_id, run_id, verdict, labels, note, given_by)
SELECT %(feedback_id)s, owner_id, run_id, %(verdict)s, %(labels)s, %(note)s, %(given_by)s
FROM runs
WHERE run_id = %(run_id)s AND owner_id = %(owner_id)s
RETURNING feedback_id, run_id, verdict, labels, note, given_by, created_at;


-- name: get_feedback
SELECT feedback_id, run_id, verdict, labels, note, given_by, created_at FROM run_feedback
WHERE owner_id = %(owner_id)s AND run_id = %(run_id)s AND feedback_id = %(feedback_id)s;


-- name: count_feedback
SELECT count(*) AS total FROM run_feedback WHERE owner_id = %(owner_id)s AND run_id = %(run_id)s;


-- name: page_feedback
-- The newest first: what was said last holds.
SELECT feedback_id, run_id, verdict, labels, note, given_by, created_at FROM run_feedback
WHERE owner_id = %(owner_id)s AND run_id = %(run_id)s
ORDER BY seq DESC
LIMIT %(limit)s OFFSET %(offset)s;
