/**
 * Keeps the number beside 我的工作 up to date: asks every minute, and when the window is looked at
 * again. Where what awaits the person changed, a list of it (data-awaiting-list) is fetched anew,
 * unless something in it is ticked or has the focus.
 */

const INTERVAL = 60_000;
const CHANGED = 200; // 204: nothing new

const number = () => document.querySelector("[data-awaiting]");

/** Ask now. */
async function ask() {
  const place = number();
  if (!place || document.hidden) return;
  const url = `${place.dataset.from}?stamp=${encodeURIComponent(place.dataset.awaiting)}`;
  const headers = { Accept: "application/json" };
  const response = await fetch(url, { headers }).catch(() => null);
  if (response?.status !== CHANGED) return;
  const { text, stamp } = await response.json();
  place.textContent = text;
  place.hidden = text === "";
  place.dataset.awaiting = stamp;
  showAnew(document.querySelector("[data-awaiting-list]"));
}

function showAnew(list) {
  if (!list || isTouched(list)) return;
  const options = { source: list, target: list, swap: "innerHTML settle:0" };
  window.htmx.ajax("GET", location.pathname + location.search, options);
}

/** Whether something in the list is ticked, typed or has the focus. */
function isTouched(list) {
  const isChanged = ({ type, checked, defaultChecked, value, defaultValue }) =>
    type === "checkbox" ? checked !== defaultChecked : value !== defaultValue;
  return (
    list.contains(document.activeElement) || [...list.querySelectorAll("input")].some(isChanged)
  );
}

setInterval(ask, INTERVAL);
document.addEventListener("visibilitychange", ask);
window.addEventListener("focus", ask);
