// Fields and rows of the form: what a field was last known to hold, adding, moving and deleting rows by mouse and
// keyboard, level 2 behind level 1, and following what others saved without moving focus, caret or scroll.
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
const DIGITS = "〇一二三四五六七八九";
const numeral = (n) => `${n >= 20 ? DIGITS[Math.floor(n / 10)] : ""}${n >= 10 ? "十" : ""}${n % 10 ? DIGITS[n % 10] : ""}`;
const newId = () => [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
const grow = (field) => field.dispatchEvent(new CustomEvent("grow", { bubbles: true }));

export class Grid {
  #form; #outbox;
  #saved = new Map(); // path → text that the server holds, or will hold when everything waiting has arrived

  constructor(form, outbox) {
    this.#form = form;
    this.#outbox = outbox;
    [...form.elements].filter((field) => this.isCell(field)).forEach((field) => this.#saved.set(field.name, field.value));
    form.querySelectorAll("[data-rows]").forEach((body) => this.#number(body));
    form.querySelectorAll("select[name$='/level1']").forEach((field) => this.#narrow(field.closest("tr")));
    form.addEventListener("keydown", (event) => this.#key(event));
  }

  isCell(field) { return Boolean(field?.classList?.contains("cell") && field.name); }
  field(path) { return this.#form.elements.namedItem(path); }
  saved(field) { return this.#saved.get(field.name) ?? ""; }
  row(id) { return this.#form.querySelector(`tr[data-row="${CSS.escape(id)}"]`); }
  #bodyOf(list) { return this.#form.querySelector(`[data-rows="${list}"]`); }
  #rows(body) { return [...body.querySelectorAll(":scope > tr[data-row]")]; }
  #cells(row) { return [...row.querySelectorAll(".cell")]; }

  // Writes a text as if it had been typed there.
  type(path, text) {
    const field = this.field(path);
    if (!field || field.value === text) return;
    this.#put(field, text);
    this.#outbox.set(path, this.saved(field), text);
  }

  #put(field, text) {
    const caret = document.activeElement === field && field.selectionStart !== undefined ? [field.selectionStart, field.selectionEnd] : null;
    if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === text)) field.add(new Option(text, text), 1);
    field.value = text;
    if (caret) field.setSelectionRange(...caret);
    if (field.tagName === "SELECT") this.#narrow(field.closest("tr"));
    grow(field);
  }

  // --- rows ---
  act(value) { // indicators/<id>/up
    const [list, id, act] = value.split("/");
    const row = this.row(id);
    if (act === "add") this.#focus(this.add(list, this.#rows(this.#bodyOf(list)).at(-1)?.dataset.row ?? ""));
    else if (act === "duplicate") this.#focus(this.duplicate(row));
    else if (act === "delete") this.delete(row);
    else this.move(row, act === "up" ? -1 : 1);
  }

  add(list, after, id = newId()) {
    this.#outbox.push({ op: "insert", list, id, after });
    return this.insert(list, id, after);
  }

  insert(list, id, after) {
    const body = this.#bodyOf(list);
    const html = this.#form.querySelector(`template[data-blank="${list}"]`).innerHTML.replaceAll("blankrow", id);
    const made = document.createElement("template");
    made.innerHTML = html;
    const row = made.content.firstElementChild;
    const behind = after && this.row(after);
    if (after && !behind) body.append(row);
    else if (behind) behind.after(row);
    else body.prepend(row);
    this.#cells(row).forEach((field) => this.#saved.set(field.name, ""));
    this.#number(body);
    return row;
  }

  duplicate(row) {
    const list = row.parentElement.dataset.rows;
    const copy = this.add(list, row.dataset.row);
    this.#cells(row).forEach((field) => this.type(field.name.replace(row.dataset.row, copy.dataset.row), field.value));
    return copy;
  }

  move(row, by) {
    const rows = this.#rows(row.parentElement);
    const other = rows[rows.indexOf(row) + by];
    if (!other) return;
    // The other one goes round this one, which keeps its focus.
    if (by < 0) row.after(other); else row.before(other);
    this.#outbox.push({ op: "move", id: row.dataset.row, after: this.#rows(row.parentElement)[rows.indexOf(row) + by - 1]?.dataset.row ?? "" });
    this.#number(row.parentElement);
    row.scrollIntoView({ block: "nearest" });
  }

  delete(row) {
    const rows = this.#rows(row.parentElement);
    const next = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
    const isKnown = this.#outbox.forget(row.dataset.row);
    if (isKnown) this.#outbox.push({ op: "delete", id: row.dataset.row });
    const column = row.contains(document.activeElement) ? this.#cells(row).indexOf(document.activeElement) : 0;
    this.remove(row);
    if (next) this.#focus(next, Math.max(column, 0));
  }

  remove(row) {
    const body = row.parentElement;
    this.#cells(row).forEach((field) => this.#saved.delete(field.name));
    row.remove();
    this.#number(body);
  }

  #focus(row, column = 0) { this.#cells(row)[column]?.focus(); }

  #number(body) {
    const rows = this.#rows(body);
    rows.forEach((row, index) => {
      row.querySelectorAll("[aria-label]").forEach((part) => part.setAttribute("aria-label", part.getAttribute("aria-label").replace(/第\d+行/, `第${index + 1}行`)));
      row.querySelectorAll("[data-numeral]").forEach((part) => { part.textContent = numeral(index + 1); });
      const [up, , down] = row.querySelectorAll(".row-tools button");
      up.disabled = index === 0;
      down.disabled = index === rows.length - 1;
    });
  }

  // --- level 2 follows level 1 ---
  follow(field) {
    const row = field.closest("tr");
    if (field.name?.endsWith("/level1")) {
      this.#narrow(row);
      const level2 = this.field(field.name.replace(/1$/, "2"));
      const fitting = [...level2.querySelectorAll("optgroup")].filter((group) => group.label === field.value).flatMap((group) => [...group.children]);
      if (fitting.length && !fitting.some((option) => option.value === level2.value)) this.type(level2.name, fitting.length === 1 ? fitting[0].value : "");
    } else if (field.name?.endsWith("/level2")) {
      const label = field.selectedOptions[0]?.parentElement.label;
      if (label) this.type(field.name.replace(/2$/, "1"), label);
    }
  }

  #narrow(row) {
    const level1 = row?.querySelector("select[name$='/level1']");
    if (!level1) return;
    row.querySelectorAll("select[name$='/level2'] optgroup").forEach((group) => { group.hidden = Boolean(level1.value) && group.label !== level1.value; });
  }

  // --- keyboard ---
  #key(event) {
    const field = event.target;
    const row = field.closest?.("tr[data-row]");
    if (!row || !this.isCell(field)) return;
    const column = this.#cells(row).indexOf(field);
    const rows = this.#rows(row.parentElement);
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.ctrlKey && event.key === "Enter") this.#focus(this.add(row.parentElement.dataset.rows, row.dataset.row));
    else if (event.altKey && event.key === "Delete") this.delete(row);
    else if (event.altKey && event.key.toLowerCase() === "d") this.#focus(this.duplicate(row), column);
    else if (event.altKey && step) this.move(row, step);
    else if (event.ctrlKey && step) { const next = rows[rows.indexOf(row) + step]; if (next) this.#focus(next, column); }
    else return;
    event.preventDefault();
    this.#outbox.send();
  }

  // --- what was saved ---
  acknowledge(mine, clashes) {
    mine.filter((each) => each.op === "set").forEach((each) => this.#saved.set(each.path, each.new));
    clashes.forEach((clash) => this.#saved.set(clash.path, clash.theirs ?? ""));
  }

  followOthers({ operations, order }, forced, isHeld) {
    operations.forEach((operation) => this.#followOne(operation, forced, isHeld));
    if (!this.#outbox.isBusy || forced) Object.entries(order).forEach(([list, ids]) => this.#arrange(list, ids));
  }

  #followOne(operation, forced, isHeld) {
    if (operation.op === "insert" && !this.row(operation.id)) this.insert(operation.list, operation.id, operation.after);
    if (operation.op === "delete") {
      const row = this.row(operation.id);
      // Whoever stands in it or has typed in it is told when saving; the row does not vanish under their hands.
      if (row && (forced || !(row.contains(document.activeElement) || this.#outbox.waitsForRow(operation.id)))) this.remove(row);
    }
    if (operation.op === "set") {
      const field = this.field(operation.path);
      if (!field || (!forced && (this.#outbox.waitsFor(operation.path) || isHeld(operation.path)))) return;
      this.#saved.set(operation.path, operation.new);
      if (field.value.trim() !== operation.new) { this.#put(field, operation.new); field.classList.add("just-changed"); }
    }
  }

  // The order that the server has; the row with the focus stays where it is and the others go round it.
  #arrange(list, ids) {
    const body = this.#bodyOf(list);
    const wanted = ids.map((id) => this.row(id)).filter(Boolean);
    const rows = this.#rows(body);
    rows.filter((row) => !wanted.includes(row)).forEach((row) => wanted.splice(wanted.indexOf(rows[rows.indexOf(row) - 1]) + 1, 0, row));
    if (wanted.every((row, index) => row === rows[index])) return;
    const still = wanted.find((row) => row.contains(document.activeElement)) ?? wanted[0];
    wanted.slice(0, wanted.indexOf(still)).forEach((row) => still.before(row));
    wanted.slice(wanted.indexOf(still) + 1).reduce((last, row) => { last.after(row); return row; }, still);
    this.#number(body);
  }

  // What waits in a batch from elsewhere (pasted, restored), shown as if typed here.
  show(operations) {
    operations.forEach((operation) => {
      if (operation.op === "insert" && !this.row(operation.id)) this.insert(operation.list, operation.id, operation.after);
      if (operation.op === "delete" && this.row(operation.id)) this.remove(this.row(operation.id));
      if (operation.op === "set") { const field = this.field(operation.path); if (field) this.#put(field, operation.new); }
    });
  }
}
