// After a full load that a heading of a table or a button at the top asked for, the focus is back on
// it. Without this script the page loads the same.
const KEY = "capaian-focus";
const SORTS = "a[data-sort]";
const isSeen = (element) => Boolean(element && element.offsetParent);

function remember(what) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...what, path: location.pathname }));
  } catch { /* a browser that keeps nothing loses the place, nothing else */ }
}

function recall() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    sessionStorage.removeItem(KEY);
    return kept && kept.path === location.pathname ? kept : null;
  } catch {
    return null;
  }
}

// The other button of a form stands for one that is hidden now; on a phone the menu holds both.
function placeOf({ sort, form, value }) {
  if (sort !== undefined) return document.querySelectorAll(SORTS)[sort];
  const buttons = [...document.querySelectorAll(`form[data-return="${form}"] button`)];
  return buttons.find((each) => each.value === value && isSeen(each)) || buttons.find(isSeen)
    || document.querySelector("[data-menu]");
}

export function keepFocus() {
  const kept = recall();
  const place = kept && placeOf(kept);
  if (place) {
    place.focus({ focusVisible: true });
    // Going to the anchor of the address, which may come later, takes the focus away.
    window.addEventListener("load", () => {
      if (document.activeElement === document.body) place.focus({ focusVisible: true });
    });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest(SORTS);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    remember({ sort: [...document.querySelectorAll(SORTS)].indexOf(link) });
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.dataset.return;
    if (form) remember({ form, value: event.submitter?.value });
  });
}
