// Comfort only: every page works without this file.
import htmx from "htmx.org";
import { keepFocus } from "./focus.js";
import { watchFolds } from "./fold.js";
import { watchLeave } from "./leave.js";
import { keepLive } from "./live.js";
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

// A form that came back takes its person to the first field that is wrong. The entry form has its own way.
function goToWrong() {
  const wrong = document.querySelector("main form:not([data-entry]) [aria-invalid=true]");
  if (wrong) (wrong.tomselect || wrong).focus();
}

document.addEventListener("DOMContentLoaded", () => {
  enhance(document);
  keepLive(htmx);
  watchReadout();
  watchFolds();
  keepFocus();
  watchLeave(document.querySelector("form[data-leave]"));
  setTimeout(goToWrong); // Lists that are searched have been made by then.
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-menu]");
  if (button) button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") !== "true"));
});
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
