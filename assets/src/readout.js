// What a mark of a chart says when the pointer rests on it, said as well when the keyboard comes to it.
const MARKS = ".chart a, .tile, .table.cards .name a";

// A bar or a tile has its words as a title, any other mark is a link with a name of its own; what a
// row of a table says beside its numbers stands on its bar.
function wordsOf(mark) {
  if (mark.title) return mark.title;
  if (mark.closest("td")) return mark.closest("tr").querySelector(".bar title")?.textContent || "";
  return mark.querySelector("rect > title, circle > title")?.textContent || mark.getAttribute("aria-label") || "";
}

export function watchReadout() {
  const note = document.createElement("div");
  note.className = "readout";
  note.hidden = true;
  note.setAttribute("aria-hidden", "true"); // the mark's own name says it to a screen reader
  document.body.append(note);
  let mark = null;

  function place() {
    if (!mark) return;
    const at = mark.getBoundingClientRect();
    const { offsetWidth: wide, offsetHeight: high } = note;
    const left = at.left + at.width / 2 - wide / 2;
    note.style.left = `${Math.max(4, Math.min(left, document.documentElement.clientWidth - wide - 4))}px`;
    note.style.top = `${at.top - high - 6 < 0 ? at.bottom + 6 : at.top - high - 6}px`;
  }
  function hide() {
    mark = null;
    note.hidden = true;
  }
  document.addEventListener("focusin", (event) => {
    hide();
    const found = event.target.closest?.(MARKS);
    if (!found || !found.matches(":focus-visible")) return;
    note.textContent = wordsOf(found);
    if (!note.textContent) return;
    mark = found;
    note.hidden = false;
    place();
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  document.addEventListener("scroll", place, { capture: true, passive: true });
  window.addEventListener("resize", place);
}
