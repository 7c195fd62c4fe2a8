-- Visitors by the sections that their first visit of the day went through: of each, the first $depth in order, each step once.
SELECT step, from_section, to_section, count() AS visitors
FROM (
    SELECT
        arrayResize(arrayPushBack(argMin(sections, begun), '$exit'), least(length(argMin(sections, begun)) + 1, $depth)) AS went,
        arrayJoin(range(1, length(went))) AS step,
        went[step] AS from_section,
        went[step + 1] AS to_section
    FROM (
        SELECT any(visitor) AS who, any(day) AS on_day, min((time, visit)) AS begun,
            arrayCompact(arrayMap(one -> one.2, arraySort(groupArray((seq, $section))))) AS sections
        FROM events
        WHERE $events AND name = 'pageview'
        GROUP BY visit
        HAVING min(time) >= $from AND min(time) < $to
    )
    GROUP BY on_day, who
)
GROUP BY step, from_section, to_section
