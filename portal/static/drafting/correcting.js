/**
 * Corrections from the check panel, each one step that can be undone: a single one at once, since
 * its texts stand beside its link; many after a preview in a dialog. The link leads to the same as
 * a page without scripts.
 */

import { element } from "./elements.js";

const links = () => [...document.querySelectorAll("#checks [data-correct]")];

export class Correcting {
  #queue;
  #outbox;
  #statusLine;
  #checkPanel;
  #dialog = element("dialog", "dialog wide");
  #link; // whose preview the dialog shows
  #turn = Promise.resolve(); // serialises repeated clicks

  constructor({ queue, outbox, statusLine, checkPanel }) {
    this.#queue = queue;
    this.#outbox = outbox;
    this.#statusLine = statusLine;
    this.#checkPanel = checkPanel;
    this.#dialog.setAttribute("aria-labelledby", "correct-title");
    this.#dialog.addEventListener("click", (event) => {
      if (!event.target.closest("a")) return;
      event.preventDefault();
      this.#dialog.close();
    });
    this.#dialog.addEventListener("submit", (event) => {
      event.preventDefault();
      const { rule, path, shown } = Object.fromEntries(new FormData(event.target));
      this.#dialog.close();
      this.#enqueue(() => this.#correct(this.#link, { rule, path, shown }));
    });
    document.body.append(this.#dialog);
  }

  choose(link) {
    this.#enqueue(() => this.#choose(link));
  }

  #enqueue(act) {
    this.#turn = this.#turn.then(act);
  }

  async #choose(link) {
    if (!link.isConnected) return; // corrected by an earlier click
    await this.#outbox.flushed();
    if (this.#queue.isBusy) {
      this.#statusLine.say("刚填的还没有保存，没有改正");
      return;
    }
    if (link.dataset.correct) await this.#correctAtOnce(link);
    else await this.#preview(link);
  }

  /** Where other parts of the text have changed since the panel was shown, do the same to it. */
  async #correctAtOnce(link) {
    await this.#correct(link, choiceOf(link));
    const fresh = links().find(({ href }) => href === link.href);
    if (!fresh || fresh === link || changeOf(fresh) !== changeOf(link)) return;
    await this.#correct(fresh, choiceOf(fresh));
  }

  async #preview(link) {
    const headers = { "HX-Request-Type": "partial" };
    const response = await fetch(link.href, { headers }).catch(() => null);
    if (!response) this.#statusLine.say("连不上服务器，没有改正");
    else if (!response.ok) location.assign(link.href);
    else {
      this.#link = link;
      this.#dialog.innerHTML = await response.text();
      this.#dialog.showModal();
    }
  }

  async #correct(link, choice) {
    const answer = await this.#outbox.takeStep("correct", choice);
    if (answer) this.#statusLine.say(`已改正 ${answer.undone.length} 处，可以撤销`);
    else await this.#outbox.heartbeat(); // shows what others have changed
    await this.#showWhatIsLeft(link);
  }

  /** Refresh the panel; a user who stands in it goes on at the next correction. */
  async #showWhatIsLeft(link) {
    const isHere = link.contains(document.activeElement);
    const position = links().indexOf(link);
    await this.#checkPanel.refresh(true);
    if (!isHere || link.isConnected) return;
    const panel = document.getElementById("checks");
    panel.tabIndex = -1;
    (links()[position] ?? links().at(-1) ?? panel).focus();
  }
}

function choiceOf(link) {
  const { searchParams } = new URL(link.href);
  const [rule, path] = ["rule", "path"].map((name) => searchParams.get(name) ?? "");
  return { rule, path, shown: link.dataset.correct };
}

/** What is marked as changing. */
function changeOf(link) {
  const marked = link.closest(".correction").querySelectorAll("del, ins");
  return [...marked].map((part) => part.outerHTML).join("");
}
