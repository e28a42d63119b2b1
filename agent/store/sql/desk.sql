-- The desk: an owner's settings, trades and confirmations. What must not be done twice at once follows `lock_desk` in
-- one transaction, so that it sees what the lock's last holder did.


-- name: lock_desk
-- One writer at a time for one owner's desk, until its transaction ends; two numbers, so that no worker's key is meant.
SELECT pg_advisory_xact_lock(453, hashtext(%(owner_id)s));


-- name: current_settings
-- Every setting in force, and in the first column how far the owner's ledger goes: one round trip for an analysis.
SELECT
    coalesce((SELECT max(seq) FROM trades WHERE owner_id = %(owner_id)s), 0) AS last_trade,
    coalesce((SELECT max(seq) FROM trade_closes WHERE owner_id = %(owner_id)s), 0) AS last_close,
    now.kind, now.version, now.document, now.changed_by, now.changed_at, now.reason
FROM unnest(ARRAY['account', 'kill_switch', 'mode', 'profile', 'risk']) AS wanted (kind)
CROSS JOIN LATERAL (
    SELECT kind, version, document, changed_by, changed_at, reason FROM settings
    WHERE owner_id = %(owner_id)s AND kind = wanted.kind
    ORDER BY version DESC
    LIMIT 1
) now;


-- name: put_setting
-- The next version; no row: somebody else's is in force, and not the expected one.
INSERT INTO settings (owner_id, kind, version, document, changed_by, changed_at, reason)
SELECT
    %(owner_id)s, %(kind)s, last.version + 1, %(document)s::jsonb, %(changed_by)s, %(changed_at)s, %(reason)s
FROM (
    SELECT coalesce(max(version), 0) AS version FROM settings WHERE owner_id = %(owner_id)s AND kind = %(kind)s
) last
WHERE %(expected_version)s::int IS NULL OR last.version = %(expected_version)s
RETURNING kind, version, document, changed_by, changed_at, reason;


-- name: change_mode
-- The next mode, from the version it was looked at, by a confirmation where one is needed; a token that is shown is
-- spent. No row: the mode has moved on, or the token is not good for this.
WITH confirmed AS (
    DELETE FROM confirmations
    WHERE token_sha256 = %(token_sha256)s AND owner_id = %(owner_id)s AND from_mode = %(from_mode)s
        AND to_mode = %(to_mode)s
    RETURNING expires_at
)
INSERT INTO settings (owner_id, kind, version, document, changed_by, changed_at, reason)
SELECT
    %(owner_id)s, 'mode', last.version + 1, jsonb_build_object('mode', %(to_mode)s::text), %(changed_by)s,
    %(changed_at)s, %(reason)s
FROM (
    SELECT coalesce(max(version), 0) AS version FROM settings WHERE owner_id = %(owner_id)s AND kind = 'mode'
) last
WHERE last.version = %(expected_version)s
    AND (NOT %(needs_confirmation)s OR EXISTS (SELECT FROM confirmed WHERE expires_at > %(changed_at)s))
RETURNING kind, version, document, changed_by, changed_at, reason;


-- name: stop_everything
-- The emergency stop, whatever the mode was; no row: it is on already.
INSERT INTO settings (owner_id, kind, version, document, changed_by, changed_at, reason)
SELECT
    %(owner_id)s, 'mode', coalesce(last.version, 0) + 1, '{"mode": "EMERGENCY_STOP"}'::jsonb, %(changed_by)s,
    %(changed_at)s, %(reason)s
FROM (VALUES (1)) once LEFT JOIN LATERAL (
    SELECT version, document ->> 'mode' AS mode FROM settings
    WHERE owner_id = %(owner_id)s AND kind = 'mode'
    ORDER BY version DESC
    LIMIT 1
) last ON true
WHERE last.mode IS DISTINCT FROM 'EMERGENCY_STOP'
RETURNING kind, version, document, changed_by, changed_at, reason;


-- name: keep_confirmation
-- A token's digest; the owner's expired ones go.
WITH expired AS (
    DELETE FROM confirmations WHERE owner_id = %(owner_id)s AND expires_at <= %(now)s
)
INSERT INTO confirmations (token_sha256, owner_id, from_mode, to_mode, expires_at)
VALUES (%(token_sha256)s, %(owner_id)s, %(from_mode)s, %(to_mode)s, %(expires_at)s);


