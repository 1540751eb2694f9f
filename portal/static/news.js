/**
 * Shows what others did to the table of the page, as living.js heard it: the head of the page is
 * exchanged. A page marked data-follow shows the table anew by itself, unless something is typed in
 * it; any other page says what happened and offers a link. A listener of the "standing" event that
 * cancels it does this itself (drafting/pausing.js).
 *
 * Standing event: detail is the server's answer (web/review/standing.py), or { isGone: true }.
 */

import { element } from "./drafting/elements.js";
import { showMessage } from "./messages.js";

let told = null; // the latest message of this module

export function hear(place, news) {
  if (!place.isConnected) return; // the page was exchanged meanwhile
  if (!news.isGone) {
    place.dataset.seen = news.seen;
    const parsed = new DOMParser().parseFromString(news.head, "text/html");
    place.replaceChildren(...parsed.body.childNodes);
  }
  const event = new CustomEvent("standing", { detail: news, cancelable: true });
  if (!document.dispatchEvent(event) || !news.words) return;
  if ("follow" in place.dataset && !news.isGone && !isSomethingTyped()) follow(news.words);
  else say(`${news.words}。页面上的内容不是最新的。`, { link: !news.isGone });
}

async function follow(words) {
  const page = document.getElementById("page");
  const options = { source: page, target: page, swap: "innerHTML settle:0" };
  await window.htmx.ajax("GET", location.pathname + location.search, options);
  say(`${words}。`);
}

/** Show a message instead of the one before. */
export function say(words, { link = false } = {}) {
  told?.remove();
  told = showMessage("warning", words, ...(link ? [" ", linkToNewest()] : []));
}

function linkToNewest() {
  const newest = element("a", "", "看最新情况");
  newest.href = location.href;
  newest.addEventListener("click", (event) => {
    event.preventDefault();
    location.reload(); // a link to an address with a fragment would not load the page
  });
  return newest;
}

function isSomethingTyped() {
  const fields = document.querySelectorAll("#page :is(textarea, input, select)");
  return [...fields].some((field) => field === document.activeElement || isChanged(field));
}

function isChanged(field) {
  if (field.options) {
    const served = [...field.options].findIndex((option) => option.defaultSelected);
    return field.selectedIndex !== Math.max(served, 0);
  }
  if (field.type === "checkbox" || field.type === "radio") {
    return field.checked !== field.defaultChecked;
  }
  return field.type === "file" ? field.value !== "" : field.value !== field.defaultValue;
}
