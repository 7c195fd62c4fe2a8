-- Visitors by form and by the furthest of its steps that they came to.
SELECT form, furthest, count() AS visitors
FROM (
    SELECT form, who, max(step) AS furthest
    FROM (
        SELECT form, any(visitor) AS who, max(one) AS step
        FROM (
            SELECT visit, visitor, time, props['form'] AS form,
                multiIf(
                    name = 'Form: Submission', $sent,
                    name = 'Form: Field Completed', $place,
                    1
                )::UInt16 AS one
            FROM events
            WHERE $events
                AND name IN ('Form: Started', 'Form: Field Completed', 'Form: Submission')
                AND props['form'] != ''
        )
        GROUP BY visit, form
        HAVING min(time) >= $from AND min(time) < $to
    )
    GROUP BY form, who
)
GROUP BY form, furthest
