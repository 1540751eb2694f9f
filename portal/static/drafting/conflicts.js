/**
 * Conflicts of a save, shown at the field with one button for each resolution. The typed text is
 * held back until the user chooses; this module never chooses.
 */

import { button, element } from "./elements.js";
import { slug } from "./fields.js";
import { joined } from "./joined_text.js";
import { cellsOf } from "./rows.js";

const BLANK = "（空白）";
const ROW_GONE = "is-gone"; // class of a row that someone else deleted while it had unsaved input

export class Conflicts {
  #queue;
  #outbox;
  #fields;
  #rows;
  #savedTexts;
  #rowActions;
  #remoteChanges;
  #banner;

  constructor({ queue, outbox, fields, rows, savedTexts, rowActions, remoteChanges, banner }) {
    this.#queue = queue;
    this.#outbox = outbox;
    this.#fields = fields;
    this.#rows = rows;
    this.#savedTexts = savedTexts;
    this.#rowActions = rowActions;
    this.#remoteChanges = remoteChanges;
    this.#banner = banner;
  }

  /**
   * Show a conflict: two people changed the same field or row.
   * @param conflict mine: null if this user deleted the row; theirs: null if the other user did
   */
  showConflict(conflict) {
    const { path, theirs, mine, by, at } = conflict;
    if (mine === null) this.#showNotDeleted(path, by, at);
    else if (!this.#fields.at(path)) this.#showLostText(mine, by, at);
    else if (theirs === null) this.#showRowGone(path, by, at);
    else this.#askWhichText(conflict);
  }

  /** A text that the server refused. */
  showUnfit({ path, message }) {
    const field = this.#fields.at(path);
    if (!field) {
      this.#banner.say("danger", `没有保存：${message}`);
      return;
    }
    this.#queue.hold(path, field.value);
    const saveAgain = () => this.#queue.set(path, this.#savedTexts.at(path), field.value);
    this.#ask(path, [`没有保存：${message}`], [["改好了，再保存", saveAgain]]);
  }

  #askWhichText({ path, by, at, segments }) {
    const field = this.#fields.at(path);
    this.#queue.hold(path, field.value);
    // The texts at the click: either may have changed since the conflict.
    const theirs = () => this.#savedTexts.at(path);
    const takeTheirs = () => {
      this.#remoteChanges.showUnsaved([{ op: "set", path, new: theirs() }]);
    };
    const takeMine = () => this.#queue.set(path, theirs(), field.value);
    const takeBoth = () => {
      const separator = field.localName === "textarea" ? "\n" : "；";
      this.#fields.show(field, joined(field.value, theirs(), separator));
      field.dispatchEvent(new CustomEvent("grow", { bubbles: true }));
      takeMine();
    };
    const choices = [
      ["用对方的", takeTheirs],
      ["用我的", takeMine],
    ];
    if (!field.options && !field.matches(".num")) choices.push(["两段都要", takeBoth]);
    const texts = [
      element("blockquote", "", ...sideOf(segments, "delete")),
      "你写的：",
      element("div", "quoted", ...sideOf(segments, "insert")),
    ];
    this.#ask(path, [`${by} ${at} 改成了：`, ...texts], choices);
  }

  /** A newer text of others at an unresolved conflict; the marks were of the older one. */
  showNewerText(path, text) {
    const theirs = document.querySelector(`#conflict-${slug(path)} blockquote`);
    const newer = text || BLANK;
    if (theirs && theirs.textContent !== newer) theirs.textContent = newer;
  }

  #showNotDeleted(path, by, at) {
    const row = this.#rows.restore(path.split("/")[1]);
    if (!row) return;
    const [first] = cellsOf(row);
    this.#ask(
      first.name,
      [`没有删除：${by} ${at} 刚改过这一行。`],
      [
        ["保留", () => {}],
        ["仍然删除", () => this.#rowActions.delete(row)],
      ],
    );
  }

  #showRowGone(path, by, at) {
    const [list, id] = path.split("/");
    const row = this.#rows.byId(id);
    if (!row || row.classList.contains(ROW_GONE)) return;
    row.classList.add(ROW_GONE);
    const fields = cellsOf(row);
    fields.forEach((field) => this.#queue.hold(field.name, field.value));
    this.#ask(
      fields[0].name,
      [`${by} ${at} 删除了这一行，你在这一行写的还没有保存。`],
      [
        ["恢复这一行", () => this.#bringBack(list, row)],
        ["不要这一行", () => this.#rowActions.delete(row)],
      ],
    );
  }

  /** The row is deleted on this page too: show its text, so that the user can copy it. */
  #showLostText(mine, by, at) {
    const words = `${by} ${at} 删除了这一行，你写的没有保存：`;
    this.#banner.say("warning", words, element("blockquote", "", mine));
  }

  #bringBack(list, row) {
    const fields = cellsOf(row);
    row.className = "";
    fields.forEach((field) => this.#queue.release(field.name));
    const after = row.previousElementSibling?.dataset.row ?? "";
    this.#queue.push({ op: "insert", list, id: row.dataset.row, after });
    fields.forEach((field) => this.#queue.set(field.name, "", field.value));
  }

  /** @param choices [label of a button, what it does] */
  #ask(path, parts, choices) {
    const id = `conflict-${slug(path)}`;
    document.getElementById(id)?.remove();
    const buttons = choices.map(([label, act]) => button(label, () => this.#decide(path, act)));
    const box = element("div", "conflict", ...parts, element("div", "choices", ...buttons));
    box.id = id;
    box.setAttribute("role", "alert");
    (document.getElementById(`at-${slug(path)}`) ?? this.#banner).append(box);
  }

  #decide(path, act) {
    this.#queue.release(path);
    document.getElementById(`conflict-${slug(path)}`)?.remove();
    act();
    this.#fields.at(path)?.focus();
    this.#outbox.send();
  }
}

/** One side of a difference from their text to mine; what only this side has is marked. */
function sideOf(segments, own) {
  const parts = segments
    .filter(([kind]) => kind === "equal" || kind === own)
    .map(([kind, text]) => (kind === own ? element("mark", "", text) : text));
  return parts.length ? parts : [BLANK];
}
