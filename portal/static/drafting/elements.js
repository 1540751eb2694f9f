/** Elements made by scripts. Their parts are text or elements, never HTML from anywhere. */

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

/** The nodes of HTML that the server's own templates wrote. */
export function fragmentOf(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
