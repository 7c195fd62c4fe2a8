arrayConcat(
    name = 'pageview' ? arrayConcat(
        [('portal', ''), ('page', CAST(path AS String)), ('section', concat('/', splitByChar('/', cutQueryString(CAST(path AS String)))[2]))],
        arrayMap(topic -> ('topic', topic), topics)) : [],
    name = 'Site Search' AND trimBoth(props['search_query']) != '' ? arrayMap(
        dimension -> (dimension, substringUTF8(lowerUTF8(trimBoth(props['search_query'])), 1, 100)),
        props['results'] = '0' ? ['search', 'search_zero'] : ['search']) : [],
    seq = 0 AND visit != 0 ? arrayFilter(found -> found.2 != '' OR found.1 IN ('source', 'channel'), [
        ('source', CAST(source AS String)), ('channel', CAST(channel AS String)), ('region', CAST(region AS String)), ('city', CAST(city AS String))]) : [],
    name IN ('Form: Started', 'Form: Submission') AND props['form'] != '' ?
        [('service_step', concat('form:', props['form'], name = 'Form: Started' ? ':started' : ':sent'))] : [],
    OWN)
