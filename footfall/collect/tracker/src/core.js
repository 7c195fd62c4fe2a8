// What both trackers share. `start` returns `send(name, options)` for the full tracker to build on.
export function start() {
  const w = window
  const d = document
  const script = d.currentScript
  const data = script.dataset
  const site = data.site || location.hostname
  const api = data.api || new URL(script.src).origin + '/api/collect'
  let page = '' // the address now being read
  let since = 0 // when it was last shown, 0 while hidden
  let engaged = 0
  let deepest = 0

  const optedOut = () => {
    try {
      return localStorage['footfall-optout'] == 1
    } catch {
      return 0 // storage is closed to us: nobody can have opted out in it
    }
  }

  const post = (n, o) => {
    if (!optedOut())
      fetch(api, { method: 'POST', keepalive: true, headers: { 'content-type': 'text/plain' }, body: JSON.stringify({ s: site, n, u: page, ...o }) }).catch(() => {})
  }

  const here = () => (data.hash == null ? location.href.split('#')[0] : location.href)

  const measure = () => {
    if (since) engaged += Date.now() - since
    since = d.visibilityState == 'visible' ? Date.now() : 0
    const root = d.documentElement
    deepest = Math.max(deepest, Math.min(100, Math.round(((scrollY + innerHeight) / Math.max(root.scrollHeight, 1)) * 100)))
  }

  const leave = () => {
    measure()
    if (page && engaged > 999) {
      post('engagement', { e: engaged, d: deepest })
      engaged = 0
    }
  }

  const view = (again) => {
    const next = here()
    if (next == page && again !== 1) return
    const from = page
    if (from) leave()
    engaged = deepest = 0
    page = next
    measure()
    post('pageview', { r: from || d.referrer, ...(data.hash == null ? {} : { h: true }) })
  }

  const send = (n, p, o) => {
    page = page || here()
    post(n, { p, ...o })
  }

  const queued = (w.footfall || {}).q || []
  w.footfall = send
  send.optOut = (out) => (out === false ? localStorage.removeItem('footfall-optout') : (localStorage['footfall-optout'] = 1))

  if (data.manual == null) {
    for (const name of ['pushState', 'replaceState']) {
      const original = history[name]
      history[name] = function () {
        original.apply(this, arguments)
        view()
      }
    }
    addEventListener('popstate', view)
    addEventListener('hashchange', view)
    addEventListener('pageshow', (e) => e.persisted && view(1))
    if (d.prerendering) d.addEventListener('prerenderingchange', view, { once: true })
    else view()
  }
  addEventListener('scroll', measure, { passive: true })
  d.addEventListener('visibilitychange', () => (d.visibilityState == 'hidden' ? leave() : measure()))
  addEventListener('pagehide', leave)
  queued.forEach((call) => send(...call))
  return { send, data }
}
