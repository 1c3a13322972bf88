// Shows what waits on the device, sends it when the line is back, and hands back what was refused.
import { canQueue, changes, erase, flush, mark, open, seen, waiting } from "./queue.js";
import { forgetDraft, isBegun } from "./draft.js";
import { goToWrong, notify, tellAll } from "./save.js";
import { labelOf, masked, named, put } from "./fields.js";

const AGAIN = 15000;

export async function watchQueue(form) {
  const box = document.querySelector("[data-queue]");
  if (!canQueue() || !("serviceWorker" in navigator) || !box) return;
  const user = form.elements.user.value;
  await navigator.serviceWorker.register(form.dataset.worker);
  const ready = await navigator.serviceWorker.ready;
  if (!("shell" in form.dataset)) {
    const assets = performance.getEntriesByType("resource").map((each) => each.name)
      .filter((name) => name.startsWith(`${location.origin}/static/`));
    navigator.serviceWorker.addEventListener("message", (event) => {
      document.querySelector("[data-ready]").hidden = !event.data.kept;
    });
    ready.active.postMessage({ keepForm: assets });
  }
  const done = box.querySelector("[data-done]");
  let turn = 0;
  const show = async (how) => {
    const mine = turn += 1;
    const { entries, expired } = await waiting();
    const own = entries.filter((entry) => entry.user === user);
    const whose = await Promise.all(own.map((entry) => open(entry.key)));
    if (mine !== turn) return entries.length; // A later look is on its way, and knows more.
    render(box, form, own, whose, how);
    announce(form, own, done.children.length);
    box.querySelector("[data-foreign]").hidden = !entries.some((entry) => entry.user !== user);
    box.querySelector("[data-expired]").hidden = !expired;
    box.hidden = !entries.length && !done.children.length && !expired;
    const note = document.querySelector("[data-messages] [data-of-queue]");
    if (note && !own.some((entry) => entry.state === note.dataset.ofQueue)) note.remove();
    return entries.length;
  };
  const sent = (told) => {
    sayBack(); // Whoever sent it, the page or the worker.
    if (told.message) notify("success", told.message);
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = told.url;
    link.textContent = told.reference;
    item.append(link, ` ${box.dataset.sent}`);
    done.append(item);
    document.body.dispatchEvent(new Event("terkirim"));
  };
  let timer = null;
  const send = async () => {
    clearTimeout(timer);
    const how = await flush(sent);
    if (await show(how)) timer = setTimeout(send, AGAIN);
  };
  changes?.addEventListener("message", (event) => {
    if (event.data.sent) sent(event.data.sent);
    show();
  });
  window.addEventListener("online", send);
  form.addEventListener("antre", send);
  box.querySelector("[data-seen]").addEventListener("click", () => {
    seen().then(() => show());
    form.elements.nik.focus();
  });
  box.querySelector("[data-send-now]").addEventListener("click", async () => {
    await send();
    if (document.activeElement === document.body) form.elements.nik.focus(); // The button is gone.
  });
  await show();
  await send();
}

// The form of a dead line says that the line is back, once it has proved it.
function sayBack() {
  const offline = document.querySelector("[data-offline]");
  if (!offline) return;
  offline.hidden = true;
  document.querySelector("[data-online]").hidden = false;
}

// On a narrow screen the queue stands far below: the top of the form says what waits there.
function announce(form, entries, sent) {
  const line = form.querySelector("[data-queued]");
  if (!line) return;
  const refused = entries.filter((entry) => entry.state === "refused").length;
  const left = entries.length - refused;
  line.querySelector("a").textContent = [
    left && line.dataset.waiting.replace("{n}", left),
    refused && line.dataset.toMend.replace("{n}", refused),
    sent && line.dataset.sent.replace("{n}", sent),
  ].filter(Boolean).join(" · ");
  line.hidden = !entries.length && !sent;
}

// A near duplicate is not wrong: it waits to be confirmed.
function stateOf({ state, told }, how) {
  if (state === "waiting" && how === "signin") return "signin";
  if (state === "refused" && !Object.keys(told?.errors || {}).length) return "held";
  return state;
}

function render(box, form, entries, whose, how) {
  const list = box.querySelector("[data-entries]");
  const model = box.querySelector("template").content.firstElementChild;
  const focused = list.contains(document.activeElement) ? document.activeElement.closest("li").dataset.key : "";
  list.replaceChildren(...entries.map((entry, place) => {
    const item = model.cloneNode(true);
    const at = new Date(entry.at);
    item.querySelector("[data-at]").textContent =
      `${String(at.getHours()).padStart(2, "0")}.${String(at.getMinutes()).padStart(2, "0")}`;
    item.dataset.key = entry.key;
    const who = masked(form, whose[place]);
    item.querySelector("[data-who]").textContent = who;
    const state = stateOf(entry, how);
    item.dataset.state = state;
    item.querySelectorAll("[data-when]").forEach((each) => { each.hidden = each.dataset.when !== state; });
    const told = Object.entries(entry.told?.errors || {})
      .map(([name, sentences]) => [labelOf(form, name), sentences.join(" ")].filter(Boolean).join(": "));
    item.querySelector("[data-errors]").innerHTML = [...told, ...(entry.told?.warnings || [])].join(" ");
    item.querySelector("[data-mend]").addEventListener("click", () => {
      if (!isBegun(form) || confirm(box.dataset.replace)) mend(form, entry);
    });
    item.querySelector("[data-drop]").addEventListener("click", () => {
      if (!confirm(box.dataset.sure)) return;
      erase(entry.key).then(() => {
        const next = item.nextElementSibling || item.previousElementSibling;
        item.remove();
        (next?.querySelector("button:not([hidden])") || form.elements.nik).focus();
        form.dispatchEvent(new Event("antre"));
      });
    });
    item.querySelectorAll("button").forEach((each) => { each.setAttribute("aria-label", `${each.textContent} ${who}`); });
    item.querySelectorAll("[data-mend], [data-drop]").forEach((each) => { each.hidden = entry.state === "waiting"; });
    return item;
  }));
  // A list made anew keeps the place of who was in it.
  if (focused) list.querySelector(`[data-key="${focused}"] button:not([hidden])`)?.focus();
  box.querySelectorAll("[data-some]").forEach((each) => { each.hidden = !entries.length; });
  box.querySelector("[data-count]").textContent = entries.length;
}

// Bring a refused entry back into the form, with what was wrong at its fields.
async function mend(form, entry) {
  const fields = await open(entry.key);
  if (!fields) return;
  forgetDraft(form, form.elements.request_key.value); // Its person was asked.
  named(form).forEach((field) => {
    if (field.name in fields) put(field, fields[field.name]);
  });
  notify(); // What was said of another entry.
  form.dispatchEvent(new Event("change")); // The offer of the NIK is of this one's.
  tellAll(form, entry.told);
  goToWrong(form);
  await mark(entry.key, "mending", entry.told);
}
