// For devices whose visitor agreed to be recognised: tells, once a day, how long ago this device was last here. What it tells are classes, never
// an id, and what it keeps never leaves it. Stands after footfall.js; without a yes it stores and sends nothing. At most 1,000 bytes gzipped.
const KEY = 'footfall-returning'
const KEPT = 90 // days from the agreement

// Days since 1970 by the device's own calendar; 1970 began on a Thursday, so weeks begin three days before.
const now = new Date()
const today = Math.floor((now - now.getTimezoneOffset() * 6e4) / 864e5)
const week = (day) => Math.floor((day + 3) / 7)
const month = (day) => new Date(day * 864e5).toISOString().slice(0, 7)

const read = () => {
  try {
    const kept = JSON.parse(localStorage[KEY])
    if (today - kept.yes < KEPT) return kept
    delete localStorage[KEY]
  } catch {}
}

const classed = (number, bounds) => bounds.findLast(([least]) => number >= least)[1]

const tell = (kept) => {
  const last = kept.days.at(-1)
  if (last >= today || !window.footfall) return
  const days = [...kept.days.filter((day) => day > today - 28), today]
  const first = (of) => (last == null || of(last) != of(today) ? 'first' : 'again')
  localStorage[KEY] = JSON.stringify({ ...kept, days })
  const since = last == null ? 'new' : classed(today - last, [[1, '1'], [2, '2-6'], [7, '7-13'], [14, '14-29'], [30, '30+']])
  const active = classed(days.length, [[1, '1'], [2, '2-3'], [4, '4-7'], [8, '8+']])
  const age = `${week(today) - week(kept.yes)}`
  window.footfall('Returning', { since, age, active, week: first(week), month: first(month) }, { i: false })
}

// footfallReturning(true) is what the portal's own question calls on a yes, footfallReturning(false) on a no; it answers whether it was a yes.
window.footfallReturning = (agreed) => {
  try {
    if (agreed === false) delete localStorage[KEY]
    if (agreed && !read()) localStorage[KEY] = JSON.stringify({ yes: today, days: [] })
    const kept = read()
    if (kept) tell(kept)
    return !!kept
  } catch {
    return false
  }
}

// The page for residents opens the portal with this behind its address: all that is kept is shown, and goes on a yes.
const show = () => {
  const ru = /^ru/.test(document.documentElement.lang || navigator.language)
  const kept = read()
  const said = (...days) => days.map((day) => new Date(day * 864e5).toISOString().slice(0, 10)).join(' ')
  if (!kept) return alert(ru ? 'Это устройство ничего не хранит.' : 'This device keeps nothing.')
  const all = ru ? ['Согласие', 'Дни здесь', 'Стереть?'] : ['Agreed', 'Days here', 'Erase all of it?']
  if (confirm(`${all[0]}: ${said(kept.yes)}\n${all[1]}: ${said(...kept.days)}\n${all[2]}`)) delete localStorage[KEY]
}
if (location.hash == '#footfall-returning') show()
window.footfallReturning()
