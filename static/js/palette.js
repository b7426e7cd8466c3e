// "/" goes to the search box; Ctrl-K or Cmd-K opens the palette: pages, actions and search, by keyboard alone.

const palette = document.getElementById("palette");
const input = palette?.querySelector("input");
const items = palette ? [...palette.querySelectorAll("[role=option]")] : [];
let chosen = null;

function choose(item) {
  chosen?.setAttribute("aria-selected", "false");
  chosen = item;
  if (!item) return input.removeAttribute("aria-activedescendant");
  item.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
}

function fits(item, words) {
  return words.every((word) => item.dataset.words.includes(word));
}

function filter() {
  const text = input.value.trim();
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const search = items[0];
  search.hidden = !text;
  search.href = `${input.form.action}?${new URLSearchParams({ q: text })}`;
  search.querySelector("[data-typed]").textContent = text;
  for (const item of items.slice(1)) item.hidden = !fits(item, words);
  const shown = items.filter((item) => !item.hidden);
  choose(shown.find((item) => item !== search) || shown[0] || null);
}

function open() {
  if (!palette || palette.open) return;
  input.value = "";
  filter();
  palette.showModal();
  input.focus();
}

function step(by) {
  const shown = items.filter((item) => !item.hidden);
  const at = shown.indexOf(chosen);
  choose(shown[(at + by + shown.length) % shown.length] || null);
}

input?.addEventListener("input", filter);

input?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  }
  if (event.key === "Escape") {
    event.preventDefault(); // of the browser, which would only empty the field
    palette.close();
  }
  if (event.key === "Enter" && chosen) {
    event.preventDefault();
    location.assign(chosen.href);
  }
});

palette?.addEventListener("click", (event) => {
  if (event.target === palette) palette.close();
});

function isTyping(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    open();
  }
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const boxes = [...document.querySelectorAll("[data-search]")].reverse();
  const box = boxes.find((each) => each.checkVisibility());
  event.preventDefault();
  if (box) box.select();
  if (box) box.focus();
  else open();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-palette]")) open();
});
