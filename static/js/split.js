// What is left of a split while its parts are typed. Without this script the page says it when the form is sent.
// Whole numbers of ten-thousandths, as a float would lose cents.

const UNITS = 10000n;

function units(text) {
  const found = /^\s*(-?)(\d*)(?:\.(\d{0,4}))?\s*$/.exec(text);
  if (!found || !(found[2] || found[3])) return null;
  const size = BigInt(found[2] || 0) * UNITS + BigInt((found[3] || "").padEnd(4, "0"));
  return found[1] ? -size : size;
}

// In the places of the currency, and finer where something finer was typed.
function text(size, places) {
  const rest = String(size % UNITS).padStart(4, "0").replace(/0+$/, "").padEnd(places, "0");
  return rest ? `${size / UNITS}.${rest}` : `${size / UNITS}`;
}

function left(form) {
  let rest = units(form.dataset.split);
  let taken = false;
  for (const part of form.querySelectorAll("fieldset.part")) {
    const how = part.querySelector("select[name$=-how]").value;
    const size = units(part.querySelector("input[name$=-size]").value);
    part.querySelector("input[name$=-size]").disabled = how === "rest";
    if (how === "rest") taken = true;
    else if (size !== null) rest -= how === "percent" ? (units(form.dataset.split) * size) / (100n * UNITS) : size;
  }
  return [rest, taken];
}

function show(form) {
  const line = form.querySelector("[data-split-left]");
  const [size, taken] = left(form);
  const { left: less, rest, over, even } = line.dataset;
  const under = taken ? rest : less;
  const places = Number(form.dataset.places);
  line.textContent = size === 0n ? even : `${size > 0n ? under : over}: ${text(size > 0n ? size : -size, places)}`;
}

function showAll() {
  for (const form of document.querySelectorAll("form[data-split]")) show(form);
}

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.closest("form[data-split]");
    if (form) show(form);
  });
}
document.addEventListener("htmx:after:swap", showAll);
showAll();
