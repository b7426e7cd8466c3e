// Says that nothing came of the browser's own dialogue for a passkey, beside the button that opened it.

let pressed = null;

document.addEventListener("click", (event) => { pressed = event.target.closest("button") ?? pressed; }, true);

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const message = document.getElementById("passkey-failed");
  const place = pressed?.closest(".form-actions") ?? pressed;
  place?.before(message);
  message.hidden = false;
});
