// The frame: menus that close, messages that go, appearance without a reload, confirmation before what destroys.

const root = document.documentElement;

document.addEventListener("click", (event) => {
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest(".message").remove();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

async function changeAppearance(form, button) {
  const body = new FormData(form, button);
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
  if (answer.type !== "opaqueredirect" && !answer.ok) return form.submit();
  if (button.name === "theme") root.dataset.theme = button.value;
  if (button.name === "privacy") root.dataset.privacy = button.value;
  location.reload();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches("[data-appearance]")) {
    event.preventDefault();
    changeAppearance(form, event.submitter);
  }
  const question = event.submitter?.dataset.confirm || form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);

// Of tabs that do not all fit, the chosen one is seen.
for (const chosen of document.querySelectorAll(".tabs [aria-current]")) {
  const tabs = chosen.closest(".tabs");
  const [box, place] = [tabs.getBoundingClientRect(), chosen.getBoundingClientRect()];
  tabs.scrollLeft += place.left + place.width / 2 - box.left - box.width / 2;
}

// Empty fields of a filter form stay out of the address.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-tidy]")) return;
  for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
});

// Coming back to a page that was left by the back button, the tidied fields must work again.
addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form[data-tidy] :disabled")) field.disabled = false;
});

if ("serviceWorker" in navigator && root.dataset.worker) navigator.serviceWorker.register(root.dataset.worker);
