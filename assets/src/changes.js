// A correction shows what is about to change, before and after, while it is typed.
import { labelOf, named } from "./fields.js";

export function watchChanges(form) {
  const box = form.querySelector("[data-changes]");
  const known = document.getElementById("before");
  if (!box || !known) return;
  const before = JSON.parse(known.textContent);
  const words = (field, value) => (field.options
    ? [...field.options].find((option) => option.value === value)?.textContent : value) || box.dataset.empty;
  const show = () => {
    // An empty NIK stays as it is.
    const isNew = ({ name, value }) => value.trim() !== before[name] && (name !== "nik" || value.trim());
    const rows = named(form).filter((field) => field.name in before && isNew(field))
      .map((field) => {
        const row = document.createElement("tr");
        const head = document.createElement("th");
        head.scope = "row";
        head.textContent = labelOf(form, field.name);
        const cells = [before[field.name], field.value].map((value) => {
          const cell = document.createElement("td");
          cell.textContent = words(field, value);
          return cell;
        });
        row.append(head, ...cells);
        return row;
      });
    box.querySelector("tbody").replaceChildren(...rows);
    box.hidden = !rows.length;
  };
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
}
