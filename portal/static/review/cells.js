/** The cells of the form on the desk that an opinion can concern, by the places of the composer. */

const FORM = "[data-desk] .form-sheet";
const PLACES = "#opinion-path";
const CELLS = ":is(td, th, thead, caption)[id]";

const idOf = (path) => `at-${path.replaceAll("/", "-")}`;

/** Path of the innermost place around an element of the form; undefined outside it. */
export function pathAround(element) {
  if (!element.closest?.(FORM)) return undefined;
  const places = [...(document.querySelector(PLACES)?.options ?? [])];
  const byId = new Map(places.map(({ value }) => [idOf(value), value]));
  for (let each = element; each; each = each.parentElement?.closest("[id]")) {
    if (byId.has(each.id)) return byId.get(each.id);
  }
  return undefined;
}

export function cellOf(path) {
  return path === undefined ? null : document.getElementById(idOf(path));
}

export function firstCell() {
  return document.querySelector(`${FORM} td[id]`);
}

export function focusCell(cell) {
  if (!cell) return;
  cell.tabIndex = -1;
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest" });
}

const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** The nearest cell in the direction of an arrow key, by the centres of the cells. */
export function cellBeside(cell, key) {
  const [dx, dy] = STEPS[key];
  const from = centre(cell);
  const others = [...document.querySelectorAll(`${FORM} ${CELLS}`)].filter(
    (other) => other !== cell,
  );
  let best = null;
  for (const other of others) {
    const to = centre(other);
    const along = (to.x - from.x) * dx + (to.y - from.y) * dy;
    const across = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx);
    if (along <= 1) continue;
    const distance = along + 2 * across;
    if (!best || distance < best.distance) best = { other, distance };
  }
  return best?.other ?? null;
}

function centre(element) {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return { x: (left + right) / 2, y: (top + bottom) / 2 };
}
