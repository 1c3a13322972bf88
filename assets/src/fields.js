// Fields of the entry form by name, searchable lists included.
export const named = (form) => [...form.elements].filter((field) => field.name && field.type !== "submit");

export function put(field, value) {
  if (field.type === "checkbox") field.checked = Boolean(value);
  else if (field.tomselect) field.tomselect.setValue(value, true);
  else field.value = value;
}

// What a person touches: the input of a searchable list, else the field itself.
export const touched = (field) => field.tomselect?.control_input || field;

// Whose field an element belongs to; the input of a searchable list has no name of its own.
export const fieldOf = (form, element) => (element.name ? element
  : named(form).find((field) => field.tomselect?.control_input === element));

// Put text, or the server's escaped HTML, in its place unless it stands there: a place that is read aloud
// is left alone. Whether it was new is the answer; the browser writes HTML back in its own way.
export function tell(place, told, isHtml = false) {
  const wanted = document.createElement("span");
  wanted[isHtml ? "innerHTML" : "textContent"] = told;
  if (place.innerHTML === wanted.innerHTML) return false;
  place.replaceChildren(...wanted.childNodes);
  return true;
}

// A sentence as the server would write it into a page.
export function escaped(text) {
  const place = document.createElement("span");
  place.textContent = text;
  return place.innerHTML;
}

// What a field is called on its form; '' where it has no label.
export function labelOf(form, name) {
  const label = form.querySelector(`label[for="id_${name}"], label[for="id_${name}-ts-control"]`);
  return label ? label.textContent.replace("*", "").trim() : "";
}

// Whom an entry is of, in the signs by which rows are known everywhere: S••• C••• · •••• 0001 · Taiwan.
export function masked(form, fields) {
  if (!fields) return "";
  const initials = (fields.name || "").split(/\s+/).filter(Boolean).slice(0, 2).map((part) => `${part[0]}•••`).join(" ");
  const nik = (fields.nik || "").replace(/\D/g, "");
  const abroad = [...form.elements.destination.options].find((each) => each.value && each.value === fields.destination);
  return [initials, nik && `•••• ${nik.slice(-4)}`, abroad?.textContent].filter(Boolean).join(" · ");
}

// Say at a field what is wrong, '' to take it back. told is text, or the server's escaped HTML.
export function say(form, name, told, isHtml = false) {
  const field = form.elements[name];
  const place = document.getElementById(`id_${name}-wrong`);
  if (!field || !place) return false;
  tell(place, told, isHtml);
  for (const each of new Set([field, touched(field)])) {
    const others = (each.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== place.id);
    if (told) {
      each.setAttribute("aria-invalid", "true");
      each.setAttribute("aria-describedby", [place.id, ...others].join(" "));
    } else {
      each.removeAttribute("aria-invalid");
      if (others.length) each.setAttribute("aria-describedby", others.join(" "));
      else each.removeAttribute("aria-describedby");
    }
  }
  return true;
}
