// What pages gain with a script: parts that load when they are seen, keys, menus that close. All of it works without, by links and forms.
import "htmx.org";
import "htmx.org/dist/ext/hx-sse.js";

const root = document.documentElement;

/** Links and buttons say their key themselves: data-key. Not while somebody types, and not at all where the reader turned keys off. */
function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return closeMenus(true);
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (typing || root.dataset.keys === "off") return;
  const found = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
  if (!found) return;
  event.preventDefault();
  if (found.matches("details")) {
    found.open = !found.open;
    found.querySelector("summary").focus();
  } else if (found.matches("dialog")) found.open ? found.close() : found.showModal();
  else if (found.matches("input")) found.focus();
  else found.click();
}

function closeMenus(giveFocusBack) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    if (giveFocusBack) menu.querySelector("summary").focus();
  }
}

/** A panel that changed its tab by itself is known to the address only; links elsewhere on the page learn it when they are used. */
function keepTabs(event) {
  const link = event.target.closest("main a[href], .tools a[href]");
  if (!link) return;
  const wanted = new URL(link.getAttribute("href"), location); // a link of a drawing has no address of its own to ask for
  if (wanted.origin !== location.origin || !wanted.pathname.startsWith(location.pathname)) return;
  for (const [name, value] of new URLSearchParams(location.search))
    if (name.startsWith("tab.") && !wanted.searchParams.has(name)) wanted.searchParams.set(name, value);
  if (!link.hasAttribute("hx-get")) link.setAttribute("href", wanted);
}

/** The picture behind a link to an SVG, twice as large, drawn here and kept as a PNG: it goes to nobody. */
async function keepPng(link) {
  const image = new Image();
  image.src = link.href;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth * 2;
  canvas.height = image.naturalHeight * 2;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const kept = document.createElement("a");
  kept.href = URL.createObjectURL(await new Promise((done) => canvas.toBlob(done, "image/png")));
  kept.download = link.dataset.png;
  kept.click();
  setTimeout(() => URL.revokeObjectURL(kept.href), 60_000);
}

for (const link of document.querySelectorAll("a[data-png]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link";
  button.textContent = "PNG";
  button.addEventListener("click", () => keepPng(link));
  link.after(" · ", button);
}

/** What stands to be pasted elsewhere gets a button that copies it; over plain http browsers have only the old way. */
function copyButton(text) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text.dataset.copy;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    if (navigator.clipboard) await navigator.clipboard.writeText(text.textContent);
    else {
      getSelection().selectAllChildren(text);
      document.execCommand("copy");
    }
    button.textContent = text.dataset.copied;
  });
  text.after(button);
}

for (const text of document.querySelectorAll("[data-copy]")) copyButton(text);

const zones = document.querySelector("[data-own-zone]");
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zones && [...zones.options].some((option) => option.value === zone)) zones.value = zone;

document.addEventListener("keydown", onKey);
document.addEventListener("click", keepTabs, true);
document.addEventListener("click", (event) => {
  const inside = event.target.closest("details.menu");
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== inside) menu.open = false;
});

if (document.querySelector("[data-print]")) addEventListener("load", () => print());

const charts = root.dataset.charts;
if (charts && document.querySelector("[data-chart]")) addEventListener("load", () => import(charts));
