/**
 * The text that the server holds in each field, as far as this page knows: the base over which the
 * next text there is typed. Pure.
 */

export class SavedTexts {
  #texts = new Map();

  at(path) {
    return this.#texts.get(path) ?? "";
  }

  set(path, text) {
    this.#texts.set(path, text);
  }

  /** After a save: what was sent is saved, but for what clashed or did not fit. */
  acknowledge(sent, clashes, unfit) {
    const refused = new Set(unfit.map(({ path }) => path));
    sent
      .filter(({ op, path }) => op === "set" && !refused.has(path))
      .forEach((operation) => this.set(operation.path, operation.new));
    clashes.forEach(({ path, theirs }) => this.set(path, theirs ?? ""));
  }

  /** Run `act` and forget what it says about fields that were known: it shows unsaved texts. */
  keepDuring(act) {
    const known = new Map(this.#texts);
    act();
    known.forEach((text, path) => this.#texts.set(path, text));
  }
}
