// Bundles our css and js with Tabler, htmx and tom-select into assets/dist, unused css left out.
import { build } from "esbuild";
import { PurgeCSS } from "purgecss";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";

const out = "assets/dist";
await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

// search is apart: most pages have no list that is searched by typing.
await build({
  entryPoints: ["app", "entry", "grid", "search", "sw"].map((name) => `assets/src/${name}.js`),
  outdir: out, bundle: true, minify: true, format: "iife", target: "es2020", legalComments: "none",
});
await build({
  entryPoints: ["assets/src/app.css", "assets/src/search.css"],
  outdir: out, bundle: true, minify: true, legalComments: "none",
});

const read = (name) => readFile(`${out}/${name}`, "utf8");
const search = await read("search.css");
// Classes are only ever written out whole in templates, python and our js.
const [purged] = await new PurgeCSS().purge({
  content: ["templates/**/*.html", "*/**/*.py", "assets/src/*.js"],
  css: [{ raw: await read("app.css") }],
  skippedContentGlobs: [".venv/**", "node_modules/**", ".data/**"],
  safelist: {
    standard: [/^ts-/, /^[cr]\d+$/, /^f[1-5]$/, /^w[2-6]$/, /^level-/, /^chart-/, /^alert-(success|info|error)$/, /^is-/, /^invalid-/, /^valid-/, "html", "body", "show", "active", "disabled", "collapsed"],
    deep: [/^ts-/],
  },
  // Parts of Tabler that no page has, whose names are words of our code.
  blocklist: [/^(calendar|loader|placeholder|progress|signal|signature|status|steps|tag)$/],
  keyframes: true,
});
// Tabler's variables that no rule is left to ask for; PurgeCSS's own way loses some that are asked for.
let kept = purged.css;
for (let before = ""; before !== kept;) {
  before = kept;
  const asked = new Set((kept + search).match(/(?<=var\(\s*)--[\w-]+/g));
  kept = kept.replace(/(?<=[{;])\s*(--[\w-]+)\s*:(?:"[^"]*"|'[^']*'|[^;{}"'])*(;|(?=\}))/g,
    (declaration, name) => (asked.has(name) ? declaration : ""));
}
// Browsers without light-dark() get the light colours of theme.css first.
const css = kept.replace(/:root\s*\{(--ink:[^}]*)\}/, (rule, body) => {
  const twofold = body.split(";").filter((each) => each.includes("light-dark(")).join(";");
  return `:root{${body.replace(/light-dark\(([^,]+),[^)]*\)/g, "$1")}}`
    + `@supports (color: light-dark(red, red)){:root{${twofold}}}`;
});
if (css === kept) throw new Error("The colours of theme.css were not found.");
await writeFile(`${out}/app.css`, css);
for (const name of ["favicon.svg", "admin.css"]) await cp(`assets/src/${name}`, `${out}/${name}`);
// The typeset reports and the charts as PNG are drawn with this face.
await mkdir(`${out}/fonts`);
for (const name of ["400Regular/NotoSans_400Regular", "600SemiBold/NotoSans_600SemiBold"]) {
  await cp(`node_modules/@expo-google-fonts/noto-sans/${name}.ttf`, `${out}/fonts/${name.split("/")[1]}.ttf`);
}
