/**
 * Asks every few seconds whether others did something to the table of the page. news.js, loaded
 * when they did, shows it.
 */

const INTERVAL = 8_000;
const NOTHING_NEW = 204;
const NOT_FOUND = 404;
const GONE = { isGone: true, words: "这张表已不在，或者不再对你开放" };

const head = () => document.querySelector("[data-standing]");

/** Ask now. `since`: an entry of the audit log, to hear what happened after it; 0: hear always. */
export async function ask(since = head()?.dataset.seen) {
  const place = head();
  if (!place || document.hidden) return;
  const response = await fetch(`${place.dataset.standing}&since=${since}`, {
    headers: { Accept: "application/json" },
  }).catch(() => null);
  if (!response || response.status === NOTHING_NEW) return;
  if (!response.ok && response.status !== NOT_FOUND) return;
  const { hear } = await import("./news.js");
  hear(place, response.ok ? await response.json() : GONE);
}

setInterval(ask, INTERVAL);
document.addEventListener("visibilitychange", () => ask());
