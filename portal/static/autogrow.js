/**
 * Textareas marked data-autogrow are as high as their text; without scripts their rows attribute
 * serves. A script that changes texts dispatches "grow" at the textarea, or at the document after
 * many of them.
 */

const GROWING = "textarea[data-autogrow]";
let windowWidth = innerWidth;

/** Read all heights before writing any: one layout for a form of a hundred cells. */
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
document.addEventListener("toggle", growAll, true); // a closed <details> has no heights
addEventListener("resize", () => {
  if (windowWidth !== innerWidth) growAll();
  windowWidth = innerWidth;
});
growAll();