-- name: setting_history
SELECT kind, version, document, changed_by, changed_at, reason
FROM settings
WHERE owner_id = %(owner_id)s AND kind = %(kind)s
ORDER BY version DESC
LIMIT %(limit)s OFFSET %(offset)s;


-- name: account_statements
-- Every statement of an account's balance up to a version: what was stated later belongs to a later reading.
SELECT kind, version, document, changed_by, changed_at, reason
FROM settings
WHERE owner_id = %(owner_id)s AND kind = 'account' AND version <= %(until)s
ORDER BY version;


-- name: count_snapshots
-- Versions have no gaps, so the highest is how many there are.
SELECT coalesce(max(version), 0) AS total FROM settings WHERE owner_id = %(owner_id)s AND kind = %(kind)s;


-- name: open_trade
-- No row: the client's id names a trade already, or the run is not the owner's.
INSERT INTO trades (owner_id, trade_id, client_id, symbol, direction, opened_at, risk_pct, run_id)
SELECT
    %(owner_id)s, %(trade_id)s, %(client_id)s, %(symbol)s, %(direction)s, %(opened_at)s, %(risk_pct)s, %(run_id)s
WHERE %(run_id)s::text IS NULL
    OR EXISTS (SELECT FROM runs WHERE run_id = %(run_id)s AND owner_id = %(owner_id)s)
ON CONFLICT DO NOTHING
RETURNING trade_id;


-- name: close_trade
-- No row: it is closed already, is not the owner's, or opened later than this.
INSERT INTO trade_closes (owner_id, trade_id, closed_at, pnl, result_r)
SELECT owner_id, trade_id, %(closed_at)s, %(pnl)s, %(result_r)s
FROM trades
WHERE owner_id = %(owner_id)s AND trade_id = %(trade_id)s AND opened_at <= %(closed_at)s
ON CONFLICT DO NOTHING
RETURNING trade_id;


-- name: get_trade
SELECT t.trade_id, t.client_id, t.symbol, t.direction, t.opened_at, t.risk_pct, t.run_id, c.closed_at, c.pnl, c.result_r
FROM trades t LEFT JOIN trade_closes c ON c.owner_id = t.owner_id AND c.trade_id = t.trade_id
WHERE t.owner_id = %(owner_id)s AND (t.trade_id = %(trade_id)s OR t.client_id = %(client_id)s);


-- name: ledger
-- Every trade of an owner as the desk counts them, in the order they were recorded.
SELECT t.trade_id, t.client_id, t.symbol, t.direction, t.opened_at, t.risk_pct, t.run_id, c.closed_at, c.pnl, c.result_r
FROM trades t LEFT JOIN trade_closes c ON c.owner_id = t.owner_id AND c.trade_id = t.trade_id
WHERE t.owner_id = %(owner_id)s
ORDER BY t.seq;


-- name: count_trades
-- {filters} are conditions this package writes itself; what the caller gave comes as parameters.
SELECT count(*) AS total
FROM trades t LEFT JOIN trade_closes c ON c.owner_id = t.owner_id AND c.trade_id = t.trade_id
WHERE {filters};


-- name: page_trades
SELECT t.trade_id, t.client_id, t.symbol, t.direction, t.opened_at, t.risk_pct, t.run_id, c.closed_at, c.pnl, c.result_r
FROM trades t LEFT JOIN trade_closes c ON c.owner_id = t.owner_id AND c.trade_id = t.trade_id
WHERE {filters}
ORDER BY t.opened_at DESC, t.seq DESC
LIMIT %(limit)s OFFSET %(offset)s;


-- name: recent_endings
-- How many runs ended in the last minutes by the database's clock, however long they took, and how many of them failed.
SELECT
    count(*) FILTER (WHERE status = 'failed') AS failed,
    count(*) FILTER (WHERE status IN ('completed', 'failed')) AS ended
FROM runs
WHERE owner_id = %(owner_id)s AND finished_at >= now() - make_interval(mins => %(minutes)s);
