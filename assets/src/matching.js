// How a typed word finds an option: by its label and its other names (data-names, by semicolons),
// whatever the accents, dots and spaces; "Kab." is "Kabupaten" and "PT" is left out.
export function fold(text) {
  const words = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, " ").trim()
    .replace(/\bkab\b/g, "kabupaten");
  return words.replace(/^pt (?=.)/, "");
}

const squeeze = (words) => words.replace(/ /g, "");

// 0 when nothing fits; a whole name is worth more than its beginning, and that more than a part.
export function score(query, names) {
  const wanted = fold(query);
  if (!wanted) return 1;
  const parts = wanted.split(" ");
  const begins = (words) => parts.every((part) => words.some((word) => word.startsWith(part)));
  let best = begins(names.flatMap((name) => name.split(" "))) ? 30 : 0;
  for (const name of names) {
    if (name === wanted) best = Math.max(best, 100);
    else if (name.startsWith(wanted)) best = Math.max(best, name === names[0] ? 62 : 60);
    else if (begins(name.split(" "))) best = Math.max(best, 40);
    else if (squeeze(name).includes(squeeze(wanted))) best = Math.max(best, 20);
  }
  return best;
}

const folded = new WeakMap();

export function namesOf(item) {
  if (!folded.has(item)) {
    folded.set(item, [item.text, ...(item.names || "").split(";")].map(fold).filter(Boolean));
  }
  return folded.get(item);
}
