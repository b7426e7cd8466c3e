// Regions marked data-live fetch themselves again when the server says that their topic changed.
// <div id="…" data-live="transactions accounts" data-src="/…" [data-poll="3"]>

const QUIET_MS = 300;
const BUSY_MS = 2000;
const RETRY_MS = 2000;
const LONGEST_MS = 60_000;
const GONE = new Set([4401, 4403]);
const OTHER_BOOK = 409;
const waiting = new Map();
const failures = new WeakMap();
const turns = new WeakMap();
const book = document.body.dataset.book;
let socket = null;
let attempts = 0;
let reconnect = null;
let left = false;

function regions(topic) {
  return [...document.querySelectorAll("[data-live]")].filter((region) => !topic || region.dataset.live.split(/\s+/).includes(topic));
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
  const at = focused ? [...region.querySelectorAll("a[href]")].indexOf(document.activeElement) : -1;
  const details = [...region.querySelectorAll("details[id]")].map((each) => [each.id, each.open]);
  const boxes = [...region.querySelectorAll(".scroll-box")].map((each) => each.scrollTop);
  const top = window.scrollY;
  return () => {
    for (const [id, open] of details) {
      const same = document.getElementById(id);
      if (same) same.open = open;
    }
    [...region.querySelectorAll(".scroll-box")].forEach((box, index) => { box.scrollTop = boxes[index] ?? 0; });
    const same = focused && region.querySelector(focused);
    if (same) same.focus({ preventScroll: true });
    else if (at >= 0 && document.activeElement === document.body) {
      const links = region.querySelectorAll("a[href]");  // the link is gone: whoever stood there stands on the next one
      links[Math.min(at, links.length - 1)]?.focus({ preventScroll: true });
    }
    if (window.scrollY !== top) window.scrollTo({ top, behavior: "instant" });
  };
}

async function refresh(region) {
  waiting.delete(region);
  if (!region.isConnected || left) return;
  if (isInUse(region)) return later(region, BUSY_MS);
  const turn = (turns.get(region) ?? 0) + 1;
  turns.set(region, turn);
  const headers = { "X-Live": "1", ...(book && { "X-Book": book }) };
  const answer = await fetch(region.dataset.src || location.href, { headers }).catch(() => null);
  if (answer?.status === OTHER_BOOK) return leave();
  if (answer && isFinal(answer)) return;
  const text = answer?.ok ? await answer.text().catch(() => null) : null;
  if (text === null) return again(region);
  if (turn !== turns.get(region)) return;
  if (isInUse(region)) return later(region, BUSY_MS);
  failures.delete(region);
  show(region, new DOMParser().parseFromString(text, "text/html"));
  poll(region);
}

// Signed out, not allowed, not there: asking again would not help.
function isFinal(answer) {
  return answer.redirected || (answer.status >= 400 && answer.status < 500 && answer.status !== 429);
}

function show(region, page) {
  const fresh = page.getElementById(region.id);
  const restore = remembered(region);
  region.replaceChildren(...(fresh ?? page.body).childNodes);
  if (region.querySelector("h1") && page.title) document.title = page.title;
  if (fresh?.dataset.poll) region.dataset.poll = fresh.dataset.poll;
  else if (fresh) delete region.dataset.poll;
  window.htmx?.process(region);
  region.dispatchEvent(new CustomEvent("live:refreshed", { bubbles: true }));
  restore();
  renewCounts(page);
}

// What waits is also told in the navigation, which a whole page brings with it.
function renewCounts(page) {
  for (const shown of document.querySelectorAll("[data-waits]")) {
    const fresh = page.querySelector(`[data-waits="${CSS.escape(shown.dataset.waits)}"]`);
    if (fresh) shown.innerHTML = fresh.innerHTML;
  }
}

// What could not be fetched is asked for again, each time a little later.
function again(region) {
  const failed = (failures.get(region) ?? 0) + 1;
  failures.set(region, failed);
  later(region, Math.min(LONGEST_MS, RETRY_MS * 2 ** (failed - 1)));
}

function later(region, delay) {
  clearTimeout(waiting.get(region));
  waiting.set(region, setTimeout(() => refresh(region), delay));
}

function poll(region) {
  if (region.dataset.poll && !waiting.has(region)) later(region, Number(region.dataset.poll) * 1000);
}

function announce(topic) {
  for (const region of regions(topic)) later(region, QUIET_MS);
}

// Somebody went into another book in another tab: this page stays as it is and says so.
function leave() {
  document.getElementById("other-book").hidden = false;
  for (const timer of waiting.values()) clearTimeout(timer);
  waiting.clear();
  clearTimeout(reconnect);
  left = true;
  socket?.close();
}

function listen() {
  clearTimeout(reconnect);
  if (socket || left || !regions().length) return;
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(`${scheme}//${location.host}/ws/updates${book ? `?book=${book}` : ""}`);
  socket.addEventListener("open", () => {
    if (attempts > 0) announce();
    attempts = 0;
  });
  socket.addEventListener("message", (event) => announce(JSON.parse(event.data).topic));
  socket.addEventListener("close", (event) => {
    socket = null;
    attempts += 1;
    if (left || GONE.has(event.code)) return;
    reconnect = setTimeout(listen, Math.min(LONGEST_MS, 1000 * 2 ** attempts) * (0.5 + Math.random()));
  });
}

// A form in the drawer changed something: the server names it in HX-Trigger as changed:<topic>.
for (const topic of ["transactions", "accounts", "connections", "categories", "review", "dashboard"]) {
  document.addEventListener(`changed:${topic}`, () => announce(topic));
}

addEventListener("online", () => { announce(); listen(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) listen(); });

for (const region of regions()) poll(region);
listen();
