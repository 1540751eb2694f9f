/**
 * Offers to restore and save, or to discard, changes that an earlier page of the same user could
 * not save, for instance after a crash.
 */

import { button, element } from "./elements.js";
import { isNews } from "./left_behind.js";

const SHOWN_TEXTS = 50;

export class KeptOffer {
  #storage;
  #queue;
  #outbox;
  #fields;
  #rows;
  #remoteChanges;
  #banner;

  constructor({ storage, queue, outbox, fields, rows, remoteChanges, banner }) {
    this.#storage = storage;
    this.#queue = queue;
    this.#outbox = outbox;
    this.#fields = fields;
    this.#rows = rows;
    this.#remoteChanges = remoteChanges;
    this.#banner = banner;
  }

  /** Show the offer; call it when the server has received the last request of the earlier page. */
  async open() {
    const left = await this.#storage.leftBehind();
    const kept = left.filter((entry) => this.#isNewsOrDrop(entry));
    if (!kept.length) return;
    const message = this.#banner.say("warning", `${describe(kept)} `);
    const close = () => {
      kept.forEach(({ key }) => this.#storage.drop(key));
      message.remove();
    };
    const restore = () => {
      kept.forEach((entry) => this.#restore(entry));
      close();
    };
    message.firstChild.append(
      button("恢复并保存", restore),
      " ",
      button("不要了", close),
      listOfTexts(kept),
    );
    // The last request of the earlier page may reach the server late.
    this.#outbox.addEventListener("answer", () => {
      if (!kept.some((entry) => this.#isNews(entry))) close();
    });
  }

  #isNews({ operations }) {
    const textAt = (path) => this.#fields.at(path)?.value;
    const hasRow = (id) => this.#rows.byId(id) !== null;
    return isNews(operations, textAt, hasRow);
  }

  #isNewsOrDrop(entry) {
    const news = this.#isNews(entry);
    if (!news) this.#storage.drop(entry.key);
    return news;
  }

  #restore({ operations, version }) {
    this.#remoteChanges.showUnsaved(operations);
    this.#queue.addStep(operations, version);
    this.#outbox.send();
  }
}

function describe(kept) {
  const count = kept.reduce((sum, { operations }) => sum + operations.length, 0);
  const options = { dateStyle: "short", timeStyle: "short" };
  const when = new Date(kept.at(-1).at).toLocaleString("zh-CN", options);
  return `上次离开时有 ${count} 处改动没有来得及保存（${when}），还存在这台电脑上。`;
}

function listOfTexts(kept) {
  const texts = kept
    .flatMap(({ operations }) => operations)
    .filter((operation) => operation.op === "set" && operation.new)
    .slice(0, SHOWN_TEXTS)
    .map((operation) => element("li", "text", operation.new));
  const summary = element("summary", "", "看看是哪些");
  return element("details", "", summary, element("ul", "", ...texts));
}
