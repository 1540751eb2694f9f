/**
 * Between the marks in the cells of the desk and the opinions and findings beside the form:
 * pointing at a mark or an opinion shows the other, a mark leads to its text, the place of a text
 * back to its cell. Enter does the same from a focused cell or text.
 */

import { isComposing } from "../composing.js";
import { focusCell } from "./cells.js";
import { showTab } from "./side_tabs.js";

const MARK = "[data-desk] .form-sheet a.mark";
const CELL = "[data-desk] .form-sheet [id]";
const OPINION = "#opinions article.opinion";
const FINDING = "#checks li[id]";
const PLACE = "a[href^='#at-']";

const target = (link) => document.getElementById(link.hash.slice(1));
const marksOf = ({ id }) => document.querySelectorAll(`${MARK}[href="#${id}"]`);

/** Show an element beside the form and give it the focus. */
export function focusBeside(element) {
  showTab(element);
  element.closest("details")?.toggleAttribute("open", true);
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest" });
}

function point({ target: element }, isPointed) {
  const mark = element.closest?.(MARK);
  const opinion = mark ? target(mark) : element.closest?.(OPINION);
  if (!opinion) return;
  for (const each of [opinion, ...marksOf(opinion)]) each.classList.toggle("pointed", isPointed);
}

/** After an act on an opinion the page comes back to it: so J and K go on from there. */
const acted = location.hash.startsWith("#opinion-") && document.querySelector(location.hash);
if (acted) window.addEventListener("load", () => requestAnimationFrame(() => focusBeside(acted)));

document.addEventListener("mouseover", (event) => point(event, true));
document.addEventListener("mouseout", (event) => point(event, false));

document.addEventListener("click", (event) => {
  const mark = event.target.closest?.(MARK);
  const place = event.target.closest?.(`${OPINION} ${PLACE}, ${FINDING} ${PLACE}`);
  const found = (mark || place) && target(mark ?? place);
  if (!found) return;
  event.preventDefault();
  if (mark) focusBeside(found);
  else focusCell(found);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.repeat || isComposing(event)) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { target: element } = event;
  if (element.matches?.(`${OPINION}, ${FINDING}`)) element.querySelector(PLACE)?.click();
  if (!element.matches?.(CELL)) return;
  (element.querySelector("a.opinion-mark") ?? element.querySelector("a.mark"))?.click();
});
