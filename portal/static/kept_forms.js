/**
 * Forms marked data-keep: what is typed in one is kept on this computer's disk until the server has
 * accepted the form. The value of data-keep tells forms with the same address apart. A form with
 * unsubmitted input has data-unsaved; where the browser cannot keep it, also data-unkept.
 *
 * The server names accepted forms in its next page (portal/web/kept_forms.py), or answers htmx.
 * kept_forms_offer.js fills kept texts in again. The cells of the edit page have their own way:
 * drafting/outbox.js.
 */

import { DiskStore } from "./disk_store.js";
import { fieldsOf, isSame, servedValues, shownValues } from "./form_values.js";
import { showMessage } from "./messages.js";

const KEPT = "form[data-keep]";

export class KeptForms {
  #disk;
  #prefix;
  #page = String(Math.random()); // two pages with the same form keep one entry each
  #unsubmitted = new Set(); // names of forms whose served or filled-in text was not accepted
  #warning = null; // the message that the browser cannot keep what is typed

  constructor(author, disk = new DiskStore()) {
    this.#disk = disk;
    this.#prefix = `form/${author}/`;
    ["input", "change"].forEach((type) => {
      document.addEventListener(type, ({ target }) => {
        if (target.form?.matches(KEPT)) this.keep(target.form);
      });
    });
    document.addEventListener("submit", (event) => this.#submit(event));
    document.addEventListener("htmx:after:request", ({ target, detail }) => {
      // htmx tells the document of a request whose element is gone.
      if (target.matches?.(KEPT)) this.#answered(target, detail.ctx.response.status);
    });
    document.addEventListener("htmx:after:swap", () => this.#markAll());
  }

  all() {
    return [...document.querySelectorAll(KEPT)];
  }

  nameOf(form) {
    const { pathname } = new URL(form.getAttribute("action") ?? "", location.href);
    return `${pathname}#${form.dataset.keep}`;
  }

  isUnsubmitted(form) {
    const isTyped = !isSame(shownValues(form), servedValues(form));
    return isTyped || this.#unsubmitted.has(this.nameOf(form));
  }

  /** Keep what the form shows now; resolves to whether it is on the disk. */
  async keep(form) {
    const hasInput = this.isUnsubmitted(form);
    const key = this.#keyOf(form);
    form.toggleAttribute("data-unsaved", hasInput);
    try {
      await (hasInput ? this.#disk.put(key, this.#entryOf(form)) : this.#disk.delete(key));
      form.removeAttribute("data-unkept");
    } catch {
      form.toggleAttribute("data-unkept", hasInput);
    }
    this.#warn();
    return !form.hasAttribute("data-unkept");
  }

  /** The text shown is unsubmitted, though it was served or filled in and not typed. */
  setUnsubmitted(form) {
    this.#unsubmitted.add(this.nameOf(form));
    form.toggleAttribute("data-unsaved", true);
  }

  /** The server has what the form holds, or the user does not want it. */
  async forget(form) {
    this.#unsubmitted.delete(this.nameOf(form));
    ["data-unsaved", "data-unkept"].forEach((name) => form.removeAttribute(name));
    this.#warn();
    document.dispatchEvent(new CustomEvent("kept:forgotten", { detail: this.nameOf(form) }));
    await this.drop(this.#keyOf(form));
  }

  /** What earlier pages of this user left, newest first: [[key, entry]]. */
  async leftBehind() {
    const entries = await this.#disk.entries(this.#prefix);
    return entries
      .filter(([key]) => !key.endsWith(`/${this.#page}`))
      .sort(([, one], [, other]) => other.at - one.at);
  }

  async drop(key) {
    await this.#disk.delete(key);
  }

  #keyOf(form) {
    return `${this.#prefix}${this.nameOf(form)}/${this.#page}`;
  }

  #entryOf(form) {
    return {
      at: Date.now(),
      name: this.nameOf(form),
      page: location.pathname,
      opener: form.dataset.keepOpener ?? "",
      label: labelOf(form),
      served: servedValues(form),
      values: shownValues(form),
    };
  }

  /** A submission without htmx tells the server the key, so that its next page can name it. */
  #submit({ target, defaultPrevented }) {
    if (defaultPrevented || !target.matches(KEPT)) return;
    target.removeAttribute("data-unkept"); // do not ask before leaving
    if (target.method === "get") {
      this.forget(target); // the address of the next page holds it
      return;
    }
    if (target.elements.namedItem("_keep")) return; // pressed twice: the same form again
    const key = document.createElement("input");
    Object.assign(key, { type: "hidden", name: "_keep", value: this.#keyOf(target) });
    target.append(key);
  }

  #answered(form, status) {
    if (status < 400) {
      renewToken(form);
      this.forget(form);
    } else {
      this.setUnsubmitted(form);
    }
  }

  #markAll() {
    this.all().forEach((form) => form.toggleAttribute("data-unsaved", this.isUnsubmitted(form)));
  }

  #warn() {
    const isNeeded = document.querySelector(`${KEPT}[data-unkept]`) !== null;
    if (isNeeded && !this.#warning?.isConnected) {
      const words = "浏览器不能把写的内容存在这台电脑上：提交以前请不要关闭或刷新这个页面。";
      this.#warning = showMessage("danger", words);
    }
    if (!isNeeded) this.#warning?.remove();
  }
}

/** A form that stays on the page after it acted may act again (portal/web/acts.py). */
function renewToken({ elements }) {
  const token = elements.namedItem("_once");
  if (token) token.value = [...crypto.getRandomValues(new Uint32Array(4))].join("-");
}

/** What the user calls the form: the label of its first text. */
function labelOf(form) {
  const fields = fieldsOf(form);
  const text = fields.find(({ tagName }) => tagName === "TEXTAREA") ?? fields[0];
  return text.ariaLabel ?? text.labels[0]?.textContent.replace("*", "").trim() ?? "";
}

const messages = document.getElementById("messages"); // a print view has none
if (messages) {
  const keptForms = new KeptForms(document.body.dataset.author);
  const received = messages.dataset.received?.split(" ") ?? [];
  Promise.all(received.map((key) => keptForms.drop(key)))
    .then(() => keptForms.leftBehind())
    .then(async ({ length: count }) => {
      if (!count) return;
      const { KeptFormsOffer } = await import("./kept_forms_offer.js");
      await new KeptFormsOffer(keptForms).open();
    })
    .catch(() => {
      // Unreadable storage: offer nothing.
    });
}
