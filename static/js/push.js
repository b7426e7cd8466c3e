// Lets this browser take pushes: asks the person, subscribes at the browser's push service, and says so to the server.

const part = document.getElementById("push");
const button = part?.querySelector("[data-subscribe]");
const said = part?.querySelector("[role=status]");

function bytesOf(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/") + "=".repeat((4 - (text.length % 4)) % 4));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") return said.dataset.refused;
  const worker = await navigator.serviceWorker.ready;
  const options = { userVisibleOnly: true, applicationServerKey: bytesOf(part.dataset.pushKey) };
  const { endpoint, keys } = (await worker.pushManager.subscribe(options)).toJSON();
  const headers = {
    "Content-Type": "application/json",
    "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
  };
  const body = JSON.stringify({ kind: "push", endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } });
  const answer = await fetch(part.dataset.devices, { method: "POST", headers, body });
  if (!answer.ok) return said.dataset.failed;
  location.reload();
  return "";
}

if (!("serviceWorker" in navigator && "PushManager" in window)) part?.remove();
button?.addEventListener("click", async () => {
  button.disabled = true;
  said.textContent = await subscribe().catch(() => said.dataset.failed);
  button.disabled = false;
});
