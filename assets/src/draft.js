// What is typed survives a closed tab or a failed line: kept on this device, without the NIK,
// and cleared once it is saved or queued. The key of the form is kept too, so a save whose answer
// was lost is not recorded twice.
import { named, put } from "./fields.js";

const AT = ":at"; // no field is called so
const NEVER = new Set(["nik", "csrfmiddlewaretoken", "confirmed"]);
// The choices that stay for the next entry; nothing of a person.
const CHOICES = ["scheme", "programme", "destination", "job_title", "employer_kind", "agency", "office"];

export function keepDraft(form) {
  const key = form.dataset.draft;
  if (!key) return;
  const fields = named(form).filter((field) => !NEVER.has(field.name));
  if ("shell" in form.dataset) freshen(form, key);
  const values = () => Object.fromEntries(fields.map((field) => [field.name, field.value]));
  const blank = values();
  const note = form.querySelector("[data-restored]");
  const afresh = !form.querySelector("[aria-invalid=true], [data-warn]:not([hidden]), [role=alert]:not(:empty)");
  const address = new URL(location.href);
  if ("saved" in form.dataset || address.searchParams.has("antre")) localStorage.removeItem(key);
  if (address.searchParams.has("antre")) {
    address.searchParams.delete("antre");
    history.replaceState(null, "", address);
  }
  const kept = JSON.parse(localStorage.getItem(key) || "null");
  if (kept && afresh) {
    fields.forEach((field) => { if (field.name in kept) put(field, kept[field.name]); });
    note.hidden = false;
    sayKept(form, kept[AT]);
  }
  form.querySelector("[data-discard]").addEventListener("click", () => {
    localStorage.removeItem(key);
    fields.forEach((field) => put(field, blank[field.name]));
    note.hidden = true;
    sayKept(form, null);
  });
  const keep = () => {
    const at = Date.now();
    localStorage.setItem(key, JSON.stringify({ ...values(), [AT]: at }));
    sayKept(form, at);
  };
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("submit", () => {
    const last = Object.fromEntries(CHOICES.map((name) => [name, form.elements[name]?.value || ""]));
    localStorage.setItem(`${key}:choices`, JSON.stringify(last));
  });
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

// The form kept for a dead line was made earlier: it gets a key, a day and choices of its own.
function freshen(form, key) {
  const choices = JSON.parse(localStorage.getItem(`${key}:choices`) || "{}");
  for (const [name, value] of Object.entries(choices)) {
    if (form.elements[name]) put(form.elements[name], value);
  }
  put(form.elements.request_key, crypto.randomUUID());
  const today = new Intl.DateTimeFormat("en-GB", { timeZone: form.dataset.timeZone }).format();
  put(form.elements.completed_on, today);
}
