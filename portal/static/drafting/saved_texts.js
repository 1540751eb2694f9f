/**
 * The text that the server holds in each field, as far as this page knows it: the base of the next
 * text typed there. Pure.
 */

export class SavedTexts {
  #texts = new Map();

  at(path) {
    return this.#texts.get(path) ?? "";
  }

  set(path, text) {
    this.#texts.set(path, text);
  }

  /** After a save: the sent texts are saved, except conflicting and unfit ones. */
  acknowledge(sent, conflicts, unfit) {
    const refused = new Set(unfit.map(({ path }) => path));
    sent
      .filter(({ op, path }) => op === "set" && !refused.has(path))
      .forEach((operation) => this.set(operation.path, operation.new));
    conflicts.forEach(({ path, theirs }) => this.set(path, theirs ?? ""));
  }

  /** Run `act`, which shows unsaved texts, and undo its updates of known fields. */
  keepDuring(act) {
    const known = new Map(this.#texts);
    act();
    known.forEach((text, path) => this.#texts.set(path, text));
  }
}
