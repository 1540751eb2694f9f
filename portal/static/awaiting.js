/**
 * Keeps the numbers beside 我的工作 and 通知 up to date: asks every minute, and when the window is
 * looked at again. Where what awaits the person changed, a list of it (data-awaiting-list) is
 * fetched anew, unless something in it is ticked or has the focus.
 */

const INTERVAL = 60_000;
const CHANGED = 200; // 204: nothing new

const work = () => document.querySelector("[data-awaiting]");
const notices = () => document.querySelector("[data-notices]");

/** Ask now. */
async function ask() {
  const place = notices();
  if (!place || document.hidden) return;
  const shown = { stamp: work()?.dataset.awaiting ?? "", notices: place.textContent.trim() };
  const headers = { Accept: "application/json" };
  const url = `${place.dataset.from}?${new URLSearchParams(shown)}`;
  const response = await fetch(url, { headers }).catch(() => null);
  if (response?.status !== CHANGED) return;
  const found = await response.json();
  show(place, found.notices);
  if (work() && found.stamp !== shown.stamp) {
    show(work(), found.text);
    work().dataset.awaiting = found.stamp;
    showAnew(document.querySelector("[data-awaiting-list]"));
  }
}

function show(place, text) {
  place.textContent = text;
  place.hidden = text === "";
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
