/** Messages about the whole table. Messages about a field are shown beside the field. */

import { showMessage } from "../messages.js";

export class Banner {
  #outbox;

  constructor(outbox, queue) {
    this.#outbox = outbox;
    outbox.addEventListener("refused", ({ detail }) => {
      if (detail.isFinal) this.#sayNotSaved(detail.message, queue.size > 0);
    });
  }

  /** As `showMessage`. */
  say(look, ...parts) {
    return showMessage(look, ...parts);
  }

  append(part) {
    document.getElementById("messages").append(part);
  }

  #sayNotSaved(reason, isSomethingUnsaved) {
    const where = this.#outbox.isKept
      ? " 没有保存的文字还在页面上，也存在这台电脑上。"
      : " 没有保存的文字只在这个页面上，这台电脑存不下：关闭以前请复制留存。";
    this.say("danger", `没有保存：${reason}`, isSomethingUnsaved ? where : "");
  }
}
