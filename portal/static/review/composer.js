/**
 * A click on a cell of the desk, or O on the focused one, opens the composer for that place. A text
 * that is being written stays, and only its place changes. Ctrl+Enter drafts the opinion; the page
 * that follows gives the focus back to the cell.
 */

import { isComposing } from "../composing.js";
import { cellOf, focusCell, pathAround } from "./cells.js";
import { showTab } from "./side_tabs.js";

const CELL = "portal.desk.cell";
const composer = () => document.querySelector("[data-composer]");

export async function open(path) {
  const form = composer();
  if (!form || path === undefined) return;
  showTab(form);
  const isWritten = [...form.querySelectorAll("textarea")].some((area) => area.value.trim());
  if (isWritten) {
    form.querySelector("#opinion-path").value = path;
  } else {
    const url = new URL(form.dataset.composer, location.href);
    url.searchParams.set("at", path);
    // settle:0, because settling copies the style attributes that autogrow.js set (CSP).
    const options = { source: form, target: form, swap: "outerHTML settle:0" };
    await window.htmx.ajax("GET", url.pathname + url.search, options);
  }
  const kinds = composer().querySelector("select[name=kind]");
  (isWritten ? composer().querySelector("textarea[name=text]") : kinds)?.focus();
  composer().scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("a, button, input, label, summary")) return;
  const path = pathAround(event.target);
  if (path === undefined || !getSelection().isCollapsed) return;
  focusCell(cellOf(path));
  open(path);
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-composer]");
  if (!form || isComposing(event)) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") {
    event.preventDefault();
    if (!event.repeat) form.requestSubmit();
  } else if (event.key === "Escape") {
    focusCell(cellOf(form.querySelector("#opinion-path").value));
  } else if (/^[0-9]$/.test(event.key) && event.target.matches("select[name=kind]")) {
    event.preventDefault();
    const kind = event.target.options[(Number(event.key) + 9) % 10];
    if (kind) event.target.value = kind.value;
    form.querySelector("textarea[name=text]").focus();
  }
});

document.addEventListener("submit", ({ target }) => {
  if (target.matches("[data-composer]")) {
    sessionStorage.setItem(CELL, target.querySelector("#opinion-path").value);
  }
});

const drafted = sessionStorage.getItem(CELL);
if (drafted !== null) {
  sessionStorage.removeItem(CELL);
  // The browser goes to the fragment of the address, and drops the focus, when the page is loaded.
  const giveBack = () => requestAnimationFrame(() => focusCell(cellOf(drafted)));
  if (document.readyState === "complete") giveBack();
  else window.addEventListener("load", giveBack);
}
