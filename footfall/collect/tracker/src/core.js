// What both trackers share. `start(viewed)` counts the pages and sets `footfall(name, properties, options)`; it answers `{ send, data }`,
// or nothing where a tracker runs already. `viewed(send, data)` is told of each page that was counted.
export function start(viewed) {
  const d = document
  const script = d.currentScript
  const data = script.dataset
  const early = window.footfall || {}
  if (early.optOut) return // the line was pasted twice
  const hash = data.hash != null
  let page = '' // the address now being read
  let since = 0 // when it was last looked at, 0 while nobody does
  let engaged = 0
  let deepest = 0

  const here = () => (hash ? location.href : location.href.split('#')[0]).slice(0, 2000)

  const post = async (n, o) => {
    const body = JSON.stringify({ s: data.site || location.hostname, n, u: here(), h: hash, ...o })
    if (d.prerendering) await new Promise((shown) => d.addEventListener('prerenderingchange', shown))
    try {
      // The page for residents leads here by this fragment: only a page of this host can write down that somebody wants to be left out.
      if (location.hash == '#footfall-optout') send.optOut()
      if (localStorage['footfall-optout']) return
    } catch {} // storage is closed to us: nobody can have opted out in it
    const to = new URL(data.api || new URL('api/collect', script.src), location)
    let said // nothing where nobody answered
    try {
      // A text as body goes as text/plain, which needs no preflight.
      const { headers, status } = await fetch(to, { method: 'POST', keepalive: true, credentials: 'omit', body })
      said = headers.get('x-footfall-refused') || status
    } catch {}
    // The set-up page opened this window to see whether it counts: it is told once, and nobody but the collector's own origin can be.
    if (name == 'footfall-check') {
      name = ''
      opener?.postMessage(said, to.origin)
    }
  }

  // Scroll events come once a frame, right before its layout, so what is read here costs no layout of its own.
  const measure = () => {
    if (since) engaged += Date.now() - since
    since = !d.hidden && d.hasFocus() ? Date.now() : 0
    deepest = Math.max(deepest, scrollY + innerHeight)
  }

  // The depth is of the page's height when it is left: at its start an application's page has none yet.
  const leave = () => {
    measure()
    if (page && engaged > 999) {
      post('engagement', { u: page, e: engaged, d: Math.min(100, Math.round((deepest / d.documentElement.scrollHeight) * 100)) })
      engaged = 0
    }
  }

  const view = (p, o = {}) => {
    leave()
    engaged = deepest = 0 // an application scrolls up only after its move
    const r = page ? '' : d.referrer.split('?')[0]
    page = o.u || here()
    post('pageview', { p, r, ...o })
    if (viewed) viewed(send, data)
  }

  // Routers replace an address to tidy its query or to follow what is being typed: that is no new page.
  const moved = (replaced) => {
    const next = here()
    const bare = (address) => address.replace(/\?[^#]*/, '')
    if (replaced && bare(next) == bare(page)) page = next
    if (next != page) view()
  }

  const send = (n, p, o) => {
    n == 'pageview' ? view(p, o) : post(n, { p, ...o })
  }

  window.footfall = send
  send.optOut = (out) => (out === false ? delete localStorage['footfall-optout'] : (localStorage['footfall-optout'] = 1))

  if (data.manual == null) {
    for (const name of ['pushState', 'replaceState']) {
      const original = history[name]
      history[name] = function () {
        original.apply(this, arguments)
        moved(name == 'replaceState')
      }
    }
    for (const name of ['popstate', 'hashchange']) addEventListener(name, () => moved())
    addEventListener('pageshow', (event) => event.persisted && view())
    view()
  }
  for (const name of ['scroll', 'focus', 'blur']) addEventListener(name, measure)
  addEventListener('visibilitychange', leave)
  addEventListener('pagehide', () => {
    leave()
    since = 0 // a browser that keeps the page in memory may not have told that it is hidden
  })
  for (const call of early.q || []) send(...call)
  return { send, data }
}
