// Choosing several rows: all at once, a range with Shift, and a bar that says how many.

const form = document.querySelector("form[data-selection]");

function boxes() {
  return [...document.querySelectorAll("input[data-select]")];
}

function show() {
  const chosen = boxes().filter((box) => box.checked).length;
  const bar = form.querySelector("[data-selection-bar]");
  bar.hidden = chosen === 0;
  bar.querySelector("[data-selection-count]").textContent = chosen;
  const all = form.querySelector("[data-select-all]");
  if (!all) return;
  all.checked = chosen > 0 && chosen === boxes().length;
  all.indeterminate = chosen > 0 && !all.checked;
}

let last = null;

if (form) {
  document.addEventListener("click", (event) => {
    const box = event.target.closest("input[data-select]");
    if (!box) return;
    const list = boxes();
    if (event.shiftKey && last?.isConnected) {
      const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b);
      for (const between of list.slice(from, to + 1)) between.checked = box.checked;
    }
    last = box;
    show();
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-all]")) for (const box of boxes()) box.checked = event.target.checked;
    show();
  });
  form.querySelector("[data-select-none]")?.addEventListener("click", () => {
    for (const box of boxes()) box.checked = false;
    show();
  });
  addEventListener("pageshow", show);
  document.addEventListener("live:refreshed", show);
  show();
}
