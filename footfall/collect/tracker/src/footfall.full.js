// The full tracker: the small one, and outbound links, downloads, forms, site search and pages that were not found.
// Of a form only the fact is sent, and the names that the page's author gave in data-footfall-form and data-footfall-field; never a value.
import { start } from './core.js'

const { send, data } = start()
const d = document
const FILES = /\.(pdf|docx?|xlsx?|pptx?|csv|zip|7z|rar|gz|tar|exe|dmg|pkg|apk|mp[34]|avi|mov|wav|rtf|txt|key|odt|ods)$/i
const begun = new WeakSet()

const formName = (form) => form.dataset.footfallForm || form.id || ''

const clicked = (event) => {
  const link = event.target.closest && event.target.closest('a[href]')
  if (!link || event.button > 1) return
  const url = link.origin + link.pathname
  if (FILES.test(link.pathname)) send('File Download', { url })
  else if (/^http/.test(link.protocol) && link.host != location.host) send('Outbound Link: Click', { url })
}
d.addEventListener('click', clicked, true)
d.addEventListener('auxclick', clicked, true)

d.addEventListener('focusin', (event) => {
  const form = event.target.form
  if (form && !begun.has(form)) {
    begun.add(form)
    send('Form: Started', { form: formName(form) }, { i: false })
  }
})
d.addEventListener('change', (event) => {
  const field = event.target.dataset && event.target.dataset.footfallField
  if (field) send('Form: Field Completed', { form: event.target.form ? formName(event.target.form) : '', field }, { i: false })
})
d.addEventListener('submit', (event) => send('Form: Submission', { form: formName(event.target) }), true)

const search = (data.search || '').split(',').find((name) => name && new URLSearchParams(location.search).get(name))
if (search) send('Site Search', { search_query: new URLSearchParams(location.search).get(search) })
if (data['404'] != null || d.querySelector('meta[name=footfall-404]')) send('404', { path: location.pathname })
