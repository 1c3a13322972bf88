// The figures of a page refresh themselves: the same address is asked again, answered 304 while
// nothing changed, and morphed in place, so that focus, place and open tables stay as they are.
import { Idiomorph } from "idiomorph";

const EVERY = 30000;

export function keepLive(htmx) {
  const live = () => document.getElementById("live");
  if (!live()) return;
  let tag = null;
  let isAsking = false;
  htmx.defineExtension("morph", {
    isInlineSwap: (style) => style === "morph",
    handleSwap: (style, target, fragment) => {
      if (style !== "morph") return false;
      Idiomorph.morph(target, fragment.children, {
        morphStyle: "outerHTML",
        // What the reader has opened stays open; the server knows nothing of it.
        callbacks: {
          beforeAttributeUpdated: (name, node) => !(name === "open" && node.tagName === "DETAILS")
            && !(name === "aria-expanded" && node.matches("[data-fold]")),
        },
      });
      return [live()];
    },
  });
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.id === "live" && tag) event.detail.headers["If-None-Match"] = tag;
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (requestConfig.elt.id !== "live") return;
    // Signed out meanwhile, or nothing new: what is on the screen stays.
    event.detail.shouldSwap = xhr.status === 200 && !xhr.responseURL.includes("/accounts/");
    tag = xhr.getResponseHeader("ETag") || tag;
  });
  async function ask() {
    if (document.hidden || isAsking) return;
    isAsking = true;
    try {
      await htmx.ajax("GET", live().dataset.live, {
        source: live(), target: live(), select: "#live", swap: "morph",
      });
    } finally {
      isAsking = false;
    }
  }
  setInterval(ask, EVERY);
  // Who comes back to this tab reads what is true now, not what was true when they left.
  document.addEventListener("visibilitychange", ask);
}
