// The officer's form: Ctrl+Enter saves, one click sends once, the first error, or else the tick
// of a warning that held a save back, gets the focus.
import { watchChanges } from "./changes.js";
import { watchErrors } from "./check.js";
import { keepDraft } from "./draft.js";
import { watchKeys } from "./keys.js";
import { watchNik } from "./nik.js";
import { watchSession } from "./session.js";
import { watchUndo } from "./undo.js";
import { watchQueue } from "./waiting.js";

const DAYS = new Set(["birth_date", "completed_on"]);

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-entry]");
  if (!form) return;
  watchKeys(form);
  form.addEventListener("change", ({ target }) => {
    // Eight digits are read as a day, and shown as one.
    if (DAYS.has(target.name)) target.value = target.value.trim().replace(/^(\d\d)(\d\d)(\d{4})$/, "$1/$2/$3");
  }, true);
  form.addEventListener("submit", (event) => {
    const unmatched = form.querySelector("[data-unmatched]");
    if (form.dataset.sent || unmatched) {
      event.preventDefault();
      unmatched?.tomselect.focus();
      return;
    }
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => delete form.dataset.sent);
  keepDraft(form);
  watchNik(form);
  watchErrors(form);
  watchChanges(form);
  watchSession(form);
  watchUndo();
  if (form.dataset.worker) watchQueue(form);
  const wrong = form.querySelector("[aria-invalid=true]");
  const held = form.querySelector("[data-held]") && form.elements.confirmed;
  const first = wrong || held || form.querySelector("[name=nik]");
  if (first) (first.tomselect || first).focus();
  if (!wrong && held) form.querySelector("[data-ask]").scrollIntoView({ block: "center" });
});
