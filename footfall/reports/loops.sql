-- Visitors of whom a visit left a section and came back to it, by the section that they came back from.
SELECT loop.1 AS section, loop.2 AS by_way_of, uniqExact(who) AS visitors
FROM (
    SELECT any(visitor) AS who,
        arrayCompact(arrayMap(one -> one.2, arraySort(groupArray((seq, $section))))) AS sections,
        arrayJoin(arrayDistinct(arrayFilter(one -> one.1 != '', arrayMap(
            place -> if(place > 2 AND sections[place] = sections[place - 2], (sections[place], sections[place - 1]), ('', '')),
            arrayEnumerate(sections)
        )))) AS loop
    FROM events
    WHERE $events AND name = 'pageview'
    GROUP BY visit
    HAVING min(time) >= $from AND min(time) < $to
)
GROUP BY section, by_way_of
