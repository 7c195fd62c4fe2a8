// A stand-in for matomo.js, which is on no package registry: works off window._paq, which @jonkoops/matomo-tracker fills, and sends what
// matomo.js sends by its documentation: beacons with the request in the address, bulk requests as JSON under a form's content type, an
// image where it is told not to use beacons, and a ping when a page is left that had the focus for longer than the heart beat's seconds.
(() => {
  let api, site, url, title
  let beacons = true
  const request = (more) => {
    const now = new Date()
    const own = { idsite: site, rec: 1, r: String(Math.random()).slice(2, 8), h: now.getHours(), m: now.getMinutes(), s: now.getSeconds() }
    const seen = { action_name: title, url: url || location.href, urlref: document.referrer, _id: '0123456789abcdef', _idn: 0, send_image: 0 }
    const device = { pdf: 1, cookie: 0, res: '1280x720', pv_id: 'aB3dE6', uadata: JSON.stringify(navigator.userAgentData || {}), uid: window.uid }
    return String(new URLSearchParams({ ...own, ...seen, ...device, ...more }))
  }
  const send = (more) => {
    const query = request(more)
    const type = 'application/x-www-form-urlencoded; charset=UTF-8'
    if (!beacons) new Image().src = `${api}?${query.replace('send_image=0', 'send_image=1')}`
    else if (query.length > 2000) navigator.sendBeacon(api, new Blob([query], { type }))
    else navigator.sendBeacon(`${api}?${query}`, new Blob([], { type }))
  }
  const event = ([e_c, e_a, e_n, e_v]) => JSON.parse(JSON.stringify({ e_c, e_a, e_n, e_v, ca: 1 }))
  const does = {
    setTrackerUrl: (value) => (api = value),
    setSiteId: (value) => (site = value),
    setUserId: (value) => (window.uid = value),
    setCustomUrl: (value) => (url = value),
    setDocumentTitle: (value) => (title = value),
    disableAlwaysUseSendBeacon: () => (beacons = false),
    trackPageView: () => send({}),
    trackEvent: (...given) => send(event(given)),
    trackSiteSearch: (search, search_cat, search_count) => send({ search, search_cat: search_cat || '', search_count }),
    trackLink: (href, kind) => send({ [kind]: href.split('#')[0] }),
    trackEcommerceOrder: (ec_id, revenue) => send({ idgoal: 0, ec_id, revenue }),
    trackGoal: (idgoal) => send({ idgoal }),
    ping: () => send({ ping: 1 }),
    enableHeartBeatTimer: (seconds) => {
      let since = Date.now()
      addEventListener('focus', () => (since = Date.now()))
      addEventListener('blur', () => Date.now() - since > seconds * 1000 && does.ping())
    },
    enableLinkTracking: () =>
      addEventListener('click', ({ target }) => target.href && target.host != location.host && does.trackLink(target.href, 'link')),
    bulk: (...items) => {
      const xhr = new XMLHttpRequest()
      xhr.open('POST', api)
      xhr.setRequestHeader('Content-Type', 'application/x-www-form-urlencoded; charset=UTF-8')
      xhr.send(`{"requests":["?${items.map(request).join('","?')}"],"send_image":0}`)
    },
  }
  const waiting = window._paq
  window._paq = { push: ([name, ...given]) => does[name](...given) }
  waiting.forEach(window._paq.push)
})()
