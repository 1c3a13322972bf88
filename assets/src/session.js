// Says at once that nobody is signed in any more, while the entry is still typed: the person signs in
// in another tab and goes on here, with nothing lost. A sign-in makes a new token for the forms.
import { SEND } from "./queue.js";

export const ENDED = new Set([401, 403]);

// Ask who is signed in, and say so at the form. True where the form can be sent again.
export async function renew(form) {
  const note = form.querySelector("[data-signed-out]");
  let answer;
  try {
    answer = await fetch(SEND, { credentials: "same-origin" });
  } catch { return false; } // Without a line the queue takes the entry.
  const told = answer.ok ? await answer.json() : null;
  if (!told && !ENDED.has(answer.status)) return false;
  const isOther = Boolean(told) && told.user !== form.elements.user.value;
  if (told && !isOther) {
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = told.token; });
  }
  note.querySelector("[data-ended]").hidden = Boolean(told);
  note.querySelector("[data-other]").hidden = !isOther;
  const wasIn = note.contains(document.activeElement);
  note.hidden = Boolean(told) && !isOther;
  if (note.hidden && wasIn) (left || form.elements.nik).focus();
  return note.hidden;
}

// The field the person was in before the note took them away.
let left = null;

export function watchSession(form) {
  const note = form.querySelector("[data-signed-out]");
  if (!note) return;
  form.addEventListener("focusin", ({ target }) => { if (!note.contains(target)) left = target; });
  window.addEventListener("focus", () => { if (!note.hidden) renew(form); });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !note.hidden) renew(form);
  });
}
