-- What the coach reads off the record as a whole.


-- name: decisions_in_short
-- The newest decisions, each as far as they are counted: facts only where they are about news or discipline.
SELECT d.run_id, d.symbol, d.status, d.kill_zone, d.rulebook_hash, d.total,
    d.decision -> 'deciding_rules' AS deciding_rules, d.decision -> 'warnings' AS warnings,
    coalesce((
        SELECT jsonb_object_agg(fact.key, fact.value ->> 'unknown_because')
        FROM jsonb_each(d.facts) fact
        WHERE fact.value -> 'value' = 'null'::jsonb AND fact.key ~ '^(news|discipline)\.'
    ), '{}'::jsonb) AS unknown
FROM (
    SELECT seq, run_id, symbol, status, kill_zone, rulebook_hash, facts, decision::jsonb AS decision,
        count(*) OVER () AS total
    FROM decisions
    WHERE {filters}
    ORDER BY seq DESC
    LIMIT %(limit)s
) d
ORDER BY d.seq DESC;


-- name: facts_of_refusals
-- Every fact of the newest decisions that are no trade.
SELECT run_id, rulebook_hash, facts
FROM decisions
WHERE {filters} AND status <> 'TRADE_NOW'
ORDER BY seq DESC
LIMIT %(limit)s;
