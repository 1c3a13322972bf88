// Saves without leaving the page: the next entry is typed while the answer is on its way. For a moment the
// form holds what was sent and takes only the next NIK, so that a refusal finds everything in its place.
// Who goes on to the next field, or has waited for that moment, goes on with an empty form; what is refused
// after that comes back through the queue on this device.
import { show } from "./check.js";
import { afresh, forgetDraft } from "./draft.js";
import { fieldOf, masked, named, put, say } from "./fields.js";
import { canQueue, erase, keep, mark } from "./queue.js";
import { ENDED, renew } from "./session.js";

const MOMENT = 1500;
const PATIENCE = 45000; // The service worker gives up earlier, and queues.
// Nobody has seen a refusal and begun to answer it any sooner.
const REACTION = 800;

export function watchSave(form) {
  if (!form.dataset.send || !window.isSecureContext) return; // The browser sends the form, as ever.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save(form, event.submitter?.name === "open");
  });
}

async function save(form, isOpened, isAgain = false) {
  const entry = entryOf(form);
  const held = hold(form, isOpened);
  notify("info", form.dataset.saving, entry);
  if (!isOpened) toTop(form);
  const answering = post(form.dataset.send, new URLSearchParams(entry.fields));
  const answer = await Promise.race([answering, held.left]);
  if (!answer) {
    notify("info", form.dataset.slow, entry);
    await late(form, entry, await answering);
  } else if (answer.status === 201 || answer.status === 202) {
    held.goOn();
    await taken(form, entry, answer, isOpened);
  } else if (held.isTypedOn() && canQueue()) {
    held.goOn();
    await late(form, entry, answer);
  } else {
    held.giveBack();
    notify();
    if (answer.status === 422) {
      put(form.elements.request_key, answer.told.request_key);
      tellAll(form, answer.told);
      turnBack(form, answer.told, entry);
    } else if (!ENDED.has(answer.status)) {
      form.querySelector("[data-refused]").textContent = form.dataset.failed;
    } else if (await renew(form) && !isAgain) {
      // A sign-in in another tab has made a new token: with that it is the same save.
      form.dataset.sent = "yes";
      await save(form, isOpened, true);
    }
  }
}

// What is sent, and whom it is of.
function entryOf(form) {
  const fields = Object.fromEntries(new FormData(form));
  return { key: fields.request_key, fields, begunAt: Date.now(), who: masked(form, fields) };
}

