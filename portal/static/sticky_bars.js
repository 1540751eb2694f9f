/**
 * Keeps what gets the focus, or is linked to, clear of the bars at the edges of the window: the
 * scroll padding follows their heights. The stylesheet has a fixed one for pages without scripts.
 */

const GAP = 16; // pixels
const { style } = document.documentElement;

function follow(selector, property) {
  const bar = document.querySelector(selector);
  if (!bar) return;
  const measure = () => {
    style.setProperty(property, `${bar.offsetHeight + GAP}px`);
    style.setProperty(`--${bar.className}`, `${bar.offsetHeight}px`);
  };
  new ResizeObserver(measure).observe(bar);
}

/** The form of an answer that the user unfolds may reach under the bar. */
function reveal({ target }) {
  if (!target.open || !target.contains(document.activeElement)) return;
  target.querySelector(".answer-fields")?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("toggle", reveal, true);
follow(".messages", "scroll-padding-top");
follow(".desk-head", "scroll-padding-top");
follow(".save-bar", "scroll-padding-bottom");
