// Logging out erases what this device keeps, and asks first when something has not been sent. It is
// counted, asked and erased behind the locks of sending, so that what is asked is what is true.
import { canQueue, eraseAll, halted, waiting } from "./queue.js";

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
      const question = isCertain ? form.dataset.leave.replace("{n}", entries.length) : form.dataset.unsure;
      if ((entries.length || !isCertain) && !confirm(question)) return false;
      await forget();
      window.stop(); // A save under way would lead away from here when it is answered.
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

// Tell the service worker, and wait for its answer: a save it still holds is not kept from then on.
function forget() {
  const worker = navigator.serviceWorker?.controller;
  if (!worker) return Promise.resolve();
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = done;
    setTimeout(done, 1000);
    worker.postMessage({ forget: true }, [port2]);
  });
}
