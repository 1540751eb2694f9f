// Fields and rows of the form, by mouse and keyboard; and following what others saved without moving focus or caret.
// Not crypto.randomUUID: an intranet without TLS is no secure context.
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
const newId = () => [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
const cells = (row) => [...row.querySelectorAll(".cell")];
const rowsOf = (body) => [...body.querySelectorAll(":scope > tr[data-row]")];
const listOf = (row) => row.parentElement.dataset.rows;

export class Grid {
  #form; #outbox; #order = {}; #isBulk;
  #saved = new Map(); // path → text that the server holds, as far as this page knows
  #removed = new Map(); // id → [row, its list, the row above]: it comes back with its opinions
  composing; // path of the field in which an input method is at work

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
  slug(path) { return path.replaceAll("/", "-"); }
  row(id) { return this.#form.querySelector(`tr[data-row="${CSS.escape(id)}"]`); }
  #body(list) { return this.#form.querySelector(`[data-rows="${list}"]`); }
  #focus(row, column = 0) { if (row) cells(row)[Math.max(column, 0)].focus(); }

  // The focus stays where it is in the window, whatever `act` changes.
  steadily(act) {
    const place = () => document.activeElement.getBoundingClientRect().top;
    const before = place();
    act();
    scrollBy(0, place() - before);
  }

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
    delete field.dataset.was;
    if (field.options) this.#narrow(field.closest("tr"));
    if (!this.#isBulk) field.dispatchEvent(new CustomEvent("grow", { bubbles: true }));
  }

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
    const row = this.#removed.get(id)?.[0] ?? made.content.firstElementChild;
    cells(row).forEach((field) => { field.value = ""; this.#saved.set(field.name, ""); });
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
    this.#order = {};
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
    this.#removed.set(row.dataset.row, [row, body, row.previousElementSibling]);
    row.remove();
    row.className = "";
    this.#number(body);
  }

  // A deletion that was refused: as the server holds the row.
  giveBack(id) {
    const [row, body, above] = this.#removed.get(id) ?? [];
    if (!row) return;
    if (above?.isConnected) above.after(row); else body.prepend(row);
    cells(row).forEach((field) => this.#put(field, this.saved(field.name)));
    this.#number(body);
    return row;
  }

  #number(body) {
    if (this.#isBulk) return;
    rowsOf(body).forEach((row, index, rows) => {
      row.querySelectorAll("[aria-label]").forEach((part) => { part.ariaLabel = part.ariaLabel.replace(/第\d+行/, `第${index + 1}行`); });
      const [up, , down] = row.querySelectorAll(".row-tools button");
      [up.disabled, down.disabled] = [index === 0, index === rows.length - 1];
    });
  }

  follow({ name = "", value, selectedOptions, dataset }) {
    if (name.endsWith("/level1")) {
      const level2 = this.field(name.replace(/1$/, "2"));
      this.#narrow(level2.closest("tr"));
      const fitting = [...level2.querySelectorAll("optgroup")].filter((group) => group.label === value).flatMap((group) => [...group.children]);
      const fits = (text) => fitting.some((option) => option.value === text);
      if (!fitting.length || fits(level2.value)) return;
      // Who passes by with the arrow keys finds on return what was there.
      const was = level2.dataset.was ?? level2.value;
      this.type(level2.name, fits(was) ? was : fitting.length === 1 ? fitting[0].value : "");
      level2.dataset.was = was;
    } else if (name.endsWith("/level2")) {
      dataset.was = value;
      const { label } = selectedOptions[0].parentElement;
      if (label) this.type(name.replace(/2$/, "1"), label);
    }
  }

  #narrow(row) {
    const level1 = row?.querySelector("select[name$='/level1']")?.value;
    row?.querySelectorAll("optgroup").forEach((group) => { group.hidden = Boolean(level1) && group.label !== level1; });
  }

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

  acknowledge(mine, clashes, unfit) {
    const was = new Map(unfit.map(({ path }) => [path, this.saved(path)]));
    mine.filter((each) => each.op === "set").forEach((each) => this.#saved.set(each.path, was.get(each.path) ?? each.new));
    clashes.forEach((clash) => this.#saved.set(clash.path, clash.theirs ?? ""));
  }

  followOthers({ operations, order, undone }, isHeld) {
    this.#follow(operations, undone, isHeld);
    Object.assign(this.#order, order);
    if (!this.#outbox.isBusy || undone) {
      Object.entries(this.#order).forEach(([list, ids]) => this.#arrange(list, ids));
      this.#order = {};
    }
    // It does not vanish under the hands of whoever stands in it or has written in it.
    this.#form.querySelectorAll("tr.going").forEach((row) => this.#isInUse(row) || this.remove(row));
  }

  #isInUse(row) {
    return row.contains(document.activeElement) || this.#outbox.waitsForRow(row.dataset.row)
      || [...row.querySelectorAll("[form]")].some((field) => field.form?.matches("[data-unsaved]"));
  }

  // Numbers and heights once, not row by row.
  #follow(operations, undone, isHeld) {
    if (!operations.length) return;
    this.#isBulk = true;
    operations.forEach((operation) => this.#followOne(operation, undone, isHeld));
    this.#isBulk = false;
    this.#form.querySelectorAll("[data-rows]").forEach((body) => this.#number(body));
    document.dispatchEvent(new Event("grow"));
  }

  #followOne({ op, id, list, after, path, new: text }, undone, isHeld) {
    const row = this.row(id ?? "");
    if (op === "insert" && !row) this.insert(list, id, after);
    else if (row && op === "delete" && (undone || !isHeld)) this.remove(row);
    else row?.classList.toggle("going", op === "delete");
    if (op !== "set" || path === this.composing) return;
    // What is being typed is newer than what was undone, and else for the server to merge.
    if (isHeld && this.#outbox.waitsFor(path)) { if (undone?.includes(path)) this.#outbox.rebase(path, text); return; }
    this.#saved.set(path, text);
    if (isHeld?.(path)) {
      const theirs = document.querySelector(`#conflict-${this.slug(path)} blockquote`);
      if (theirs) theirs.textContent = text;
      return;
    }
    const field = this.field(path);
    if (!field || field.value.trim() === text) return;
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
    this.#follow(operations);
    known.forEach((text, path) => this.#saved.has(path) && this.#saved.set(path, text));
  }
}
