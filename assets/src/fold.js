// On a narrow screen long sections begin closed and are opened by their heading, or by a link to them.
const state = (button, open) => button.setAttribute("aria-expanded", String(open));

function reveal(hash) {
  const target = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
  const button = target && target.closest(".fold")?.querySelector("[data-fold]");
  if (button) state(button, true);
}

export function watchFolds() {
  reveal(location.hash);
  window.addEventListener("hashchange", () => reveal(location.hash));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    // A link to where the address is already changes no hash.
    if (link) { if (link.pathname === location.pathname) reveal(link.hash); return; }
    const button = event.target.closest(".fold > .card-header")?.querySelector("[data-fold]");
    if (button) state(button, button.getAttribute("aria-expanded") !== "true");
  });
}
