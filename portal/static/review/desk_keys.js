/**
 * Single keys on the desk: arrows move between cells and Escape leaves them, O opens the composer,
 * T unfolds the return, P recommends with all four dimensions, V approves, N opens the next table,
 * J and K go through the opinions, A accepts and R raises again the current one, ? shows all keys.
 */

import { isComposing } from "../composing.js";
import { cellBeside, cellOf, firstCell, focusCell, pathAround } from "./cells.js";
import { open } from "./composer.js";
import { showTab } from "./side_tabs.js";

const TYPED_IN = "input:not([type=checkbox]):not([type=radio]), textarea, select, dialog[open]";
const OPINIONS = "#opinions article.opinion";

const current = () => document.activeElement?.closest?.(OPINIONS);

function go(step) {
  const all = [...document.querySelectorAll(OPINIONS)];
  if (!all.length) return;
  showTab(all[0]);
  const next = all[Math.min(Math.max(all.indexOf(current()) + step, 0), all.length - 1)];
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function unfoldReturn() {
  const foot = document.getElementById("return")?.closest("details");
  if (!foot) return;
  foot.open = true;
  foot.scrollIntoView({ block: "nearest" });
  foot.querySelector("button[type=submit]")?.focus();
}

function recommend() {
  const form = document.querySelector("#conclusion form[data-recommend]");
  const panel = document.getElementById("conclusion");
  if (!form) return panel && showTab(panel.firstElementChild);
  for (const box of form.querySelectorAll("[name=dimensions]")) box.checked = true;
  form.requestSubmit();
}

function raiseAgain() {
  const details = current()?.querySelector("summary[data-key=r]")?.parentElement;
  if (!details) return;
  details.open = true;
  details.querySelector("textarea")?.focus();
}

const follow = (key) => document.querySelector(`.desk-line a[data-key=${key}]`)?.click();

const ACTIONS = {
  o: () => open(pathAround(document.activeElement) ?? ""),
  t: unfoldReturn,
  p: recommend,
  v: () => follow("v"),
  n: () => follow("n"),
  j: () => go(1),
  k: () => go(-1),
  a: () => current()?.querySelector("button[data-key=a]")?.click(),
  r: raiseAgain,
  "?": () => document.querySelector("dialog[data-keys]")?.showModal(),
};

/** Where an arrow leads: beside the focused cell, without any focus to the first cell. */
function cellFor(key) {
  const { activeElement } = document;
  if (activeElement === document.body) return firstCell();
  const cell = cellOf(pathAround(activeElement));
  return cell && cellBeside(cell, key);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isComposing(event)) return;
  if (event.target.closest?.(TYPED_IN)) return;
  if (event.key.startsWith("Arrow")) {
    const next = cellFor(event.key);
    if (!next) return;
    event.preventDefault();
    focusCell(next);
    return;
  }
  if (event.key === "Escape") document.activeElement.blur();
  const act = ACTIONS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});
