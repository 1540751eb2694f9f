/**
 * 核对无误 in carried-over tables: ticks a place that is right as it is, by its button or Alt+K, and
 * takes the tick back. Typing in a place needs no tick (typing.js). Loaded for such tables only.
 */

const BUTTON = ".confirm, .confirm-row";

export class Confirming {
  #form;
  #outbox;
  #server;
  #statusLine;
  #count = document.querySelector("[data-untouched]");

  constructor({ form, outbox, server, statusLine }) {
    this.#form = form;
    this.#outbox = outbox;
    this.#server = server;
    this.#statusLine = statusLine;
    this.#buttons.forEach((button) => (button.tabIndex = -1)); // the key is enough
    form.addEventListener("click", (event) => this.#click(event));
    form.addEventListener("keydown", (event) => this.#keydown(event));
  }

  get #buttons() {
    return [...this.#form.querySelectorAll(BUTTON)];
  }

  #click(event) {
    const button = event.target.closest(BUTTON);
    if (!button) return;
    event.preventDefault();
    this.#send(button.value, button.ariaPressed !== "true");
  }

  /** Tick the cell and go on to the next one that is to be checked. */
  #keydown(event) {
    const { target, altKey, key } = event;
    const cell = target.closest(".taken-over");
    if (!altKey || key.toLowerCase() !== "k" || !cell) return;
    event.preventDefault();
    const cells = [...this.#form.querySelectorAll(".taken-over")];
    cells[cells.indexOf(cell) + 1]?.querySelector(".cell").focus();
    this.#send(cell.querySelector(BUTTON).value, true);
  }

  async #send(paths, isRight) {
    await this.#outbox.flushed(); // what was typed is no longer to be checked
    const { author } = this.#server;
    const body = { author, paths, is_right: isRight };
    const response = await this.#server.post("confirm", body).catch(() => null);
    const answer = await response?.json().catch(() => null);
    if (response?.ok) this.#show(answer);
    else this.#statusLine.say(answer?.message ?? "连不上服务器，没有记下");
  }

  #show({ confirmed, left }) {
    const isConfirmed = new Set(confirmed);
    this.#form.querySelectorAll(".taken-over, .confirmed").forEach((cell) => {
      const button = cell.querySelector(BUTTON);
      const isRight = button.value.split(" ").every((path) => isConfirmed.has(path));
      cell.classList.toggle("confirmed", isRight);
      cell.classList.toggle("taken-over", !isRight);
      cell.title = isRight ? "已核对无误" : "";
      button.ariaPressed = String(isRight);
    });
    this.#form.querySelectorAll(".confirm-row").forEach((button) => {
      button.hidden = !button.closest("tr").querySelector(".taken-over");
    });
    this.#count.textContent = left;
    this.#statusLine.say(left ? `还有 ${left} 处未核对` : "各处都已改动或核对");
  }
}
