// Comfort only: every page works without this file.
import htmx from "htmx.org";
import { keepLive } from "./live.js";
import { canQueue, eraseAll, waiting } from "./queue.js";
import { watchReadout } from "./readout.js";

window.htmx = htmx;
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0; // pages hold personal data: nothing of them stays on the device

function enhance(root) {
  root.querySelectorAll("[data-submit-on-change]").forEach((field) => {
    field.addEventListener("change", () => field.form.requestSubmit());
  });
}

document.addEventListener("DOMContentLoaded", () => {
  enhance(document);
  keepLive(htmx);
  watchReadout();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-menu]");
  if (button) button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true"));
});
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));

// Logging out erases what this device keeps, and asks first when something has not been sent.
document.addEventListener("DOMContentLoaded", () => {
  const leave = document.querySelector("form[data-leave]");
  if (!leave || !canQueue()) return;
  leave.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { entries } = await waiting();
    if (entries.length && !confirm(leave.dataset.leave.replace("{n}", entries.length))) return;
    await eraseAll();
    navigator.serviceWorker?.controller?.postMessage({ forget: true });
    await caches.delete("form");
    Object.keys(localStorage).filter((key) => key.startsWith("draft:")).forEach((key) => localStorage.removeItem(key));
    leave.submit();
  });
});
