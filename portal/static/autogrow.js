// Textareas marked data-autogrow are as high as their text. Without scripts the rows attribute serves.
// All heights are read before any is written: one layout for a form of a hundred cells.
const grow = (areas) => {
  areas.forEach((area) => { area.style.height = "auto"; });
  const heights = areas.map((area) => area.scrollHeight + area.offsetHeight - area.clientHeight);
  areas.forEach((area, n) => { if (heights[n]) area.style.height = `${heights[n]}px`; });
};
const growAll = () => grow([...document.querySelectorAll("textarea[data-autogrow]")]);
let width = innerWidth;
["input", "grow"].forEach((name) => document.addEventListener(name, ({ target }) => {
  if (target === document) growAll();
  else if (target.matches("textarea[data-autogrow]")) grow([target]);
}));
growAll();
document.addEventListener("htmx:after:swap", growAll);
document.addEventListener("toggle", growAll, true); // a closed <details> has no heights
addEventListener("resize", () => {
  if (width !== innerWidth) growAll();
  width = innerWidth;
});
