// Links marked data-drawer open their address in the panel at the right. htmx fetches and swaps; this opens, closes and
// keeps the address bar true. Without this script they are ordinary links to a page.

const drawer = document.getElementById("drawer");
const page = location.pathname + location.search;
let opener = null;
let pushed = false;

// Loaded anew, the address of the drawer is that of this page.
if (history.state?.drawer) history.replaceState(null, "");

function isPlainClick(event) {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

async function open(address, { push } = { push: true }) {
  const before = drawer.querySelector(".drawer-body");
  try {
    await htmx.ajax("GET", address, { target: "#drawer", swap: "innerHTML" });
  } catch {
    location.assign(address);
    return;
  }
  if (drawer.querySelector(".drawer-body") === before) {
    location.assign(address);
    return;
  }
  if (push && drawer.open) history.replaceState({ drawer: address }, "", address);
  else if (push) history.pushState({ drawer: address }, "", address);
  pushed = true;
  if (!drawer.open) drawer.showModal();
  drawer.scrollTop = 0;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-drawer]");
  if (link && isPlainClick(event) && window.htmx) {
    event.preventDefault();
    if (!drawer.contains(link)) opener = link;
    open(link.href);
  }
  if (event.target === drawer || event.target.closest("[data-close-drawer]")) {
    if (!drawer.open) return;
    event.preventDefault();
    drawer.close();
  }
});

// What had the focus went with what was in the panel: now the part that was added, or the heading of what came instead.
document.addEventListener("htmx:after:swap", () => {
  if (!drawer?.open || drawer.contains(document.activeElement)) return;
  const place = drawer.querySelector("[data-added] select") ?? drawer.querySelector("h2");
  if (place?.localName === "h2") place.tabIndex = -1;
  place?.focus();
});

drawer?.addEventListener("close", () => {
  drawer.replaceChildren();
  if (pushed && history.state?.drawer) history.back();
  pushed = false;
  const link = opener?.isConnected ? opener : opener && document.querySelector(`a[href="${opener.getAttribute("href")}"]`);
  link?.focus({ preventScroll: true });
});

addEventListener("popstate", (event) => {
  if (event.state?.drawer) {
    open(event.state.drawer, { push: false });
    return;
  }
  if (drawer?.open) {
    pushed = false;
    drawer.close();
  }
  if (location.pathname + location.search !== page) location.reload();
});

// What the panel asks and sends is about the book that this page shows.
document.addEventListener("htmx:config:request", (event) => {
  const { book } = document.body.dataset;
  if (book) event.detail.ctx.request.headers["X-Book"] = book;
});

// What takes longer than a moment shows a bar at the top.
document.addEventListener("htmx:before:request", () => document.documentElement.classList.add("busy"));
document.addEventListener("htmx:finally:request", () => document.documentElement.classList.remove("busy"));

// A whole page instead of the piece. To look at, it is shown whole. Where a form was sent, what was typed stays, and
// the page's heading says why nothing came of it; only who is signed out is taken to sign in.
document.addEventListener("htmx:before:swap", (event) => {
  const { text, request, response } = event.detail.ctx;
  if (!/^\s*<!doctype/i.test(text || "")) return;
  event.preventDefault();
  if (request.method === "GET") location.assign(request.action);
  else if (response.raw.redirected) location.reload();
  else explain(new DOMParser().parseFromString(text, "text/html").querySelector("h1")?.textContent.trim());
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx?.request.method === "POST") explain(document.getElementById("toasts").dataset.unanswered);
});

function explain(reason) {
  const body = drawer.querySelector(".drawer-body");
  if (!body) return;
  body.querySelector("[data-reason]")?.remove();
  const banner = document.createElement("p");
  banner.className = "banner warning";
  banner.dataset.reason = "";
  banner.setAttribute("role", "alert");
  banner.textContent = reason;
  body.prepend(banner);
  drawer.scrollTop = 0;
}

// What a form in the panel did: the panel closes and a line says so, with a button that undoes it, and one that does the
// same to what is offered. The line stays while somebody points at it or is in it.
const toasts = document.getElementById("toasts");
let cameFrom = null;

document.addEventListener("saved", async (event) => {
  if (drawer.open) drawer.close();
  const { message, undo, offer } = event.detail;
  const pieces = [offer, undo].filter(Boolean);
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.textContent = message;
  const inToast = toasts.contains(document.activeElement);
  toasts.replaceChildren(toast);
  if (inToast) back();
  fade(toast, pieces.length ? 12_000 : 5000);
  const buttons = (await Promise.all(pieces.map(piece))).join("");
  if (!buttons || !toast.isConnected) return;
  const end = document.createElement("div");
  end.className = "toast-end";
  end.innerHTML = buttons;
  toast.append(end);
  window.htmx?.process(end);
});

async function piece(address) {
  const answer = await fetch(address, { headers: { "X-Book": document.body.dataset.book } }).catch(() => null);
  return answer?.ok && !answer.redirected ? answer.text() : "";
}

// Whoever went into the line is afterwards where they were.
toasts?.addEventListener("focusin", (event) => {
  if (event.relatedTarget && !toasts.contains(event.relatedTarget)) cameFrom = event.relatedTarget;
});

function back() {
  const address = cameFrom?.getAttribute("href");
  const same = cameFrom?.isConnected ? cameFrom : address && document.querySelector(`a[href="${CSS.escape(address)}"]`);
  (same || document.getElementById("main")).focus({ preventScroll: true });
}

// Ctrl-Z or Cmd-Z undoes what the line tells; in a field it is the browser's.
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey)) return;
  if (event.altKey || event.shiftKey || event.repeat || document.querySelector("dialog[open]")) return;
  const undo = toasts?.querySelector("[data-undo]");
  if (!undo || event.target.isContentEditable || event.target.matches("textarea, select, input:not([type=checkbox])")) return;
  event.preventDefault();
  undo.click();
});

function fade(toast, delay) {
  setTimeout(() => (toast.matches(":hover, :focus-within") ? fade(toast, 2000) : toast.remove()), delay);
}
