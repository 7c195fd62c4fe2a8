-- Fields of forms: who completed each, and at which place among the fields of the visit, in the mean.
SELECT form, field, uniqExact(who) AS visitors, avg(place) AS at
FROM (
    SELECT form, any(visitor) AS who,
        arrayDistinct(arrayMap(one -> one.2, arraySort(groupArrayIf((seq, field), field != '')))) AS fields
    FROM (
        SELECT visit, visitor, seq, time, props['form'] AS form, if(name = 'Form: Field Completed', props['field'], '') AS field
        FROM events
        WHERE $events
            AND name IN ('Form: Started', 'Form: Field Completed', 'Form: Submission')
            AND props['form'] != ''
    )
    GROUP BY visit, form
    HAVING min(time) >= $from AND min(time) < $to
)
ARRAY JOIN fields AS field, arrayEnumerate(fields) AS place
GROUP BY form, field
ORDER BY visitors DESC, form, field
LIMIT $most BY form
LIMIT $most_in_all
