{% load static %}// Keeps styles, scripts and the offline page at hand. Pages and amounts are never stored on the device.
const CACHE = "pocketpilot-{{ version }}";
const OFFLINE = "{% url 'offline' %}";
const STATIC = "{% static 'css/tokens.css' %}".replace(/css\/.*/, "");

addEventListener("install", (event) => event.waitUntil(caches.open(CACHE).then((cache) => cache.add(OFFLINE)).then(() => skipWaiting())));

addEventListener("activate", (event) =>
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)))).then(() => clients.claim()),
  ),
);

async function freshOrKept(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  else if (address.pathname.startsWith(STATIC)) event.respondWith(freshOrKept(request));
});
