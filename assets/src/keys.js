// The keys of the form: Ctrl+Enter saves, Enter goes on to the next field instead of sending.
import { fieldOf, named, touched } from "./fields.js";

export function watchKeys(form) {
  const save = form.querySelector("[data-primary]");
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      form.requestSubmit(save);
      return;
    }
    const field = fieldOf(form, event.target);
    if (!field || event.target instanceof HTMLButtonElement || field.type === "checkbox") return;
    event.preventDefault();
    // A searchable list takes what was typed first; nothing found keeps the person there.
    if (field.tomselect?.control_input.value) return;
    const seen = named(form).filter((each) => each.type !== "hidden" && touched(each).offsetParent);
    const next = seen[seen.indexOf(field) + 1];
    (next ? next.tomselect || next : save).focus();
  });
}
