// Fields of the entry form by name, searchable lists included.
export const named = (form) => [...form.elements].filter((field) => field.name && field.type !== "submit");

export function put(field, value) {
  if (field.type === "checkbox") field.checked = Boolean(value);
  else if (field.tomselect) field.tomselect.setValue(value, true);
  else field.value = value;
}
