-- Days of visitors on which they began a form, by form, by whether their device agreed to be recognised, and by whether it told of a day here
-- in a week before. Both are of one day: no two days are joined.
SELECT form, agreed, agreed AND toUInt8OrZero(age) > 0 AS is_back, count() AS visitors
FROM (
    SELECT
        groupUniqArrayIf(props['form'], name != 'Returning' AND props['form'] != '') AS begun,
        argMinIf((props['since'], props['age']), (time, seq), name = 'Returning') AS told,
        told.2 AS age,
        told.1 IN {classes:Array(String)} AND match(age, '^([0-9]|1[0-3])$') AS agreed
    FROM events
    WHERE site = {site:UInt32} AND day BETWEEN {first:Date} AND {last:Date} AND visitor != 0
        AND name IN ('Returning', 'Form: Started', 'Form: Field Completed', 'Form: Submission')
    GROUP BY day, visitor
)
ARRAY JOIN begun AS form
GROUP BY form, agreed, is_back
