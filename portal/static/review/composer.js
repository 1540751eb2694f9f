/**
 * A click on a cell of the desk, or O on the focused one, opens the composer for that place. A text
 * that is being written stays, and only its place changes; proposed changes belong to their place,
 * so that with them the place stays. Ctrl+Enter drafts the opinion; the page that follows gives the
 * focus back to the cell.
 */

import { isComposing } from "../composing.js";
import { arrange, putBack } from "./cell_proposals.js";
import { cellOf, focusCell, pathAround } from "./cells.js";
import { isEdited } from "./live_comparison.js";
import { showTab } from "./side_tabs.js";

const CELL = "portal.desk.cell";
const composer = () => document.querySelector("[data-composer]");

/** @param rule of the finding at `path` that becomes an opinion, if it comes from one */
export async function open(path, rule = "") {
  const form = composer();
  if (!form || path === undefined) return;
  showTab(form);
  if (proposes(form)) {
    const places = [...form.elements.path.options];
    form.elements.path.value = places.find(({ defaultSelected }) => defaultSelected).value;
    form.querySelector("[data-proposed]").hidden = false;
    form.elements.text.focus();
    return;
  }
  putBack();
  await load(form, path, rule);
  const { value, defaultValue } = form.elements.text; // also what was typed meanwhile
  const written = value.trim() && value !== defaultValue ? writtenIn(form) : null;
  const fresh = composer();
  if (fresh === form) form.elements.path.value = path; // no answer: the place alone changes
  if (written) fill(fresh, written);
  arrange();
  (written ? fresh.elements.text : fresh.elements.kind)?.focus();
  fresh.scrollIntoView({ block: "nearest" });
}

/** Also into the address, so that a reload shows the same form, with what was typed in it. */
async function load(form, path, rule) {
  const url = new URL(form.dataset.composer, location.href);
  url.searchParams.set("at", path);
  if (rule) url.searchParams.set("rule", rule);
  // settle:0, because settling copies the style attributes that autogrow.js set (CSP).
  const options = { source: form, target: form, swap: "outerHTML settle:0" };
  await window.htmx.ajax("GET", url.pathname + url.search, options);
  const here = new URL(location.href);
  here.searchParams.set("at", path);
  if (rule) here.searchParams.set("rule", rule);
  else here.searchParams.delete("rule");
  history.replaceState(history.state, "", here);
}

/** Whether changes are proposed in the form, so that its place is settled. */
function proposes({ elements }) {
  const isProposed = (field) => {
    if (field.matches("[data-edit]")) return isEdited(field);
    return field.name.startsWith("row/") && field.value.trim();
  };
  return [...elements].some(isProposed) || Boolean(elements.delete_row?.checked);
}

function writtenIn({ elements }) {
  return { text: elements.text.value, kind: elements.kind.value, binding: elements.binding.value };
}

function fill({ elements }, written) {
  for (const [name, value] of Object.entries(written)) elements.namedItem(name).value = value;
  elements.text.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const turn = event.target.closest?.("[data-desk] a.turn[href$='#raise']");
  if (!turn || !composer()) return;
  event.preventDefault();
  const { searchParams } = new URL(turn.href);
  open(searchParams.get("at"), searchParams.get("rule"));
});

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-composer] #opinion-path")) open(target.value);
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("a, button, input, label, summary, textarea, fieldset")) return;
  const path = pathAround(event.target);
  if (path === undefined || !getSelection().isCollapsed) return;
  focusCell(cellOf(path));
  open(path);
});

document.addEventListener("keydown", (event) => {
  const form = event.target.form ?? event.target.closest?.("[data-composer]");
  if (!form?.matches("[data-composer]") || isComposing(event)) return;
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
