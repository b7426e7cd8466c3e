// Links marked data-drawer open their address in the panel at the right. htmx fetches and swaps; this opens, closes and
// keeps the address bar true. Without this script they are ordinary links to a page.

const drawer = document.getElementById("drawer");
let opener = null;
let pushed = false;

function isPlainClick(event) {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}

async function open(address, { push } = { push: true }) {
  try {
    await htmx.ajax("GET", address, { target: "#drawer", swap: "innerHTML" });
  } catch {
    location.assign(address);
    return;
  }
  if (!drawer.querySelector(".drawer-body")) {
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
  } else if (drawer?.open) {
    pushed = false;
    drawer.close();
  }
});

// What takes longer than a moment shows a bar at the top.
document.addEventListener("htmx:before:request", () => document.documentElement.classList.add("busy"));
document.addEventListener("htmx:finally:request", () => document.documentElement.classList.remove("busy"));

// A sign-in page or an error instead of the piece: leave the panel and show it whole.
document.addEventListener("htmx:before:swap", (event) => {
  const text = event.detail.ctx?.text || "";
  if (/^\s*<!doctype/i.test(text)) {
    event.preventDefault();
    location.assign(event.detail.ctx.request.action);
  }
});

// What a form in the panel did: the panel closes and a line says so.
document.addEventListener("saved", (event) => {
  if (drawer.open) drawer.close();
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = event.detail.message;
  document.getElementById("toasts").append(toast);
  setTimeout(() => toast.remove(), 5000);
});
