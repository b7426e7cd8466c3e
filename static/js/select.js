// Choosing several rows: all at once, a range with Shift, and a bar that says how many. The list and its bar are
// replaced by live updates, so both are looked for each time.

let last = null;

function boxes() {
  return [...document.querySelectorAll("input[data-select]")];
}

function show() {
  const bar = document.querySelector("[data-selection-bar]");
  if (!bar) return;
  const chosen = boxes().filter((box) => box.checked).length;
  bar.hidden = chosen === 0;
  bar.querySelector("[data-selection-count]").textContent = chosen;
  const all = bar.querySelector("[data-select-all]");
  all.checked = chosen > 0 && chosen === boxes().length;
  all.indeterminate = chosen > 0 && !all.checked;
}

function check(some, checked) {
  for (const box of some) box.checked = checked;
}

function between(one, other) {
  const list = boxes();
  const [from, to] = [list.indexOf(one), list.indexOf(other)].sort((a, b) => a - b);
  return list.slice(from, to + 1);
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("input[data-select]");
  if (box) {
    if (event.shiftKey && last?.isConnected) check(between(last, box), box.checked);
    last = box;
  } else if (event.target.closest("[data-select-none]")) {
    check(boxes(), false);
  } else {
    return;
  }
  show();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-select-all]")) return;
  check(boxes(), event.target.checked);
  show();
});

addEventListener("pageshow", show);
document.addEventListener("live:refreshed", show);
show();
