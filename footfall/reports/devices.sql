-- Days of devices that agreed to be recognised, by what each told of itself: no id of theirs is anywhere, and no two days are joined.
SELECT toString(seen), since, age, active, week, month, count() AS visitors
FROM (
    SELECT day AS seen, visitor,
        argMin((props['since'], props['age'], props['active'], props['week'], props['month']), (time, seq)) AS told,
        told.1 AS since, told.2 AS age, told.3 AS active, told.4 AS week, told.5 AS month
    FROM events
    WHERE site = {site:UInt32} AND day BETWEEN {first:Date} AND {last:Date} AND visitor != 0 AND name = 'Returning'
    GROUP BY day, visitor
)
WHERE since IN {classes:Array(String)} AND match(age, '^([0-9]|1[0-3])$') AND active IN {often:Array(String)}
    AND week IN ('first', 'again') AND month IN ('first', 'again')
GROUP BY seen, since, age, active, week, month
