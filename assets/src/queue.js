// Finished entries that could not be sent. They hold a NIK, so they lie encrypted on the device
// (AES-GCM, a key no script can read out), and are erased when sent, at logout and after a day.
// The page and the service worker share this file; a lock keeps them from sending side by side,
// and the server records a request_key once whatever they do.
import { openDB } from "idb";

const DAY = 24 * 60 * 60 * 1000;
// Held by whoever sends from the queue, and (shared) by each save that is on its way.
const SENDING = "antrean";
const SAVING = "antrean-simpan";
// Nobody is kept at the door longer; what takes a moment is not worth a word.
const LIMIT = 10000;
const MOMENT = 300;
const NEVER_SENT = new Set(["csrfmiddlewaretoken"]);
export const SEND = "/penempatan/kirim/";
export const changes = "BroadcastChannel" in self ? new BroadcastChannel("antrean") : null;

const store = () => openDB("antrean", 1, {
  upgrade(db) {
    db.createObjectStore("keys");
    db.createObjectStore("entries", { keyPath: "key" });
  },
});

export const canQueue = () =>
  Boolean(self.isSecureContext && self.indexedDB && self.crypto?.subtle && self.navigator.locks);

async function secret(db) {
  return self.navigator.locks.request("antrean-kunci", async () => {
    const known = await db.get("keys", "aes");
    if (known) return known;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await db.put("keys", made, "aes");
    return made;
  });
}

// Keep an entry. fields: what the form would have sent; user: whose it is; begunAt: when it was to be
// sent; at: since when it waits. False where somebody has left the device meanwhile: nothing is kept.
export async function keep(fields, user, { begunAt = Date.now(), at = Date.now() } = {}) {
  const db = await store();
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = Object.fromEntries(Object.entries(fields).filter(([name]) => !NEVER_SENT.has(name)));
  const text = new TextEncoder().encode(JSON.stringify(plain));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await secret(db), text);
  const both = db.transaction(["keys", "entries"], "readwrite");
  const hasLeft = (await both.objectStore("keys").get("left")) >= begunAt;
  if (!hasLeft) {
    await both.objectStore("entries").put({ key: fields.request_key, user, at, state: "waiting", told: null, iv, sealed });
  }
  await both.done;
  changes?.postMessage({ changed: true });
  return !hasLeft;
}

// The fields of an entry; null where it, or its key, has been erased meanwhile.
export async function open(key) {
  const db = await store();
  const entry = await db.get("entries", key);
  const known = entry && await db.get("keys", "aes");
  if (!known) return null;
  const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv: entry.iv }, known, entry.sealed);
  return JSON.parse(new TextDecoder().decode(text));
}

// What waits, oldest first. Whatever is older than a day is erased on the way; expired counts it
// until a person has seen that.
export async function waiting() {
  const db = await store();
  const entries = (await db.getAll("entries")).sort((a, b) => a.at - b.at);
  const old = entries.filter((entry) => Date.now() - entry.at > DAY);
  for (const entry of old) await db.delete("entries", entry.key);
  const expired = ((await db.get("keys", "expired")) || 0) + old.length;
  if (old.length) await db.put("keys", expired, "expired");
  return { entries: entries.filter((entry) => !old.includes(entry)), expired };
}

export async function seen() {
  await (await store()).delete("keys", "expired");
  changes?.postMessage({ changed: true });
}

// told: what the server said of it, as ../placement/entry_pages.py tells a form.
export async function mark(key, state, told) {
  const db = await store();
  const entry = await db.get("entries", key);
  if (entry) await db.put("entries", { ...entry, state, told });
  changes?.postMessage({ changed: true });
}

export async function erase(key) {
  await (await store()).delete("entries", key);
  changes?.postMessage({ changed: true });
}

// Say that whoever works here leaves: of what was begun before nothing is kept any more.
export async function leave() {
  await (await store()).put("keys", Date.now(), "left");
}

export async function eraseAll() {
  const db = await store();
  await db.clear("entries");
  for (const name of ["aes", "expired"]) await db.delete("keys", name);
  changes?.postMessage({ changed: true });
}

// Hold the place of a save while it is on its way.
export const saving = (work) => self.navigator.locks.request(SAVING, { mode: "shared" }, work);

// Run work(isCertain) while nothing is sent and nothing begins to be. What is under way ends first;
// onWait is called when that takes long, and after LIMIT the place is taken by force: isCertain is
// false then, because what is under way may still be recorded.
export async function halted(onWait, work) {
  const { locks } = self.navigator;
  const signal = AbortSignal.timeout(LIMIT);
  const timer = setTimeout(onWait, MOMENT);
  let isHeld = false;
  const begin = (isCertain) => { isHeld = true; clearTimeout(timer); return work(isCertain); };
  try {
    return await locks.request(SAVING, { signal }, () => locks.request(SENDING, { signal }, () => begin(true)));
  } catch (error) {
    if (isHeld || !signal.aborted) throw error;
    return await locks.request(SENDING, { steal: true }, () => begin(false));
  } finally {
    clearTimeout(timer);
  }
}

// Send what waits, one after the other, and return how it went: "empty", "sent", "offline",
// "signin", "busy" where somebody else sends or is leaving. onSent is told the reference and address
// of each.
export async function flush(onSent) {
  try {
    return await self.navigator.locks.request(SENDING, { ifAvailable: true }, (lock) => lock ? send(onSent) : "busy");
  } catch (error) {
    if (error.name === "AbortError") return "busy"; // Whoever leaves has taken the place.
    throw error;
  }
}

async function send(onSent) {
  const begunAt = Date.now();
  const { entries } = await waiting();
  if (!entries.length) return "empty";
  const hello = await ask(SEND);
  if (hello.status === 401) return "signin";
  if (!hello.ok) return "offline";
  const { user, token } = await hello.json();
  for (const entry of entries.filter((each) => each.user === user)) {
    if (entry.state !== "waiting") {
      // It went to the form to be mended: once it is recorded from there, it is done.
      const known = await ask(`${SEND}?key=${entry.key}`);
      if (known.ok && (await known.json()).reference) await erase(entry.key);
      continue;
    }
    const fields = await open(entry.key);
    if (!fields) continue;
    const body = new URLSearchParams(fields);
    const answer = await ask(SEND, { method: "POST", body, headers: { "X-CSRFToken": token } });
    if (answer.ok) {
      const told = await answer.json();
      await erase(entry.key);
      onSent(told);
    } else if (answer.status === 422) {
      const told = await answer.json();
      const key = told.request_key || entry.key;
      // A key that has recorded something else can never record this.
      if (key !== entry.key) {
        await keep({ ...fields, request_key: key }, entry.user, { begunAt, at: entry.at });
        await erase(entry.key);
      }
      await mark(key, "refused", told);
    } else {
      return answer.status === 401 ? "signin" : "offline";
    }
  }
  return "sent";
}

async function ask(url, options = {}) {
  try {
    return await fetch(url, { ...options, credentials: "same-origin", signal: AbortSignal.timeout(30000) });
  } catch {
    return { ok: false, status: 0 };
  }
}
