// The review inbox by keyboard: J and K move, A accepts, R rejects, X chooses. Buttons and forms do the same without.

let place = 0;

function items() {
  return [...document.querySelectorAll("[data-review-item]")];
}

function current() {
  return document.activeElement.closest?.("[data-review-item]");
}

function go(index) {
  const list = items();
  if (!list.length) return;
  place = Math.max(0, Math.min(index, list.length - 1));
  list[place].focus();
}

function isTyping(element) {
  return element.closest?.("input:not([type=checkbox]), select, textarea, dialog[open]");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const item = current();
  const here = items().indexOf(item);
  const key = event.key.toLowerCase();
  if (key === "j") go(here < 0 ? place : here + 1);
  else if (key === "k") go(here < 0 ? place : here - 1);
  else if (key === "a") item?.querySelector("[data-accept]")?.click();
  else if (key === "r") item?.querySelector("[data-reject]")?.click();
  else if (key === "x") item?.querySelector("input[data-select]")?.click();
  else return;
  event.preventDefault();
});

document.addEventListener("focusin", () => {
  const here = items().indexOf(current());
  if (here >= 0) place = here;
});

// After a decision about many the page is loaded anew: on with the one that stands where the first of them stood.
const DECIDED = "review-decided";

document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || !event.target.matches("[data-review-many]")) return;
  const first = items().findIndex((item) => item.querySelector("input[data-select]:checked"));
  sessionStorage.setItem(DECIDED, String(Math.max(first, 0)));
});

const decided = sessionStorage.getItem(DECIDED);
sessionStorage.removeItem(DECIDED);
if (decided !== null) {
  go(Number(decided));
  if (!items().length) document.querySelector("#review h2")?.focus();
}

// A decided item goes; whoever works down the list stands on the next one.
document.addEventListener("live:refreshed", () => {
  if (document.activeElement === document.body) go(place);
});
