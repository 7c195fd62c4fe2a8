# Counts page views in Combined log lines: the rules of docs/imports.md, written a second time in another language.
# Input, in this order: words of spam referrers, robots' agent strings (exact), the log. Output: "what<TAB>count".
# Variables: portal (its domain), asset and download (regular expressions for a path in lower case).

function seconds(stamp,   part) {  # "17/May/2015:10:05:03", all in one month
    split(stamp, part, /[\/:]/)
    return part[1] * 86400 + part[4] * 3600 + part[5] * 60 + part[6]
}
function is_spam(address,   host) {
    if (address !~ /^https?:\/\//) return 0
    host = tolower(address)
    sub(/^https?:\/\//, "", host); sub(/[\/:?#].*/, "", host)
    while (host ~ /\./) {
        if (host in spam) return 1
        sub(/^[^.]*\./, "", host)
    }
    return 0
}
function verdict(method, path, status, referrer, agent) {
    if (method != "GET") return "method"
    if (status >= 400) return "error"
    if (status >= 300 && status != 304) return "redirect"
    if (tolower(path) ~ asset) return "asset"
    if (tolower(path) ~ download) return "download"
    if (agent in bots) return "bot"
    if (is_spam(referrer)) return "spam_referrer"
    return "page"
}
FNR == 1 { file++ }
file == 1 { spam[$0]; next }
file == 2 { bots[$0]; next }
{
    if (split($0, part, "\"") != 7) { count["unread"]++; next }
    split(part[1], front, " "); split(part[2], request, " "); split(part[3], result, " ")
    path = request[2]; sub(/[?#].*/, "", path)
    what = verdict(request[1], path, result[1], part[4], part[6])
    count[what]++
    if (what != "page") next
    stamp = substr(front[4], 2); day = substr(stamp, 1, 11)
    count["page " day]++
    who = front[1] "|" part[6]; own = who "|" day; now = seconds(stamp)
    quiet = now - last[who]
    id[who] = (who in last && quiet >= 0 && quiet < 31 * 60) ? id[who] : own
    last[who] = now
    if (!((id[who], day) in seen)) { seen[id[who], day]; count["visitor " day]++ }
    if (!(id[who] in met)) { met[id[who]]; count["visitor"]++ }
}
END { for (what in count) printf "%s\t%d\n", what, count[what] }
