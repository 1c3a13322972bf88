// Lists that are searched by typing. A bundle of its own, for the pages that have such a list.
import TomSelect from "tom-select/base";
import { namesOf, score } from "./matching.js";

function enhance(root) {
  root.querySelectorAll("select[data-search]:not(.tomselected)").forEach((select) => {
    const search = new TomSelect(select, {
      maxOptions: 600,
      refreshThrottle: 0, // who types and presses Enter at once must get what was typed, not the first
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
    search.control_input.placeholder ||= " "; // The style asks whether something is typed.
    stayClosed(search);
    goOnByTab(search);
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

// The list takes the focus once more, a moment after it opened. Who was quicker and had already chosen saw
// it open again, over the fields below.
function stayClosed(search) {
  const { focus } = search;
  search.hook("instead", "focus", () => {
    if (!search.isOpen || document.activeElement !== search.control_input) focus.call(search);
  });
}

// Tab takes what was typed for and goes on at once. Who only passes by chooses nothing: the first of
// an open list is marked without having been meant.
function goOnByTab(search) {
  let isMeant = false;
  search.control_input.addEventListener("focus", () => { isMeant = false; });
  search.control_input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") isMeant = true;
    if (event.key !== "Tab" || !search.isOpen || !search.activeOption) return;
    if (isMeant || search.control_input.value.trim()) search.onOptionSelect(event, search.activeOption);
  }, true);
}

document.addEventListener("DOMContentLoaded", () => enhance(document));
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
