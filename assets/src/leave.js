// Logging out erases what this device keeps, and asks first when something has not been sent. It is
// counted, asked and erased behind the locks of sending, so that what is asked is what is true.
import { canQueue, eraseAll, halted, leave, SEND, waiting } from "./queue.js";

export function watchLeave(form) {
  if (!form || !canQueue()) return;
  const button = form.querySelector("button");
  const usual = button.textContent;
  let leaving = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (leaving) return;
    leaving = true;
    const say = () => { button.textContent = form.dataset.sending; button.setAttribute("aria-busy", "true"); };
    const left = await halted(say, async (isCertain) => {
      const { entries } = await waiting();
      if (!await hasLine()) {
        alert(form.dataset.noLine); // Erased and yet signed in would be the worst of both.
        return false;
      }
      const question = isCertain ? form.dataset.leave.replace("{n}", entries.length) : form.dataset.unsure;
      if ((entries.length || !isCertain) && !confirm(question)) return false;
      await leave(); // What is under way is not kept from here on,
      window.stop(); // nor does its answer lead away from here.
      await eraseAll();
      await caches.delete("form");
      Object.keys(localStorage).filter((key) => key.startsWith("draft:")).forEach((key) => localStorage.removeItem(key));
      return true;
    }).catch(() => true); // A store that cannot be read must not keep anybody signed in.
    button.removeAttribute("aria-busy");
    button.textContent = usual;
    leaving = false;
    if (left) form.submit();
  });
}

// Whether the server can be told that somebody leaves. One that answers slowly is asked all the same.
async function hasLine() {
  try {
    await fetch(SEND, { credentials: "same-origin", signal: AbortSignal.timeout(2000) });
    return true;
  } catch (error) {
    return error.name === "TimeoutError";
  }
}
