/**
 * Sets the height of textareas marked data-autogrow to the height of their text. Without scripts
 * the rows attribute applies. A script that changes texts dispatches "grow" at the textarea, or at
 * the document after changing many textareas.
 */

const GROWING = "textarea[data-autogrow]";
let windowWidth = innerWidth;

/** Reads all heights before writing any, so that a form of a hundred cells needs one layout. */
function grow(areas) {
  areas.forEach((area) => (area.style.height = "auto"));
  const heights = areas.map((area) => area.scrollHeight + area.offsetHeight - area.clientHeight);
  areas.forEach((area, index) => {
    if (heights[index]) area.style.height = `${heights[index]}px`;
  });
}

function growAll() {
  grow([...document.querySelectorAll(GROWING)]);
}

function growTarget({ target }) {
  if (target === document) growAll();
  else if (target.matches(GROWING)) grow([target]);
}

document.addEventListener("input", growTarget);
document.addEventListener("grow", growTarget);
document.addEventListener("htmx:after:swap", growAll);
document.addEventListener("toggle", growAll, true); // no heights in a closed <details>
addEventListener("resize", () => {
  if (windowWidth !== innerWidth) growAll();
  windowWidth = innerWidth;
});
growAll();
