// The set-up page's check. It opens a page of the portal, whose tracker tells it in this browser what became of the page view: no server
// has a part in it. It also compares addresses and clocks. Without this script the page says how to look by hand.
const SILENCE_MS = 8000;
const CLOCK_MS = 120_000;

const check = document.querySelector("[data-check]");
const region = document.querySelector("[data-said]");
const outcomes = document.querySelector("template[data-outcomes]").content;
const hosts = check.dataset.hosts.split(" ");
let opened = null;
let waiting = 0;

function show(outcome, value = "") {
  clearTimeout(waiting);
  region.replaceChildren(outcomes.querySelector(`[data-outcome="${outcome}"]`).cloneNode(true));
  for (const place of region.querySelectorAll("[data-value]")) place.textContent = value;
}

function begin(event) {
  event.preventDefault();
  opened?.close();
  opened = open(event.target.elements.address.value, "footfall-check");
  if (!opened) return show("blocked");
  show("waiting");
  // A page that cuts itself off from its opener looks like a closed window from here.
  waiting = setTimeout(() => show(opened.closed ? "closed" : "silence"), SILENCE_MS);
}

/** Of the window that was opened, and of a page of the portal: what any other says is not looked at. */
function hear({ source, origin, data }) {
  if (!opened || source !== opened) return;
  const host = origin.replace(/^https?:\/\//, "").replace(/:\d+$/, "");
  const known = [...outcomes.querySelectorAll("[data-reason]")].find((one) => one.dataset.outcome === data);
  if (data !== undefined && typeof data !== "number" && !known) return;
  if (!hosts.includes(host)) show("elsewhere", origin);
  else if (data === undefined) show("unsent");
  else if (data === 202) show("counted");
  else if (known) show(data);
  else show("failed", data);
}

/** When this page was answered, by either clock; and the hour here, where it is another than the portal's. */
function compareClocks(place) {
  const [navigation] = performance.getEntriesByType("navigation");
  const off = performance.timeOrigin + navigation.responseStart - Number(place.dataset.now);
  const late = document.querySelector("[data-clock-off]");
  late.hidden = Math.abs(off) <= CLOCK_MS;
  late.querySelector("[data-value]").textContent = Math.round(Math.abs(off) / 60_000).toLocaleString(document.documentElement.lang);
  const [now, parts] = [new Date(), { dateStyle: "short", timeStyle: "short" }];
  const hour = (timeZone) => now.toLocaleString(document.documentElement.lang, { ...parts, timeZone });
  const other = document.querySelector("[data-other-zone]");
  other.hidden = hour(undefined) === hour(place.dataset.zone);
  other.querySelector("[data-value]").textContent = hour(undefined);
}

const own = document.querySelector("[data-address]");
own.hidden = new URL(own.dataset.address).origin === location.origin;
check.hidden = false;
document.querySelector("[data-by-hand]").open = false;
check.querySelector("form").addEventListener("submit", begin);
addEventListener("message", hear);
compareClocks(document.querySelector("[data-now]"));
