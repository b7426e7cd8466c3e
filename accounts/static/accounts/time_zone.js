// Tells the sign-up form the browser's time zone, so that "today" is right from the first day on.
for (const form of document.querySelectorAll("form[data-time-zone]")) {
  const field = form.elements.namedItem("time_zone");
  if (field && !field.value) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
}
