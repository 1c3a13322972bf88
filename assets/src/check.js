// Says what is wrong as soon as a field is left. The server judges, by the rules of a save; without
// a line nothing is said and saving says it all.
import { escaped, fieldOf, named, say, tell } from "./fields.js";
import { ENDED, renew } from "./session.js";

const PAUSE = 200;

export function watchErrors(form) {
  const address = form.dataset.check;
  if (!address) return;
  const own = named(form).filter((field) => document.getElementById(`id_${field.name}-wrong`));
  // What stands in the form already was chosen once: its errors are worth hearing of.
  const filled = () => own.filter((field) => field.value).map((field) => field.name);
  let visited = new Set(filled());
  let timer = null;
  let running = null;
  const ask = async () => {
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    const here = fieldOf(form, document.activeElement || form);
    // Of what is being typed nothing is said; a choice is made at once.
    const isTyped = here && (here.options ? here.tomselect?.control_input.value : true);
    const asked = [...visited].filter((name) => !isTyped || name !== here.name);
    const body = new FormData(form);
    asked.forEach((name) => body.append("visited", name));
    let told;
    try {
      const answer = await fetch(address, { method: "POST", body, signal, credentials: "same-origin" });
      if (ENDED.has(answer.status) && form.dataset.send) renew(form);
      if (!answer.ok) return;
      told = await answer.json();
    } catch { return; }
    // An answer may come late: of a field that holds something else by now it says nothing.
    const same = asked.filter((name) => form.elements[name].value === body.get(name));
    if (!form.dataset.sent) show(form, same, told);
  };
  const soon = () => {
    clearTimeout(timer);
    if (!form.dataset.sent) timer = setTimeout(ask, PAUSE);
  };
  form.addEventListener("focusout", (event) => {
    const field = fieldOf(form, event.target);
    if (!own.includes(field)) return;
    if (field.value) visited.add(field.name); // Who only passes by has not left it empty for good.
    soon();
  });
  form.addEventListener("change", soon);
  form.addEventListener("afresh", () => { visited = new Set(filled()); });
  form.addEventListener("submit", () => { clearTimeout(timer); running?.abort(); });
}

// What the form itself knows to be missing or misshapen, said at its field without asking anybody, and told
// as the server tells it; null where nothing is. The sentences are the server's.
export function lacks(form) {
  const wrong = named(form).map((field) => {
    const isEmpty = !field.value.trim();
    if (isEmpty && field.dataset.must) return [field.name, field.dataset.unmatched || field.dataset.must];
    const isMisshapen = !isEmpty && field.validity.patternMismatch;
    const digits = field.value.replace(/\D/g, "").length;
    return [field.name, isMisshapen ? field.dataset.misshapen.replace("{n}", digits) : field.dataset.unmatched];
  }).filter(([, sentence]) => sentence);
  wrong.forEach(([name, sentence]) => say(form, name, sentence));
  const errors = Object.fromEntries(wrong.map(([name, sentence]) => [name, [escaped(sentence)]]));
  return wrong.length ? { errors, warnings: [], asks_reason: false } : null;
}

// Show what the server says of the fields asked about, and of the whole.
export function show(form, asked, told) {
  asked.filter((name) => !form.elements[name].dataset.unmatched)
    .forEach((name) => say(form, name, (told.errors[name] || []).join(" "), true));
  form.querySelector("[data-told]")?.remove(); // What the last save said of the whole is said anew.
  tell(form.querySelector("[data-refused]"), (told.errors.__all__ || []).join(" "), true);
  const warnings = told.warnings.join(" ");
  const box = form.querySelector("[data-ask]");
  const warn = box.querySelector("[data-warn]");
  const reason = box.querySelector("[data-reason]");
  if (tell(box.querySelector("[data-say-warnings]"), warnings, true)) {
    form.elements.confirmed.checked = false; // Another warning is confirmed anew.
  }
  warn.hidden = !warnings;
  if (!warnings) form.querySelector("[data-held]").hidden = true;
  if (reason) reason.hidden = !told.asks_reason && !form.elements.kept_because.value;
  box.hidden = warn.hidden && (!reason || reason.hidden);
}
