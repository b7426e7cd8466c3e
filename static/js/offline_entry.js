// The form of the offline page: an entry is kept on the device, sealed, until there is a connection.

import * as kept from "./kept.js";

const form = document.getElementById("offline-entry");
const said = document.getElementById("offline-said");

async function begin() {
  const place = (await kept.isUsed()) ? await kept.place() : null;
  if (!place?.accounts.length) return;
  for (const account of place.accounts) form.elements.account.add(new Option(account.name, account.id));
  const now = new Date();
  form.elements.day.value = new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
  form.hidden = false;
  await tell();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    add(place);
  });
}

async function add(place) {
  const given = form.elements;
  const size = given.amount.value.trim().replace(",", ".");
  const body = {
    account_id: Number(given.account.value),
    day: given.day.value,
    amount: given.direction.value === "in" ? size : `-${size}`,
    description: given.description.value.trim(),
  };
  await kept.keep({ person: place.person, book: place.book, body });
  given.amount.value = given.description.value = "";
  await tell();
  given.amount.focus();
}

async function tell() {
  const count = (await kept.entries()).length;
  said.textContent = count ? said.dataset.kept.replace("%d", count) : "";
}

begin();
