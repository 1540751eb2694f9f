// Fields and rows of the form, by mouse and keyboard; and following what others saved without moving focus or caret.
const { newId } = await import(`./dom.js${new URL(import.meta.url).search}`);
const DIGITS = "〇一二三四五六七八九";
const numeral = (n) => `${n >= 20 ? DIGITS[Math.floor(n / 10)] : ""}${n >= 10 ? "十" : ""}${n % 10 ? DIGITS[n % 10] : ""}`;
const cells = (row) => [...row.querySelectorAll(".cell")];
const rowsOf = (body) => [...body.querySelectorAll(":scope > tr[data-row]")];
const listOf = (row) => row.parentElement.dataset.rows;

export class Grid {
  #form; #outbox;
  #saved = new Map(); // path → text that the server holds, as far as this page knows

  constructor(form, outbox) {
    [this.#form, this.#outbox] = [form, outbox];
    // As the page came: what was typed before this script was there is unsaved.
    [...form.elements].filter((field) => this.isCell(field)).forEach((field) => this.#saved.set(field.name,
      field.options ? [...field.options].find((option) => option.defaultSelected)?.value ?? "" : field.defaultValue));
    form.querySelectorAll("[data-rows]").forEach((body) => this.#number(body));
    form.querySelectorAll("tr[data-row]").forEach((row) => this.#narrow(row));
    form.addEventListener("keydown", (event) => this.#key(event));
  }

  isCell(field) { return Boolean(field?.classList?.contains("cell") && field.name); }
  field(path) { return this.#form.elements.namedItem(path); }
  saved(path) { return this.#saved.get(path) ?? ""; }
  row(id) { return this.#form.querySelector(`tr[data-row="${CSS.escape(id)}"]`); }
  #body(list) { return this.#form.querySelector(`[data-rows="${list}"]`); }
  #focus(row, column = 0) { if (row) cells(row)[Math.max(column, 0)].focus(); }

  // Writes a text as if it had been typed there.
  type(path, text) {
    const field = this.field(path);
    if (!field || field.value === text) return;
    this.#put(field, text);
    this.#outbox.set(path, this.saved(path), text);
  }

  #put(field, text) {
    const caret = document.activeElement === field && field.selectionStart !== undefined && [field.selectionStart, field.selectionEnd];
    if (field.options && ![...field.options].some((option) => option.value === text)) field.add(new Option(text, text), 1);
    field.value = text;
    if (caret) field.setSelectionRange(...caret);
    if (field.options) this.#narrow(field.closest("tr"));
    field.dispatchEvent(new CustomEvent("grow", { bubbles: true }));
  }

  // --- rows ---
  act(value) { // indicators/<id>/up
    const [list, id, act] = value.split("/");
    const row = this.row(id);
    if (act === "add") this.#focus(this.add(list, rowsOf(this.#body(list)).at(-1)?.dataset.row ?? ""));
    else if (act === "duplicate") this.#focus(this.duplicate(row));
    else if (act === "delete") this.delete(row);
    else this.move(row, act === "up" ? -1 : 1);
  }

  add(list, after) {
    const id = newId();
    this.#outbox.push({ op: "insert", list, id, after });
    return this.insert(list, id, after);
  }

  insert(list, id, after) {
    const made = document.createElement("template");
    made.innerHTML = this.#form.querySelector(`template[data-blank="${list}"]`).innerHTML.replaceAll("blankrow", id);
    const row = made.content.firstElementChild;
    const behind = after && this.row(after);
    if (behind) behind.after(row); else this.#body(list)[after ? "append" : "prepend"](row);
    this.#number(row.parentElement);
    return row;
  }

  duplicate(row) {
    const copy = this.add(listOf(row), row.dataset.row);
    cells(row).forEach((field) => this.type(field.name.replace(row.dataset.row, copy.dataset.row), field.value));
    return copy;
  }

  move(row, by) {
    const rows = rowsOf(row.parentElement);
    const at = rows.indexOf(row) + by;
    if (!rows[at]) return;
    // The other one goes round this one, which keeps its focus.
    if (by < 0) row.after(rows[at]); else row.before(rows[at]);
    this.#outbox.push({ op: "move", id: row.dataset.row, after: rowsOf(row.parentElement)[at - 1]?.dataset.row ?? "" });
    this.#number(row.parentElement);
    row.scrollIntoView({ block: "nearest" });
  }

  delete(row) {
    const rows = rowsOf(row.parentElement);
    const at = rows.indexOf(row);
    const column = cells(row).indexOf(document.activeElement);
    if (this.#outbox.forget(row.dataset.row)) this.#outbox.push({ op: "delete", id: row.dataset.row });
    this.remove(row);
    this.#focus(rows[at + 1] ?? rows[at - 1], column);
  }

  remove(row) {
    const body = row.parentElement;
    cells(row).forEach((field) => this.#saved.delete(field.name));
    row.remove();
    this.#number(body);
  }

  #number(body) {
    rowsOf(body).forEach((row, index, rows) => {
      row.querySelectorAll("[aria-label]").forEach((part) => { part.ariaLabel = part.ariaLabel.replace(/第\d+行/, `第${index + 1}行`); });
      row.querySelectorAll("[data-numeral]").forEach((part) => { part.textContent = numeral(index + 1); });
      const [up, , down] = row.querySelectorAll(".row-tools button");
      [up.disabled, down.disabled] = [index === 0, index === rows.length - 1];
    });
  }

  // --- level 2 follows level 1 ---
  follow({ name = "", value, selectedOptions }) {
    if (name.endsWith("/level1")) {
      const level2 = this.field(name.replace(/1$/, "2"));
      this.#narrow(level2.closest("tr"));
      const fitting = [...level2.querySelectorAll("optgroup")].filter((group) => group.label === value).flatMap((group) => [...group.children]);
      if (fitting.length && !fitting.some((option) => option.value === level2.value)) this.type(level2.name, fitting.length === 1 ? fitting[0].value : "");
    } else if (name.endsWith("/level2") && selectedOptions[0]?.parentElement.label) this.type(name.replace(/2$/, "1"), selectedOptions[0].parentElement.label);
  }

  #narrow(row) {
    const level1 = row?.querySelector("select[name$='/level1']")?.value;
    row?.querySelectorAll("optgroup").forEach((group) => { group.hidden = Boolean(level1) && group.label !== level1; });
  }

  // --- keyboard ---
  #key(event) {
    const row = event.target.closest?.("tr[data-row]");
    if (!row || !this.isCell(event.target)) return;
    const column = cells(row).indexOf(event.target);
    const rows = rowsOf(row.parentElement);
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.ctrlKey && event.key === "Enter") this.#focus(this.add(listOf(row), row.dataset.row));
    else if (event.altKey && event.key === "Delete") this.delete(row);
    else if (event.altKey && event.key.toLowerCase() === "d") this.#focus(this.duplicate(row), column);
    else if (event.altKey && step) this.move(row, step);
    else if (event.ctrlKey && step) this.#focus(rows[rows.indexOf(row) + step], column);
    else return;
    event.preventDefault();
    this.#outbox.send();
  }

  // --- what was saved ---
  acknowledge(mine, clashes, unfit) {
    const was = new Map(unfit.map(({ path }) => [path, this.saved(path)]));
    mine.filter((each) => each.op === "set").forEach((each) => this.#saved.set(each.path, was.get(each.path) ?? each.new));
    clashes.forEach((clash) => this.#saved.set(clash.path, clash.theirs ?? ""));
  }

  followOthers({ operations, order }, forced, isHeld) {
    operations.forEach((operation) => this.#followOne(operation, forced, isHeld));
    if (!this.#outbox.isBusy || forced) Object.entries(order).forEach(([list, ids]) => this.#arrange(list, ids));
  }

  #followOne({ op, id, list, after, path, new: text }, forced, isHeld) {
    const row = this.row(id ?? "");
    if (op === "insert" && !row) this.insert(list, id, after);
    // It does not vanish under the hands of whoever stands in it or has typed in it: they are told when saving.
    if (op === "delete" && row && (forced || !(row.contains(document.activeElement) || this.#outbox.waitsForRow(id)))) this.remove(row);
    const field = op === "set" && this.field(path);
    if (!field || isHeld(path) || (!forced && this.#outbox.waitsFor(path))) return;
    this.#saved.set(path, text);
    if (field.value.trim() === text) return;
    this.#put(field, text);
    field.classList.add("just-changed");
  }

  // The order that the server has; the row with the focus stays where it is and the others go round it.
  #arrange(list, ids) {
    const body = this.#body(list);
    const rows = rowsOf(body);
    const wanted = ids.map((id) => this.row(id)).filter(Boolean);
    rows.filter((row) => !wanted.includes(row)).forEach((row) => wanted.splice(wanted.indexOf(rows[rows.indexOf(row) - 1]) + 1, 0, row));
    if (wanted.every((row, index) => row === rows[index])) return;
    const at = Math.max(wanted.findIndex((row) => row.contains(document.activeElement)), 0);
    wanted[at].before(...wanted.slice(0, at));
    wanted[at].after(...wanted.slice(at + 1));
    this.#number(body);
  }

  // Operations from elsewhere (pasted, restored), shown as if made here: what the server holds stays known.
  show(operations) {
    const known = new Map(this.#saved);
    operations.forEach((operation) => this.#followOne(operation, true, () => false));
    known.forEach((text, path) => this.#saved.has(path) && this.#saved.set(path, text));
  }
}
