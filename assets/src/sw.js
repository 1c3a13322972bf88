// The service worker of the entry page: with the line down the form still opens, and what is sent
// from it is queued on the device and sent later.
import { changes, flush, keep, saving, SEND } from "./queue.js";

const FORM = new URL("catat/", self.registration.scope).pathname;
const SHELL = new URL("catat/luring/", self.registration.scope).pathname;
const PATIENCE = 30000;
// A proxy says these when the program behind it does not answer.
const NO_ANSWER = new Set([502, 503, 504]);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (url.pathname === FORM && request.mode === "navigate") {
    event.respondWith(request.method === "POST"
      ? saving(() => submit(request, (key) => Response.redirect(`${FORM}?antre=${key}`, 303))) : page(request));
  } else if (url.pathname === SEND && request.headers.has("X-Entry")) {
    event.respondWith(saving(() => submit(request, () => Response.json({}, { status: 202 }))));
  } else if (url.pathname.startsWith("/static/") && request.method === "GET") {
    event.respondWith(asset(request));
  }
});

const patiently = (request) => Promise.race([
  fetch(request),
  new Promise((_, reject) => setTimeout(() => reject(new TypeError("no answer")), PATIENCE)),
]);

// Send an entry, or else keep it and answer with queued(its key).
async function submit(request, queued) {
  const copy = request.clone();
  const begunAt = Date.now();
  try {
    const answer = await patiently(request);
    if (!NO_ANSWER.has(answer.status)) return answer;
  } catch { /* The line is down: on to the queue. */ }
  const fields = Object.fromEntries(await copy.formData());
  if (!await keep(fields, fields.user, { begunAt })) return Response.error();
  try { await self.registration.sync?.register("antrean"); } catch { /* The page sends it then. */ }
  return queued(fields.request_key);
}

async function page(request) {
  try {
    const answer = await patiently(request);
    if (!NO_ANSWER.has(answer.status)) return answer;
  } catch { /* The line is down: on to the kept form. */ }
  return (await caches.match(SHELL)) || Response.error();
}

async function asset(request) {
  // A name with a hash never changes its content; without one the network is asked first.
  const isFixed = /\.[0-9a-f]{12}\./.test(request.url);
  const kept = await caches.match(request);
  if (kept && isFixed) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("message", (event) => {
  if (event.data.keepForm) {
    event.waitUntil(keepForm(event.data.keepForm).then((kept) => event.source.postMessage({ kept })));
  }
});

// Keep an empty form, and the files it is made of, for when the line is down.
async function keepForm(assets) {
  const shell = await fetch(SHELL, { credentials: "same-origin" }).catch(() => Response.error());
  if (!shell.ok || shell.redirected) return Boolean(await caches.match(SHELL));
  const cache = await caches.open("form");
  const wanted = new Set(assets);
  for (const old of await cache.keys()) if (!wanted.has(old.url)) await cache.delete(old);
  await cache.put(SHELL, shell);
  await Promise.all(assets.map((url) => cache.add(url).catch(() => {})));
  return true;
}

self.addEventListener("sync", (event) => {
  event.waitUntil(flush((sent) => changes?.postMessage({ sent })).then((how) => {
    if (how === "offline") throw new Error("still offline"); // The browser tries again later.
  }));
});
