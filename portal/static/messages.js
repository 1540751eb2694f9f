/**
 * Messages about the page, in the element that stays at the top of the window while the page
 * scrolls. Each can be closed. Messages in the content are scrolled into view when the page opens.
 * The server's own messages come from layouts/messages.html.
 */

import { button, element } from "./drafting/elements.js";

const ALERTS = "main [role=alert]";
const place = document.getElementById("messages"); // a print view has none

/** @param look "warning" or "danger"; returns the element, which the caller may remove */
export function showMessage(look, ...parts) {
  const message = element("div", `message message-${look}`, element("div", "", ...parts));
  message.setAttribute("role", "alert");
  addCloseButton(message);
  place.append(message);
  return message;
}

function addCloseButton(message) {
  const close = button("×", () => message.remove());
  close.className = "close";
  close.ariaLabel = "关闭这条消息";
  message.append(close);
}

/** The page of a refused form opens at its top, and what was wrong may stand far below. */
function revealAlert() {
  const alerts = [...document.querySelectorAll(ALERTS)].filter(isRendered);
  if (!alerts.some(isInWindow)) alerts[0]?.scrollIntoView({ block: "center" });
}

function isRendered(part) {
  return part.getClientRects().length > 0;
}

function isInWindow(part) {
  const { top, bottom } = part.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

place?.querySelectorAll(":scope > .message").forEach(addCloseButton);
addEventListener("load", revealAlert);
