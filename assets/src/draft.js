// What is typed survives a closed tab or a failed line: kept on this device, without the NIK, one
// draft for each open form, by the form's request_key. The key itself is never handed on: a form
// that takes a draft over records under its own key.
import { named, put, say } from "./fields.js";

const AT = ":at"; // no field is called so
const SENT = ":sent";
const NEVER = new Set(["nik", "csrfmiddlewaretoken", "confirmed", "request_key", "user"]);
// The choices that stay for the next entry; nothing of a person.
const CHOICES = ["scheme", "programme", "destination", "job_title", "employer_kind", "agency", "office"];
// What only a person types: with none of it there is nothing to lose.
const TYPED = ["nik", "name", "sex", "birth_date", "origin", "ekpmi_number", "remark", "kept_because"];

// Whether somebody has begun to type an entry.
export const isBegun = (form) => TYPED.some((name) => form.elements[name]?.value);

export function keepDraft(form) {
  const base = form.dataset.draft;
  if (!base) return;
  const own = () => nameOf(form);
  const fields = named(form).filter((field) => !NEVER.has(field.name));
  const isShell = "shell" in form.dataset;
  if (isShell) chooseAgain(form, base);
  const values = () => Object.fromEntries(fields.map((field) => [field.name, withoutNik(field.value)]));
  let blank = values();
  const note = form.querySelector("[data-restored]");
  const isFresh = !form.querySelector("[aria-invalid=true], [data-warn]:not([hidden]), [role=alert]:not(:empty)");
  // Back brings a page with the key of an entry that was saved from it: what is typed next is another.
  if (isFresh && !isShell) put(form.elements.request_key, crypto.randomUUID?.() || form.elements.request_key.value);
  forgetSaved(form, base);
  let held = null;
  let release = null;
  const keep = () => {
    if (form.dataset.sent) return; // What is typed now is of the next one.
    const at = Date.now();
    if (held && held !== own()) hold(); // An entry of the queue came back with its key.
    if (JSON.stringify(values()) === JSON.stringify(blank)) { // Of a NIK alone nothing is kept.
      localStorage.removeItem(own());
      sayKept(form, null);
      return;
    }
    localStorage.setItem(own(), JSON.stringify({ ...values(), [AT]: at }));
    sayKept(form, at);
  };
  let isTouched = false;
  const touch = ({ target }) => {
    isTouched ||= target.name !== "nik"; // No draft has a NIK: beside one just begun it comes back.
    keep();
  };
  form.addEventListener("input", touch);
  form.addEventListener("change", touch);
  const hold = () => {
    release?.();
    held = own();
    sessionStorage.setItem(base, held);
    navigator.locks?.request(held, { ifAvailable: true }, () => new Promise((done) => { release = done; }));
  };
  form.addEventListener("afresh", () => {
    isTouched = false;
    blank = values();
    note.hidden = true;
    sayKept(form, null);
    hold();
  });
  if (isFresh) {
    left(form, base).then((key) => {
      const kept = key && !isTouched && JSON.parse(localStorage.getItem(key));
      if (!kept) return;
      localStorage.removeItem(key);
      fields.forEach((field) => { if (field.name in kept) put(field, kept[field.name]); });
      localStorage.setItem(own(), JSON.stringify({ ...values(), [AT]: kept[AT] }));
      note.hidden = false;
      sayKept(form, kept[AT]);
    }).finally(hold);
  } else {
    keep(); // It was sent and refused: it waits here again.
    hold();
  }
  form.querySelector("[data-discard]").addEventListener("click", () => {
    forgetDraft(form, form.elements.request_key.value);
    fields.forEach((field) => put(field, blank[field.name]));
    form.elements.nik.value = "";
    afresh(form);
    form.elements.nik.focus(); // The button is gone.
  });
  form.addEventListener("submit", () => {
    const last = Object.fromEntries(CHOICES.map((name) => [name, form.elements[name]?.value || ""]));
    localStorage.setItem(`${base}:choices`, JSON.stringify(last));
    const kept = localStorage.getItem(own());
    if (kept) localStorage.setItem(own(), JSON.stringify({ ...JSON.parse(kept), [SENT]: true }));
  });
}

// A NIK typed into another field by mistake is not kept either.
const withoutNik = (text) => (/(?:\d[\s.-]*){16}/.test(text) ? "" : text);

const nameOf = (form, key = form.elements.request_key.value) => `${form.dataset.draft}:key:${key}`;

// What is kept of this form under a key is given up.
export function forgetDraft(form, key) {
  localStorage.removeItem(nameOf(form, key));
  if (key === form.elements.request_key.value) form.querySelector("[data-restored]").hidden = true;
}

// Make an entry form ready for the next entry: its choices stay, the NIK too, for it may have been begun.
export function afresh(form) {
  named(form).forEach((field) => {
    if (TYPED.includes(field.name) && field.name !== "nik") put(field, "");
    delete field.dataset.taken;
    delete field.dataset.unmatched;
    say(form, field.name, "");
  });
  form.elements.confirmed.checked = false;
  form.querySelector("[data-told]")?.remove();
  form.querySelector("[data-refused]").textContent = "";
  form.querySelector("[data-say-warnings]").textContent = "";
  form.querySelectorAll("[data-held], [data-ask], [data-warn]").forEach((each) => { each.hidden = true; });
  begin(form);
  form.dispatchEvent(new Event("afresh"));
}

// Only a save of its own form clears a draft: the server names the keys it has recorded, and the
// address the one that waits in the queue.
function forgetSaved(form, base) {
  const address = new URL(location.href);
  const queued = address.searchParams.get("antre");
  const saved = (form.dataset.saved || "").split(" ");
  for (const key of [...saved, queued].filter(Boolean)) localStorage.removeItem(`${base}:key:${key}`);
  if (!queued) return;
  address.searchParams.delete("antre");
  history.replaceState(null, "", address);
}

// The newest draft that no open form holds. What was sent waits for a page that knows whether it
// was recorded: the form of a dead line does not.
async function left(form, base) {
  const mine = sessionStorage.getItem(base);
  const { held = [] } = (await navigator.locks?.query()) || {};
  const open = new Set(held.map((lock) => lock.name).filter((name) => name !== mine));
  const drafts = Object.keys(localStorage).filter((key) => key.startsWith(`${base}:key:`) && !open.has(key))
    .map((key) => [key, JSON.parse(localStorage.getItem(key))])
    .filter(([, kept]) => !(SENT in kept && "shell" in form.dataset))
    .sort(([, one], [, other]) => other[AT] - one[AT]);
  return drafts.length ? drafts[0][0] : null;
}

// Say in words that what is typed lies on this device and has not been sent.
function sayKept(form, at) {
  const place = form.querySelector("[data-kept]");
  if (!place) return;
  place.hidden = !at;
  if (!at) return;
  const time = new Date(at);
  const two = (n) => String(n).padStart(2, "0");
  place.textContent = place.dataset.sentence.replace("{at}", `${two(time.getHours())}.${two(time.getMinutes())}`);
}

// An entry has a key of its own, and the day on which it is typed.
function begin(form) {
  put(form.elements.request_key, crypto.randomUUID());
  put(form.elements.completed_on, new Intl.DateTimeFormat("en-GB", { timeZone: form.dataset.timeZone }).format());
}

// The form kept for a dead line was made earlier: it gets a key, a day and choices of its own.
function chooseAgain(form, base) {
  const choices = JSON.parse(localStorage.getItem(`${base}:choices`) || "{}");
  for (const [name, value] of Object.entries(choices)) {
    if (form.elements[name]) put(form.elements[name], value);
  }
  begin(form);
}
