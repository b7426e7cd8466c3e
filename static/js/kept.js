// What was entered without a connection, until it is sent: sealed under a key that no script can read out, and forgotten
// at sign-out, or when somebody else signs in here. Nothing else about money is kept on a device.

const NAME = "pocketpilot-offline";
const STORES = ["keys", "entries", "place"];

function answered(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function opened() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => { for (const name of STORES) request.result.createObjectStore(name, { keyPath: "id" }); };
  return answered(request);
}

async function inStore(name, mode, work) {
  const base = await opened();
  try {
    return await answered(work(base.transaction(name, mode).objectStore(name)));
  } finally {
    base.close();
  }
}

async function key() {
  const kept = await inStore("keys", "readonly", (store) => store.get("seal"));
  if (kept) return kept.key;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await inStore("keys", "readwrite", (store) => store.put({ id: "seal", key: made }));
  return made;
}

async function put(name, id, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(value));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await key(), text);
  await inStore(name, "readwrite", (store) => store.put({ id, iv, sealed }));
}

async function read(row) {
  const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, await key(), row.sealed);
  return JSON.parse(new TextDecoder().decode(text));
}

// Whether anything was ever kept here: a page that finds nothing makes no database.
export async function isUsed() {
  if (!globalThis.indexedDB || !globalThis.crypto?.subtle) return false;
  if (!indexedDB.databases) return true;
  return (await indexedDB.databases()).some((each) => each.name === NAME);
}

// Who is signed in, in which book, and which accounts an entry may go to.
export const keepPlace = (place) => put("place", "place", place);

export async function place() {
  const row = await inStore("place", "readonly", (store) => store.get("place"));
  return row ? read(row) : null;
}

export async function keep(entry) {
  const id = crypto.randomUUID();
  await put("entries", id, entry);
  return id;
}

export const mark = (id, entry) => put("entries", id, entry);

export async function entries() {
  const rows = await inStore("entries", "readonly", (store) => store.getAll());
  return Promise.all(rows.map(async (row) => ({ id: row.id, ...(await read(row)) })));
}

export const drop = (id) => inStore("entries", "readwrite", (store) => store.delete(id));

export const forget = () => answered(indexedDB.deleteDatabase(NAME));
