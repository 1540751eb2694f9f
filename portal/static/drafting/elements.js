/** Creates elements. Children are text or elements, never HTML from users. */

export function element(tag, className, ...parts) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...parts);
  return made;
}

export function button(label, onClick) {
  const made = element("button", "btn btn-secondary btn-sm", label);
  made.type = "button";
  made.addEventListener("click", onClick);
  return made;
}

/** Parses HTML that a template of the server rendered. */
export function fragmentOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
