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
  const wrong = form.querySelector("[aria-invalid=true]");
  const first = wrong || form.querySelector("[autofocus]");
  if (first) (first.tomselect || first).focus();
});
