// The full tracker: the small one, and outbound links, downloads, forms, site search and pages that were not found.
// Of a form only the fact is sent, and the names that the page's author gave to it and to its fields; a value is never read.
import { start } from './core.js'

const d = document
const FILES = /\.(pdf|docx?|xlsx?|pptx?|csv|zip|7z|rar|gz|tar|exe|dmg|pkg|apk|mp[34]|avi|mov|wav|rtf|txt|key|odt|ods)$/i
const begun = new WeakSet()

// getAttribute, because an input named id or dataset stands before the form's own.
const nameOf = (form) => (form ? form.getAttribute('data-footfall-form') || form.getAttribute('id') : '')

const searched = (send, data) => {
  const query = new URLSearchParams(location.search)
  const asked = (data.search || '').split(',').find((name) => query.get(name))
  if (asked) send('Site Search', { search_query: query.get(asked) })
}

const listen = ({ send, data }) => {
  const clicked = (event) => {
    const link = event.composedPath().find((node) => node.matches && node.matches('a[href],area[href]'))
    if (!link || event.button > 1) return
    try {
      const { protocol, host, origin, pathname } = new URL(link.getAttribute('href'), d.baseURI)
      if (!/^http/.test(protocol)) return // the path of a mailto: is a person
      if (FILES.test(pathname)) send('File Download', { url: origin + pathname })
      else if (host != location.host) send('Outbound Link: Click', { url: origin + pathname })
    } catch {} // no address
  }
  d.addEventListener('click', clicked, true)
  d.addEventListener('auxclick', clicked, true)

  d.addEventListener('focusin', ({ target: { form } }) => {
    if (form instanceof HTMLFormElement && !begun.has(form)) {
      begun.add(form)
      send('Form: Started', { form: nameOf(form) }, { i: false })
    }
  })
  d.addEventListener('change', ({ target: { dataset, form } }) => {
    const field = dataset && dataset.footfallField
    if (field) send('Form: Field Completed', { form: nameOf(form), field }, { i: false })
  })
  d.addEventListener('submit', ({ target }) => send('Form: Submission', { form: nameOf(target) }), true)

  if (data['404'] != null || d.querySelector('meta[name=footfall-404]')) send('404', { path: location.pathname }, { i: false })
}

const started = start(searched)
if (started) listen(started)
