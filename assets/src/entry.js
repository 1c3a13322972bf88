// The officer's form: Ctrl+Enter saves, one click sends once, the first error gets the focus.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-entry]");
  if (!form) return;
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-primary]"));
    }
  });
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => delete form.dataset.sent);
  keepDraft(form);
  const wrong = form.querySelector("[aria-invalid=true]");
  const first = wrong || form.querySelector("[autofocus]");
  if (first) (first.tomselect || first).focus();
});

// What is typed survives a closed tab or a failed line: kept on this device, without the NIK,
// and cleared once it is saved. The key of the form is kept too, so a save whose answer was lost
// is not recorded twice.
function keepDraft(form) {
  const key = form.dataset.draft;
  if (!key) return;
  const never = new Set(["nik", "csrfmiddlewaretoken", "confirmed"]);
  const fields = [...form.elements].filter((field) => field.name && !never.has(field.name) && field.type !== "submit");
  const blank = Object.fromEntries(fields.map((field) => [field.name, field.value]));
  const put = (field, value) => {
    if (field.tomselect) field.tomselect.setValue(value, true);
    else field.value = value;
  };
  const note = form.querySelector("[data-restored]");
  const afresh = !form.querySelector(".wrong, .warn:not(.restored), .wrong-all");
  if ("saved" in form.dataset) localStorage.removeItem(key);
  const kept = JSON.parse(localStorage.getItem(key) || "null");
  if (kept && afresh) {
    fields.forEach((field) => { if (field.name in kept) put(field, kept[field.name]); });
    note.hidden = false;
  }
  form.querySelector("[data-discard]").addEventListener("click", () => {
    localStorage.removeItem(key);
    fields.forEach((field) => put(field, blank[field.name]));
    note.hidden = true;
  });
  const keep = () => {
    const now = Object.fromEntries(fields.map((field) => [field.name, field.value]));
    localStorage.setItem(key, JSON.stringify(now));
  };
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  document.querySelector("form[action*=logout]")?.addEventListener("submit", () => localStorage.removeItem(key));
}
