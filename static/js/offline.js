// Sends what was entered without a connection, each entry under its own key so that it counts once, and forgets
// everything at sign-out.

import * as kept from "./kept.js";

const LATER = new Set([401, 408, 409, 429]);
const KNOWN_FOR = 23 * 3600 * 1000; // the server forgets a key after 24 hours, and then the entry would count twice
const LAST = "pocketpilot-person";
const { person, book } = document.body.dataset;
const board = document.getElementById("kept-entries");
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
let sending = false;

async function sent(entry) {
  if (Date.now() - (entry.tried_at ?? Date.now()) > KNOWN_FOR) return refused(entry, board.dataset.unsure);
  if (!entry.tried_at) await kept.mark(entry.id, { ...entry, tried_at: Date.now() });
  const headers = {
    "Content-Type": "application/json",
    "X-CSRFToken": token(),
    "X-Book": entry.book,
    "Idempotency-Key": entry.id,
  };
  const answer = await fetch(board.dataset.address, { method: "POST", headers, body: JSON.stringify(entry.body) }).catch(() => null);
  if (answer?.ok) {
    await kept.drop(entry.id);
    return true;
  }
  if (!answer || answer.status >= 500 || LATER.has(answer.status)) return false;
  const { fields, message } = await answer.json();
  const stale = answer.status === 403 && message.startsWith("CSRF"); // the next page has a token that is good
  return stale ? false : refused(entry, Object.values(fields ?? {}).flat().join(" ") || message);
}

async function refused(entry, problem) {
  await kept.mark(entry.id, { ...entry, problem });
  return false;
}

async function sendAll() {
  if (sending || !board || !navigator.onLine) return;
  sending = true;
  try {
    await changed;
    if (!(await kept.isUsed())) return;
    const place = await kept.place();
    if (place && place.person !== person) await kept.forget();
    let count = 0;
    for (const entry of await kept.entries()) if (!entry.problem && (await sent(entry).catch(() => false))) count += 1;
    await show(count);
  } finally {
    sending = false;
  }
}

// What was added, and what could not be and why, with a button that gives it up.
async function show(count) {
  const left = (await kept.entries()).filter((entry) => entry.problem);
  board.replaceChildren(...(count ? [line(board.dataset.added.replace("%d", count))] : []), ...left.map(problem));
  board.hidden = !board.childElementCount;
}

function line(text) {
  const shown = document.createElement("p");
  shown.className = "banner";
  shown.textContent = text;
  return shown;
}

function problem(entry) {
  const shown = line(`${board.dataset.refused} ${entry.body.description}: ${entry.problem}`);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button small";
  button.textContent = board.dataset.discard;
  button.addEventListener("click", async () => {
    await kept.drop(entry.id);
    shown.remove();
  });
  shown.append(button);
  return shown;
}

// Whoever opens the form for an entry may need it without a connection the next time.
document.addEventListener("focusin", async (event) => {
  const form = event.target.closest?.("form[data-keep-accounts]");
  if (!form || form.dataset.kept || !globalThis.crypto?.subtle) return;
  form.dataset.kept = "yes";
  const accounts = [...form.elements.account.options].filter((each) => each.value).map((each) => ({ id: Number(each.value), name: each.text }));
  await kept.keepPlace({ person, book, accounts });
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-sign-out]") || form.dataset.forgotten) return;
  event.preventDefault();
  form.dataset.forgotten = "yes";
  await Promise.race([forgetAll(), new Promise((resolve) => setTimeout(resolve, 1500))]).catch(() => null);
  form.submit();
});

// The entries, and the browser's subscription: pushes are for whoever is signed in.
async function forgetAll() {
  if (await kept.isUsed()) await kept.forget();
  const worker = await navigator.serviceWorker?.getRegistration();
  await (await worker?.pushManager?.getSubscription())?.unsubscribe();
}

// Where a session ended by itself nobody signed out; then it is done for whoever comes next.
async function forgetOthers() {
  const last = localStorage.getItem(LAST);
  if (!person || last === person) return;
  if (last) await forgetAll();
  localStorage.setItem(LAST, person);
}

const changed = forgetOthers().catch(() => null);
addEventListener("online", sendAll);
sendAll();
