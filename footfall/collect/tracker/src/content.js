// What a portal recommends, in the order of what its visitor reads about. The list that is asked for is the same for everybody in a
// placement and language; the order is made here. Nothing is stored before the visitor said yes, and what is stored (a few topics with
// weights) is never sent, nor what was shown or clicked. At most 3 KB gzipped. `interests/taste.py` counts the same; a test holds them
// together.
const KEY = 'footfall-interests'
const HALF_LIFE = 30 // days
const MOST = 64
const CAP = 20
const LEAST = 0.05
const STYLE = `:host{display:block}ol,ul{list-style:none;margin:0;padding:0}li{margin:0 0 .75em}p{margin:.2em 0}
small,details{opacity:.8}button{font:inherit;min-height:2em;cursor:pointer}`
const script = document.currentScript
const shown = new Set()
const lists = {}
const learned = new Set()

// As events have it: decoded.
const path = () => {
  try {
    return decodeURIComponent(location.pathname)
  } catch {
    return location.pathname
  }
}

const bare = ({ host, pathname }) => host.replace(/^www\./, '') + pathname
// A link to the page that it stands on leads nowhere; what editors pinned stays.
const elsewhere = ({ url, pinned }) => pinned || bare(new URL(url, location)) !== bare(location)

const today = () => Math.floor(Date.now() / 864e5)

const read = () => {
  try {
    const kept = JSON.parse(localStorage[KEY])
    const part = 2 ** -(Math.max(0, today() - kept.d) / HALF_LIFE)
    const entries = Object.entries(kept.w).map(([topic, weight]) => [topic, weight * part])
    return Object.fromEntries(entries.filter(([, weight]) => weight >= LEAST))
  } catch {}
}

const write = (weights) => {
  const entries = Object.entries(weights).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  try {
    localStorage[KEY] = JSON.stringify({ d: today(), w: Object.fromEntries(entries.slice(0, MOST)) })
  } catch {}
}

const learn = (topics) => {
  const weights = read()
  if (!weights || learned.has(path())) return
  learned.add(path())
  for (const [topic, score] of topics) weights[topic] = Math.min(CAP, (weights[topic] || 0) + score)
  write(weights)
}

// What is pinned stays in front. Of the others, half is what everybody is shown first and half how much of what interests is in it;
// a topic has at most a third of the places.
const rank = (items, weights, n) => {
  const sum = Object.values(weights).reduce((a, b) => a + b, 0)
  if (!sum) return items.slice(0, n)
  const pinned = items.filter((item) => item.pinned)
  const found = items.filter((item) => !item.pinned).map((item) => {
    let interest = 0
    let most = 0
    let why = ''
    for (const [topic, score] of item.topics) {
      const part = ((weights[topic] || 0) / sum) * score
      interest += part
      if (part > most) [most, why] = [part, topic]
    }
    return { item, interest, why }
  })
  const best = Math.max(...found.map((one) => one.item.score)) || 1
  const dearest = Math.max(...found.map((one) => one.interest)) || 1
  for (const one of found) one.value = one.item.score / best + one.interest / dearest
  found.sort((a, b) => b.value - a.value)
  const cap = Math.max(1, Math.ceil(n / 3))
  const taken = {}
  const chosen = []
  const rest = []
  for (const one of found) {
    const topic = (one.item.topics[0] || [''])[0]
    if (topic && (taken[topic] = (taken[topic] || 0) + 1) > cap) rest.push(one)
    else chosen.push(one)
  }
  return [...pinned, ...[...chosen, ...rest].map((one) => ({ ...one.item, why: one.why }))].slice(0, n)
}

const make = (name, children = [], rest = {}) => {
  const element = document.createElement(name)
  element.append(...children)
  const { part, ...properties } = rest
  if (part) element.setAttribute('part', part)
  return Object.assign(element, properties)
}

const drawAll = () => {
  for (const element of shown) element.draw()
}

const button = (text, act) =>
  make('button', [text], {
    type: 'button',
    part: 'button',
    onclick: ({ target }) => {
      const root = target.getRootNode()
      act()
      drawAll()
      root.querySelector('summary,button').focus()
    },
  })

class List extends HTMLElement {
  async connectedCallback() {
    const language = this.lang || document.documentElement.lang || navigator.language
    const base = this.getAttribute('src') || new URL('api/v1/placements/', script.src)
    const url = new URL(`${encodeURIComponent(this.getAttribute('placement'))}/candidates?language=${language.split(/[-_]/)[0].toLowerCase()}`, base)
    try {
      lists[url] ||= fetch(url, { credentials: 'omit', referrerPolicy: 'no-referrer' }).then((answer) => answer.ok && answer.json())
      this.list = await lists[url]
    } catch {}
    if (!this.list) return // what stands inside the element stays to be seen
    shown.add(this)
    const root = this.shadowRoot || this.attachShadow({ mode: 'open' })
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(STYLE)
    root.adoptedStyleSheets = [sheet]
    learn(this.topics())
    drawAll()
  }

  disconnectedCallback() {
    shown.delete(this)
  }

  topics() {
    const own = this.getAttribute('topics') || document.querySelector('meta[name=footfall-topics]')?.content
    return own ? own.split(/[\s,]+/).map((topic) => [topic, 1]) : this.list.pages[path()] || []
  }

  draw() {
    const { items, names, n, texts } = this.list
    const weights = read()
    const rows = rank(items.filter(elsewhere), weights || {}, +this.getAttribute('n') || n).map(({ url, title, summary, reason, why }) =>
      make('li', [
        make('a', [title], { href: url, part: 'link' }),
        ...(summary ? [make('p', [summary], { part: 'summary' })] : []),
        make('small', [why ? texts.because.replace('{topic}', names[why] || why) : reason.text], { part: 'why' }),
      ], { part: 'item' }),
    )
    this.shadowRoot.replaceChildren(...(this.mine ? [] : [make('ol', rows, { part: 'list' })]), this.kept(weights))
  }

  kept(weights) {
    const { names, texts } = this.list
    if (!weights) {
      try {
        localStorage.length
      } catch {
        return '' // nothing can be kept here, so nobody is asked
      }
      const yes = () => {
        write({})
        learned.clear()
        learn(this.topics())
      }
      return make('p', [make('small', [texts.ask, ' ']), button(texts.yes, yes)], { part: 'consent' })
    }
    const rows = Object.entries(weights).map(([topic, weight]) => make('li', [`${names[topic] || topic}: ${weight.toFixed(1)}`]))
    const forget = button(texts.forget, () => delete localStorage[KEY])
    const all = [make('summary', [texts.kept]), make('ul', rows.length ? rows : [make('li', [texts.nothing])]), forget]
    return make('details', all, { part: 'kept', open: !!this.mine })
  }
}

class Mine extends List {
  mine = true
}

addEventListener('storage', drawAll)
customElements.define('footfall-recommend', List)
customElements.define('footfall-my-data', Mine)
