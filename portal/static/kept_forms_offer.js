/**
 * Gives the user back what an earlier page kept of an unsubmitted form: filled in where the form is
 * as it was, otherwise offered. kept_forms.js keeps the texts.
 */

import { button, element } from "./drafting/elements.js";
import { fieldsOf, fillIn, isSame, servedValues, shownValues } from "./form_values.js";
import { showMessage } from "./messages.js";

export class KeptFormsOffer {
  #keptForms;
  #seen = new WeakSet();

  constructor(keptForms) {
    this.#keptForms = keptForms;
    document.addEventListener("htmx:after:swap", () => this.#offerInForms());
  }

  async open() {
    const entries = await this.#offerInForms();
    const names = new Set(this.#keptForms.all().map((form) => this.#keptForms.nameOf(form)));
    entries
      .filter(([, entry]) => entry.page === location.pathname && !names.has(entry.name))
      .forEach(([key, entry]) => this.#offerWithoutForm(key, entry));
  }

  /** Also for forms that htmx has just added. */
  async #offerInForms() {
    const forms = this.#keptForms.all().filter((form) => !this.#seen.has(form));
    forms.forEach((form) => this.#seen.add(form));
    const entries = await this.#keptForms.leftBehind();
    forms.forEach((form) => {
      entries
        .filter(([, { name }]) => name === this.#keptForms.nameOf(form))
        .forEach(([key, entry]) => this.#giveBack(form, key, entry));
    });
    return entries;
  }

  #giveBack(form, key, entry) {
    const isShown = isSame(shownValues(form), entry.values);
    const isAsItWas = isSame(servedValues(form), entry.served);
    if (isShown && isSame(servedValues(form), entry.values) && !wasRefused()) {
      this.#keptForms.drop(key); // submitted from another page
    } else if (isShown) {
      this.#adopt(form, key);
    } else if (isAsItWas && !this.#keptForms.isUnsubmitted(form)) {
      this.#fillIn(form, key, entry);
      this.#tellFilledIn(form, entry);
    } else {
      this.#tellKept(key, entry, ["填进去", () => this.#fillIn(form, key, entry)]);
    }
  }

  /** From now on the entry of this page has the text. */
  async #adopt(form, key) {
    this.#keptForms.setUnsubmitted(form);
    if (await this.#keptForms.keep(form)) await this.#keptForms.drop(key);
  }

  #fillIn(form, key, { values }) {
    fillIn(form, values);
    fieldsOf(form).forEach((field) => field.closest("details")?.toggleAttribute("open", true));
    document.dispatchEvent(new Event("grow"));
    this.#adopt(form, key);
  }

  /** A form that must be opened first, or that the user may no longer submit. */
  #offerWithoutForm(key, entry) {
    const links = [...document.querySelectorAll("a[href]")];
    const opener = links.find((link) => link.getAttribute("href") === entry.opener);
    this.#tellKept(key, entry, opener && ["接着写", () => opener.click()]);
  }

  #tellFilledIn(form, entry) {
    const name = this.#keptForms.nameOf(form);
    const discard = () => {
      fillIn(form, entry.served);
      document.dispatchEvent(new Event("grow"));
      this.#keptForms.forget(form);
    };
    const message = showMessage("warning", `${describe(entry)}，已经填回原处。 `);
    const goThere = button("到那里", () => fieldsOf(form).at(-1)?.focus());
    message.firstChild.append(goThere, " ", button("不要了", discard));
    document.addEventListener("kept:forgotten", ({ detail }) => {
      if (detail === name) message.remove();
    });
  }

  /** @param way [label, act] of the button that takes the text up again, if there is one */
  #tellKept(key, entry, way) {
    const message = showMessage("warning", `${describe(entry)}。 `);
    const choose = (label, act) =>
      button(label, () => {
        message.remove();
        act();
      });
    if (way) message.firstChild.append(choose(...way), " ");
    const discard = choose("不要了", () => this.#keptForms.drop(key));
    message.firstChild.append(discard, listOfTexts(entry));
  }
}

/** Whether the page shows a form that the server refused, with what was typed. */
function wasRefused() {
  return performance.getEntriesByType("navigation")[0]?.responseStatus >= 400;
}

function describe({ at, label }) {
  const when = new Date(at).toLocaleString("zh-CN", { dateStyle: "short", timeStyle: "short" });
  return `上次在“${label}”里写的内容没有提交（${when}）`;
}

function listOfTexts({ values }) {
  const texts = values.map(([, text]) => element("li", "text", text));
  const summary = element("summary", "", "看看写了什么");
  return element("details", "", summary, element("ul", "", ...texts));
}
