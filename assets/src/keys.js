// The keys of the form: Ctrl+Enter saves, Enter goes on to the next field instead of sending.
import { fieldOf, named, touched } from "./fields.js";

export function watchKeys(form) {
  const save = form.querySelector("[data-primary]");
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      event.target.blur(); // What is typed in it is judged as when it is left.
      form.requestSubmit(save);
      return;
    }
    const field = fieldOf(form, event.target);
    if (!field || event.target instanceof HTMLButtonElement || field.type === "checkbox") return;
    event.preventDefault();
    // In an open list Enter has picked. What it found nothing for stays to be typed anew.
    if (field.tomselect?.control_input.value.trim()) return;
    const seen = named(form).filter((each) => each.type !== "hidden" && touched(each).offsetParent);
    // What the NIK has filled needs no stop; Shift+Tab goes back to it.
    const next = seen.slice(seen.indexOf(field) + 1).find((each) => !each.dataset.taken);
    (next ? next.tomselect || next : save).focus();
    if (next instanceof HTMLInputElement) next.select(); // As Tab does.
  });
}
