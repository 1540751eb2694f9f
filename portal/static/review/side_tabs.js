/**
 * Shows the panels beside the form on the desk one at a time, under tabs. Without scripts they
 * stand one below the other. The foot (data-foot) stays in sight. A page that is shown anew
 * (news.js) gets its tabs anew.
 */

/** Names of panels that are too long for a tab. */
const SHORT = { 审核意见: "意见", 审核结论: "四维" };
const CHOSEN = "portal.desk.tab";
const buttons = new Map();
let side = null;
let panels = [];

function show(panel) {
  for (const each of panels) {
    each.hidden = each !== panel;
    buttons.get(each).setAttribute("aria-selected", String(each === panel));
    buttons.get(each).tabIndex = each === panel ? 0 : -1;
  }
  sessionStorage.setItem(CHOSEN, panel.id);
}

/** Show the panel that holds an element. */
export function showTab(element) {
  const panel = panels.find((each) => each.contains(element));
  if (panel) show(panel);
}

function showTarget() {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  if (!target || !side?.contains(target)) return;
  showTab(target);
  target.scrollIntoView({ block: "nearest" });
}

function tabOf(panel) {
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("role", "tab");
  button.setAttribute("aria-controls", panel.id);
  const name = panel.getAttribute("aria-label");
  const count = panel.querySelector("h2 .tag")?.textContent.trim() ?? "";
  button.textContent = `${SHORT[name] ?? name} ${/^[1-9]\d*$/.test(count) ? count : ""}`.trim();
  button.addEventListener("click", () => show(panel));
  buttons.set(panel, button);
  return button;
}

function moveFocus(event) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) return;
  const all = [...buttons.values()];
  const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
  next.focus();
  next.click();
}

function build() {
  const found = document.querySelector("[data-tabs]");
  if (found === side) return;
  side = found;
  buttons.clear();
  panels = [...(side?.querySelectorAll(":scope > section:not([data-foot])") ?? [])];
  if (!panels.length) return;
  const list = document.createElement("div");
  list.className = "side-tabs";
  list.setAttribute("role", "tablist");
  list.append(...panels.map(tabOf));
  list.addEventListener("keydown", moveFocus);
  side.prepend(list);
  for (const panel of panels) panel.setAttribute("role", "tabpanel");
  show(panels.find((each) => each.id === sessionStorage.getItem(CHOSEN)) ?? panels[0]);
  showTarget();
}

build();
window.addEventListener("hashchange", showTarget);
document.addEventListener("htmx:after:swap", build);
