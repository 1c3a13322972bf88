// The officer's form: Ctrl+Enter saves, one click sends once, and what is plainly missing is not sent.
import { watchChanges } from "./changes.js";
import { lacks, watchErrors } from "./check.js";
import { keepDraft } from "./draft.js";
import { put } from "./fields.js";
import { watchKeys } from "./keys.js";
import { watchNik } from "./nik.js";
import { goToWrong, turnBack, watchSave } from "./save.js";
import { watchSession } from "./session.js";
import { watchUndo } from "./undo.js";
import { watchQueue } from "./waiting.js";

const DAYS = new Set(["birth_date", "completed_on"]);

// The P3MI of the entry before goes with its scheme; one that needs none gets none unseen.
function watchScheme(form) {
  const { scheme, agency } = form.elements;
  // Left, not changed: who types "P to P" passes by "Perseorangan".
  scheme.addEventListener("blur", () => {
    if (!("agency" in scheme.selectedOptions[0].dataset)) put(agency, "");
  });
}

document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-entry]");
  if (!form) return;
  let last = null;
  watchKeys(form);
  form.addEventListener("change", ({ target }) => {
    // Eight digits are read as a day, and shown as one.
    if (DAYS.has(target.name)) target.value = target.value.trim().replace(/^(\d\d)(\d\d)(\d{4})$/, "$1/$2/$3");
  }, true);
  form.addEventListener("pointerup", ({ target }) => {
    // A day is typed over the one that stands there; a second tap sets the caret.
    if (DAYS.has(target.name) && document.activeElement !== last) target.select();
    last = document.activeElement;
  });
  form.addEventListener("focusout", () => { last = null; });
  form.addEventListener("submit", (event) => {
    const told = form.dataset.sent ? null : lacks(form);
    if (form.dataset.sent || told) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (told) turnBack(form, told);
      return;
    }
    form.dataset.sent = "yes";
  });
  if (form.dataset.send) watchScheme(form);
  window.addEventListener("pageshow", () => delete form.dataset.sent);
  keepDraft(form);
  watchNik(form);
  watchErrors(form);
  watchChanges(form);
  watchSession(form);
  watchSave(form);
  watchUndo();
  if (form.dataset.worker) watchQueue(form);
  goToWrong(form);
});