// The answer to an entry: 201 recorded, 202 queued, 422 refused, 401 and 403 nobody signed in, 0 none.
async function post(address, body) {
  try {
    const answer = await fetch(address, {
      method: "POST", body, credentials: "same-origin", headers: { "X-Entry": "form" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    const isTold = answer.status === 201 || answer.status === 422;
    return { status: answer.status, told: isTold ? await answer.json() : null };
  } catch {
    return { status: 0 };
  }
}

// Keep the form as it was sent, but for the NIK of the next entry. left is fulfilled with nothing when
// the form has gone on without an answer.
function hold(form, isOpened) {
  const nik = form.elements.nik;
  const typed = nik.value;
  const still = [...form.querySelectorAll("fieldset .field, fieldset.warned, .save")]
    .filter((each) => isOpened || !each.contains(nik));
  let leave;
  const left = new Promise((done) => { leave = done; });
  let isOver = false;
  const end = () => {
    clearTimeout(timer);
    nik.removeEventListener("keydown", onKey, true);
    still.forEach((each) => { each.inert = false; });
    form.removeAttribute("aria-busy");
    delete form.dataset.sent;
    isOver = true;
  };
  const goOn = () => {
    if (isOver) return;
    end();
    afresh(form);
    leave();
  };
  const onKey = (event) => {
    const isNext = (event.key === "Tab" && !event.shiftKey) || (event.key === "Enter" && !event.ctrlKey && !event.metaKey);
    if (isNext && nik.value) goOn();
    else if (isNext) event.preventDefault();
  };
  const timer = isOpened ? 0 : setTimeout(goOn, MOMENT);
  form.setAttribute("aria-busy", "true");
  still.forEach((each) => { each.inert = true; });
  if (!isOpened) {
    nik.addEventListener("keydown", onKey, true);
    nik.value = "";
    nik.focus({ preventScroll: true });
  }
  const giveBack = () => {
    end();
    nik.value = typed;
  };
  return { left, goOn, giveBack, isTypedOn: () => !isOpened && Boolean(nik.value) };
}

// Both what is said and the next NIK are in view: the top of the page, or where that is too low a part of it.
function toTop(form) {
  window.scrollTo({ top: 0, behavior: "instant" });
  if (form.elements.nik.getBoundingClientRect().bottom > window.innerHeight / 2) {
    document.querySelector("[data-messages]").scrollIntoView({ behavior: "instant" });
  }
}

// It is recorded, or waits in the queue.
async function taken(form, { key, who }, { status, told }, isOpened = false) {
  forgetDraft(form, key);
  if (status === 202) {
    notify("info", form.dataset.waits, { who, state: "waiting" });
  } else {
    if (canQueue()) await erase(key); // It may have come from the queue to be mended.
    if (isOpened) {
      window.location.assign(told.url);
      return;
    }
    notify("success", told.message);
    document.body.dispatchEvent(new Event("terkirim"));
  }
  form.dispatchEvent(new Event("antre"));
}

// The answer to an entry from which the form has gone on.
async function late(form, entry, answer) {
  if (answer.status === 201 || answer.status === 202) {
    await taken(form, entry, answer);
    return;
  }
  if (!canQueue()) {
    notify("error", form.dataset.failed);
    return;
  }
  await comeBack(form, entry, answer.told);
  if (ENDED.has(answer.status)) renew(form);
}

// Put an entry that was not recorded into the queue: to be mended where something was told of it, else to
// be sent again.
async function comeBack(form, entry, told) {
  const key = told?.request_key || entry.key;
  await keep({ ...entry.fields, request_key: key }, entry.fields.user, { begunAt: entry.begunAt });
  if (told) await mark(key, "refused", told);
  forgetDraft(form, entry.key);
  const [level, sentence, state] = told ? ["error", form.dataset.back, "refused"] : ["info", form.dataset.waits, "waiting"];
  notify(level, sentence, { who: entry.who, state });
  form.dispatchEvent(new Event("antre"));
}

// Say all that the server said of an entry.
export function tellAll(form, told) {
  show(form, named(form).map((field) => field.name), told);
  form.querySelector("[data-held]").hidden = !told.warnings.length;
}

// Lead the person back to what is wrong. Who types the next NIK before they can have seen that goes on with
// it, and the entry comes back through the queue: blind keys would fall into its fields.
export function turnBack(form, told, entry = entryOf(form)) {
  // A closed month is answered with a reason, not with another day.
  const isReasonAsked = told.asks_reason && Object.keys(told.errors).join() === "completed_on";
  const reason = isReasonAsked && form.elements.kept_because;
  if (reason) {
    say(form, reason.name, told.errors.completed_on.join(" "), true);
    reason.focus();
  } else goToWrong(form);
  if (form.dataset.lacking && Object.keys(told.errors).length) notify("error", form.dataset.lacking);
  if (!form.dataset.send || !canQueue()) return;
  const onKey = (event) => {
    if (!/^\d$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    stop();
    event.preventDefault();
    event.stopPropagation();
    const { nik } = form.elements;
    nik.value = event.key;
    afresh(form);
    toTop(form);
    nik.focus({ preventScroll: true });
    comeBack(form, entry, told);
  };
  const stop = () => document.removeEventListener("keydown", onKey, true);
  document.addEventListener("keydown", onKey, true);
  setTimeout(stop, REACTION);
}

// The focus goes to the first field that is wrong, or to the tick of a warning that holds the save back. A
// list stays closed there: it would lie over its own sentence.
export function goToWrong(form) {
  const wrong = form.querySelector("[aria-invalid=true]");
  const held = form.querySelector("[data-held]:not([hidden])") && form.elements.confirmed;
  const whole = form.querySelector("[data-refused]:not(:empty), [data-told]");
  const place = wrong || whole || held || form.elements.nik;
  const list = place && fieldOf(form, place)?.tomselect;
  if (list) focusClosed(list);
  else place?.focus();
  if (!wrong && held) form.querySelector("[data-ask]").scrollIntoView({ block: "center" });
}

function focusClosed(list) {
  list.settings.openOnFocus = false;
  list.focus();
  list.settings.openOnFocus = true;
}

// What the page says at its top; without a sentence nothing. What is said of an entry of the queue goes when
// none is in that state any more.
export function notify(level, sentence, { who = "", state = "" } = {}) {
  const place = document.querySelector("[data-messages]");
  if (!sentence) {
    place.replaceChildren();
    return;
  }
  const note = document.createElement("div");
  note.className = `alert alert-${level} mt-2`;
  note.setAttribute("role", "status");
  if (state) note.dataset.ofQueue = state;
  note.textContent = sentence.replace("{who}", who);
  place.replaceChildren(note);
}
