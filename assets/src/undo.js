// Takes an entry of minutes ago back without leaving the page: what is half typed stays, the NIK
// too. Where that fails the form is sent as ever, and the draft of this device is put back.
export function watchUndo() {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-undo]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.sent) return;
    form.dataset.sent = "yes";
    const page = await answerTo(form);
    const messages = page?.querySelector("[data-messages]");
    if (!messages?.children.length) { form.submit(); return; }
    document.querySelector("[data-messages]").replaceWith(messages);
    const fresh = page.querySelector("[data-today]");
    if (!fresh) { delete form.dataset.sent; return; }
    document.querySelector("[data-today]").replaceWith(fresh);
    window.htmx?.process(fresh);
    document.querySelector("form[data-entry]").elements.nik.focus();
  });
}

// The page the server answers with; null where none came.
async function answerTo(form) {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null;
  }
}
