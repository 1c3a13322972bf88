// Lists that are searched by typing. A bundle of its own, for the pages that have such a list.
import TomSelect from "tom-select/base";
import { namesOf, score } from "./matching.js";

function enhance(root) {
  root.querySelectorAll("select[data-search]:not(.tomselected)").forEach((select) => {
    const search = new TomSelect(select, {
      maxOptions: 600,
      refreshThrottle: 0, // who types and presses Enter at once must get what was typed, not the first
      selectOnTab: true,
      openOnFocus: true,
      score: (query) => (item) => score(query, namesOf(item)),
      render: {
        no_results: () => {
          const note = document.createElement("div");
          note.className = "ts-none";
          note.textContent = select.dataset.none || "–";
          return note;
        },
      },
    });
    search.control_input.setAttribute("autocomplete", "off");
    const described = select.getAttribute("aria-describedby");
    if (described) search.control_input.setAttribute("aria-describedby", described);
    if (select.getAttribute("aria-invalid")) search.control_input.setAttribute("aria-invalid", "true");
    const label = document.querySelector(`label[for="${select.id}"], label[for="${select.id}-ts-control"]`);
    if (label) {
      const name = label.textContent.replace("*", "").trim();
      search.control_input.setAttribute("aria-label", name);
      select.setAttribute("aria-label", name);
    }
  });
}

document.addEventListener("DOMContentLoaded", () => enhance(document));
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
