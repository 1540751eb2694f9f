/**
 * Messages above the form about the whole table. Messages about a field are shown beside the field.
 */

import { element } from "./elements.js";

export class Banner {
  #place = document.querySelector("[data-banner]");

  constructor(outbox, queue) {
    outbox.addEventListener("refused", ({ detail }) => {
      if (detail.isFinal) this.#sayNotSaved(detail.message, queue.size > 0);
    });
  }

  /** @param look "warning" or "danger"; returns the element, which the caller removes */
  say(look, ...parts) {
    const message = element("div", `message message-${look}`, element("div", "", ...parts));
    message.setAttribute("role", "alert");
    this.append(message);
    return message;
  }

  append(part) {
    this.#place.append(part);
  }

  #sayNotSaved(reason, isSomethingUnsaved) {
    const comfort = " 没有保存的文字还在页面上，也存在这台电脑上。";
    this.say("danger", `没有保存：${reason}`, isSomethingUnsaved ? comfort : "");
  }
}
