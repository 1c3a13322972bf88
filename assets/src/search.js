// Lists that are searched by typing. A bundle of its own, for the pages that have such a list.
import TomSelect from "tom-select/base";
import clearButton from "tom-select/dist/esm/plugins/clear_button/plugin.js";
import { labelOf, say } from "./fields.js";
import { namesOf, score } from "./matching.js";

TomSelect.define("clear_button", clearButton);

function enhance(root) {
  root.querySelectorAll("select[data-search]:not(.tomselected)").forEach((select) => {
    const search = new TomSelect(select, {
      maxOptions: 600,
      refreshThrottle: 0, // who types and presses Enter at once must get what was typed, not the first
      openOnFocus: true,
      // What may be left empty can be emptied with a tap.
      plugins: "must" in select.dataset ? {} : { clear_button: { title: select.dataset.clear, tabindex: -1 } },
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
    search.on("dropdown_open", (list) => list.scrollIntoView({ block: "nearest", behavior: "instant" }));
    openAtOnce(search);
    markTheFirst(search);
    takeWhatIsMeant(search);
    if (select.form?.matches("[data-entry]")) keepUnmatched(search, select);
    const described = select.getAttribute("aria-describedby");
    if (described) search.control_input.setAttribute("aria-describedby", described);
    if (select.getAttribute("aria-invalid")) search.control_input.setAttribute("aria-invalid", "true");
    const name = labelOf(document, select.name);
    if (name) {
      search.control_input.setAttribute("aria-label", name);
      select.setAttribute("aria-label", name);
    }
  });
}

// The list opens at once. By itself it does so a moment after it got the focus: keys in between were lost,
// and who had already chosen saw it open again, over the fields below.
function openAtOnce(search) {
  search.hook("instead", "focus", () => {
    if (search.isDisabled || search.isReadOnly) return;
    const input = search.control_input.offsetWidth ? search.control_input : search.focus_node;
    if (document.activeElement !== input) input.focus();
    else if (!search.isOpen) search.onFocus();
  });
}

// What was typed for stands first and is what Tab takes: by itself the list kept its mark at what was chosen
// before, and another country than the first was recorded.
function markTheFirst(search) {
  search.hook("after", "refreshOptions", () => {
    const first = search.control_input.value.trim() && search.selectable()[0];
    if (first) search.setActiveOption(first);
  });
}

// Tab and Enter take what was typed for or gone to with the arrows. Who only passes by, or saves, chooses
// nothing: the first of an open list is marked without having been meant.
function takeWhatIsMeant(search) {
  let isMeant = false;
  const input = search.control_input;
  search.isMeant = () => isMeant || Boolean(input.value.trim());
  input.addEventListener("focus", () => { isMeant = false; });
  search.on("dropdown_close", () => { isMeant = false; });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") isMeant = true;
    if (!search.isOpen) return;
    if (event.key === "Enter" && !search.isMeant()) search.close();
    if (event.key === "Tab" && search.activeOption && search.isMeant()) search.onOptionSelect(event, search.activeOption);
  }, true);
}

// What was typed and not chosen is said, and takes the place of what stood there: the value of the
// entry before would be saved unseen.
function keepUnmatched(search, select) {
  const forget = () => {
    if (!("unmatched" in select.dataset)) return;
    delete select.dataset.unmatched;
    say(select.form, select.name, "");
  };
  search.control_input.addEventListener("blur", () => {
    const typed = search.control_input.value.trim();
    if (!typed) { forget(); return; } // Who came back and left it empty has seen it.
    search.clear();
    select.dataset.unmatched = `“${typed}” ${select.dataset.unchosen}.`;
    say(select.form, select.name, select.dataset.unmatched);
  }, true);
  search.on("item_add", forget);
}

document.addEventListener("DOMContentLoaded", () => enhance(document));
document.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
