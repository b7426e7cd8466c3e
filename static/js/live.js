// Regions marked data-live fetch themselves again when the server says that their topic changed.
// <div id="…" data-live="transactions accounts" data-src="/…" [data-poll="3"]>

const QUIET_MS = 300;
const waiting = new Map();
let attempts = 0;

function regions(topic) {
  return [...document.querySelectorAll("[data-live]")].filter((region) => region.dataset.live.split(/\s+/).includes(topic));
}

function isInUse(region) {
  const focused = document.activeElement;
  const typing = region.contains(focused) && focused.matches("input:not([type=checkbox]), select, textarea");
  return typing || region.querySelector("input:checked[data-select], dialog[open], details.menu[open]") !== null;
}

function nameOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const href = element.getAttribute("href");
  if (href) return `a[href="${CSS.escape(href)}"]`;
  const named = element.closest("[id]");
  return named ? `#${CSS.escape(named.id)} ${element.localName}` : null;
}

// Where the reader is: what has the focus, which details are open, how far the page and its boxes are scrolled.
function remembered(region) {
  const focused = region.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  const details = [...region.querySelectorAll("details[id]")].map((each) => [each.id, each.open]);
  const boxes = [...region.querySelectorAll(".scroll-box")].map((each) => each.scrollTop);
  const top = window.scrollY;
  return () => {
    for (const [id, open] of details) {
      const same = document.getElementById(id);
      if (same) same.open = open;
    }
    [...region.querySelectorAll(".scroll-box")].forEach((box, index) => { box.scrollTop = boxes[index] ?? 0; });
    if (focused) region.querySelector(focused)?.focus({ preventScroll: true });
    if (window.scrollY !== top) window.scrollTo({ top, behavior: "instant" });
  };
}

async function refresh(region) {
  if (isInUse(region)) return later(region, 2000);
  const answer = await fetch(region.dataset.src || location.href, { headers: { "X-Live": "1" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return poll(region);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(region.id);
  if (!region.isConnected || isInUse(region)) return;
  const restore = remembered(region);
  region.replaceChildren(...(fresh ?? page.body).childNodes);
  if (fresh?.dataset.poll) region.dataset.poll = fresh.dataset.poll;
  else if (fresh) delete region.dataset.poll;
  window.htmx?.process(region);
  region.dispatchEvent(new CustomEvent("live:refreshed", { bubbles: true }));
  restore();
  poll(region);
}

function later(region, delay) {
  clearTimeout(waiting.get(region));
  waiting.set(region, setTimeout(() => refresh(region), delay));
}

function poll(region) {
  if (region.dataset.poll) later(region, Number(region.dataset.poll) * 1000);
}

function announce(topic) {
  for (const region of regions(topic)) later(region, QUIET_MS);
}

function listen() {
  if (!document.querySelector("[data-live]")) return;
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(`${scheme}//${location.host}/ws/updates`);
  socket.addEventListener("open", () => {
    if (attempts > 0) for (const region of document.querySelectorAll("[data-live]")) later(region, QUIET_MS);
    attempts = 0;
  });
  socket.addEventListener("message", (event) => announce(JSON.parse(event.data).topic));
  socket.addEventListener("close", () => {
    attempts += 1;
    if (attempts < 12) setTimeout(listen, Math.min(60_000, 1000 * 2 ** attempts) * (0.5 + Math.random()));
  });
}

// A form in the drawer changed something: the server names it in HX-Trigger as changed:<topic>.
for (const topic of ["transactions", "accounts", "connections", "categories"]) {
  document.addEventListener(`changed:${topic}`, () => announce(topic));
}

for (const region of document.querySelectorAll("[data-live][data-poll]")) poll(region);
listen();
