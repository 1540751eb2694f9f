/**
 * Buttons of a list (data-act) that act on the ticked rows: each shows how many it would take, and
 * is off unless every ticked row allows it (data-acts of the row's box).
 */

const BOXES = "input[data-acts]";

function refresh() {
  const ticked = [...document.querySelectorAll(`${BOXES}:checked`)];
  for (const button of document.querySelectorAll("button[data-act]")) {
    const allows = (box) => box.dataset.acts.split(" ").includes(button.dataset.act);
    button.disabled = !ticked.length || !ticked.every(allows);
    button.querySelector("[data-count]").textContent = ticked.length ? ` ${ticked.length}` : "";
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-tick-all]")) {
    for (const box of document.querySelectorAll(BOXES)) box.checked = event.target.checked;
  }
  if (event.target.matches?.(`${BOXES}, [data-tick-all]`)) refresh();
});
document.addEventListener("htmx:after:swap", refresh);
window.addEventListener("pageshow", refresh);
