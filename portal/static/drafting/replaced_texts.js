/**
 * Notices at fields whose text somebody else replaced while this user stood in them or had written
 * in them: who, when, what stood before. A notice stays until the user dismisses it or restores the
 * text; restoring is an ordinary change.
 */

import { button, element } from "./elements.js";
import { slug } from "./fields.js";

export class ReplacedTexts {
  #fields;
  #outbox;
  #before = new Map(); // path → the text that this user last had there

  constructor({ fields, outbox }) {
    this.#fields = fields;
    this.#outbox = outbox;
  }

  /** @param author of the text that now stands there */
  show(path, before, { by, at }) {
    if (!this.#before.has(path)) this.#before.set(path, before);
    const own = this.#before.get(path);
    this.#remove(path);
    const notice = element(
      "div",
      "replaced",
      `${by} ${at} 改了这里，原来是：`,
      element("blockquote", "", own || "（空白）"),
      element(
        "div",
        "choices",
        button("恢复", () => this.#restore(path, own)),
        button("知道了", () => this.#dismiss(path)),
      ),
    );
    notice.id = `replaced-${slug(path)}`;
    notice.setAttribute("role", "status");
    document.getElementById(`at-${slug(path)}`)?.append(notice);
  }

  #restore(path, text) {
    this.#dismiss(path);
    this.#fields.type(path, text);
    this.#outbox.send();
  }

  #dismiss(path) {
    this.#before.delete(path);
    this.#remove(path);
    this.#fields.at(path)?.focus();
  }

  #remove(path) {
    document.getElementById(`replaced-${slug(path)}`)?.remove();
  }
}
