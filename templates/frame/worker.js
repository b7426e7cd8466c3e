{% load static %}// Keeps styles, scripts and the offline page at hand, and shows pushes. Pages and amounts are never stored on the device.
const CACHE = "pocketpilot-{{ version }}";
const OFFLINE = "{% url 'offline' %}";
const STATIC = "{% static 'css/tokens.css' %}".replace(/css\/.*/, "");
const NEEDED = [new Request(OFFLINE, { credentials: "omit" }), {% for file in needed %}"{% static file %}"{% if not forloop.last %}, {% endif %}{% endfor %}];
const ICON = "{% static 'icons/icon-192.png' %}";

addEventListener("install", (event) => event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(NEEDED)).then(() => skipWaiting())));

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

// The same tag replaces what is shown already: one notification that is sent twice is seen once.
addEventListener("push", (event) => {
  const { title, body, tag, url } = event.data.json();
  event.waitUntil(registration.showNotification(title, { body, tag, icon: ICON, badge: ICON, data: { url } }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  const address = new URL(event.notification.data.url, location.origin);
  if (address.origin === location.origin) event.waitUntil(show(address.href));
});

async function show(address) {
  const [open] = await clients.matchAll({ type: "window" });
  if (!open) return clients.openWindow(address);
  await open.focus();
  return open.navigate(address);
}
