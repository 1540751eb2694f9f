// What the page says: saved or not, two texts for one field, who else is here, what was left behind; signing in again.
// Made by hand: the parts are text or elements, never HTML from anywhere.
const element = (tag, className, ...parts) => {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...parts);
  return made;
};
const button = (label, act) => {
  const made = element("button", "btn btn-secondary btn-sm", label);
  made.type = "button";
  made.onclick = act;
  return made;
};

export class Notices {
  #form; #outbox; #grid; #status; #banner; #isOffline = false; #saved = "";

  constructor(form, outbox, grid) {
    [this.#form, this.#outbox, this.#grid] = [form, outbox, grid];
    this.#status = document.querySelector("[data-status]");
    this.#banner = document.querySelector("[data-banner]");
    outbox.addEventListener("state", () => this.#show());
    outbox.addEventListener("saved", ({ detail }) => { this.#saved = detail; this.#show(); });
    ["offline", "online"].forEach((name) => outbox.addEventListener(name, () => { this.#isOffline = name === "offline"; this.#show(); }));
    outbox.addEventListener("refused", ({ detail }) => this.#refused(detail));
    outbox.addEventListener("signed-out", () => this.#signIn());
  }

  say(text) { this.#saved = ""; this.#status.textContent = text; }

  #show() {
    const waiting = this.#outbox.size;
    this.#form.toggleAttribute("data-unsaved", waiting > 0);
    if (this.#outbox.isStopped) return;
    this.#status.classList.toggle("is-waiting", waiting > 0);
    if (this.#isOffline) this.#status.textContent = waiting ? `连不上服务器，${waiting} 处改动先存在这台电脑上，恢复后自动保存` : "连不上服务器，可以继续填写";
    else if (this.#outbox.held.size && !this.#outbox.isBusy) this.#status.textContent = `${waiting} 处改动等你决定`;
    else if (waiting) this.#status.textContent = "正在保存…";
    else if (this.#saved) this.#status.textContent = `已保存 ${this.#saved}`;
  }

  #refused({ message, isFinal }) {
    this.say(message);
    if (isFinal) this.#say("danger", `没有保存：${message}`, this.#outbox.size ? " 没有保存的文字还在页面上，也存在这台电脑上。" : "");
  }

  #say(look, ...parts) {
    const said = element("div", `message message-${look}`, element("div", "", ...parts));
    said.setAttribute("role", "alert");
    this.#banner.append(said);
    return said;
  }

  company(names) { document.querySelector("[data-company]").textContent = names.length ? `同时打开这张表的还有：${names.join("、")}` : ""; }

  holds(path) { return this.#outbox.held.has(path); }

  clash({ path, theirs, mine, by, at }) {
    const [list, id] = path.split("/");
    if (mine === null) return this.#notDeleted(this.#grid.giveBack(id), by, at);
    const field = this.#grid.field(path);
    // Restored, and its row is gone: the text at least stays at hand.
    if (!field) return this.#say("warning", `${by} ${at} 删除了这一行，你写的没有保存：`, element("blockquote", "", mine));
    if (theirs === null) return this.#rowGone(list, id, by, at);
    this.#outbox.hold(path, field.value);
    this.#beside(path, [`${by} ${at} 改成了：`, element("blockquote", "", theirs || "（空白）")], [
      ["用对方的", () => this.#decide(path, () => this.#grid.show([{ op: "set", path, new: this.#grid.saved(path) }]))],
      ["用我的", () => this.#decide(path, () => this.#outbox.set(path, this.#grid.saved(path), field.value))],
    ]);
  }

  #decide(path, act) {
    this.#outbox.release(path);
    document.getElementById(`conflict-${this.#grid.slug(path)}`)?.remove();
    act();
    this.#grid.field(path)?.focus();
    this.#outbox.send();
  }

  #beside(path, parts, choices) {
    const id = `conflict-${this.#grid.slug(path)}`;
    document.getElementById(id)?.remove();
    const box = element("div", "conflict", ...parts, element("div", "choices", ...choices.map((each) => button(...each))));
    box.id = id;
    box.setAttribute("role", "alert");
    (document.getElementById(`at-${this.#grid.slug(path)}`) ?? this.#banner).append(box);
  }

  #notDeleted(row, by, at) {
    if (!row) return;
    const first = row.querySelector(".cell").name;
    this.#beside(first, [`没有删除：${by} ${at} 刚改过这一行。`], [
      ["保留", () => this.#decide(first, () => {})],
      ["仍然删除", () => this.#decide(first, () => this.#grid.delete(row))],
    ]);
  }

  #rowGone(list, id, by, at) {
    const row = this.#grid.row(id);
    if (!row || row.classList.contains("is-gone")) return;
    row.classList.add("is-gone");
    const fields = [...row.querySelectorAll(".cell")];
    fields.forEach((field) => this.#outbox.hold(field.name, field.value));
    const undecided = () => { row.className = ""; fields.forEach((field) => this.#outbox.release(field.name)); };
    const first = fields[0].name;
    this.#beside(first, [`${by} ${at} 删除了这一行，你在这一行写的还没有保存。`], [
      ["恢复这一行", () => this.#decide(first, () => {
        undecided();
        this.#outbox.push({ op: "insert", list, id, after: row.previousElementSibling?.dataset.row ?? "" });
        fields.forEach((field) => this.#outbox.set(field.name, "", field.value));
      })],
      ["不要这一行", () => this.#decide(first, () => this.#grid.delete(row))],
    ]);
  }

  unfit({ path, message }) {
    const field = this.#grid.field(path);
    if (!field) return this.#say("danger", `没有保存：${message}`);
    this.#outbox.hold(path, field.value);
    this.#beside(path, [`没有保存：${message}`], [["改好了，再保存", () => this.#decide(path, () => this.#outbox.set(path, this.#grid.saved(path), field.value))]]);
  }

  offerKept() {
    // What got through after all, as the page was left, is no news; it may come late.
    const isThere = ({ op, path, new: text, id }) => (op === "set" ? this.#grid.field(path)?.value.trim() === text.trim() : op === "insert" && this.#grid.row(id));
    const isNews = ({ operations }) => !operations.every((one, n) => isThere(one) || operations.slice(n + 1).some(({ path }) => path && path === one.path));
    const kept = this.#outbox.leftBehind().filter((each) => isNews(each) || this.#outbox.drop(each.key));
    if (!kept.length) return;
    const size = kept.reduce((sum, each) => sum + each.operations.length, 0);
    const texts = kept.flatMap((each) => each.operations).filter((each) => each.op === "set" && each.new);
    const list = element("ul", "", ...texts.slice(0, 50).map((each) => element("li", "text", each.new)));
    const details = element("details", "", element("summary", "", "看看是哪些"), list);
    const when = new Date(kept.at(-1).at).toLocaleString("zh-CN", { dateStyle: "short", timeStyle: "short" });
    const said = this.#say("warning", `上次离开时有 ${size} 处改动没有来得及保存（${when}），还存在这台电脑上。 `);
    const done = () => { kept.forEach((each) => this.#outbox.drop(each.key)); said.remove(); };
    this.#outbox.addEventListener("answer", () => kept.some(isNews) || done());
    said.firstChild.append(button("恢复并保存", () => {
      kept.forEach((each) => { this.#grid.show(each.operations); this.#outbox.step(each.operations, each.version); });
      done();
    }), " ", button("不要了", done), details);
  }

  async #signIn() {
    const dialog = document.querySelector("dialog[data-sign-in]");
    const form = dialog.querySelector("form");
    const error = dialog.querySelector("[data-error]");
    this.say("登录已过期，没有保存");
    // Not again under the typing.
    if (dialog.open || (form.onsubmit && document.activeElement.matches(".cell"))) return;
    dialog.showModal();
    form.onsubmit = async (event) => {
      event.preventDefault();
      error.textContent = "";
      try {
        const { headers } = this.#outbox;
        delete headers["Content-Type"];
        const response = await fetch(form.action, { method: "POST", headers, body: new URLSearchParams(new FormData(form)) });
        const { user, csrf, message } = await response.json();
        if (csrf) this.#outbox.token = csrf;
        if (message) { error.textContent = message; return; }
        // Somebody else: what was typed here stays with the first person and is off this screen at once.
        if (user !== this.#outbox.author) {
          this.#outbox.stop();
          document.querySelector("main").remove();
          location.replace(form.dataset.home);
          return;
        }
        document.querySelectorAll("input[name=csrf_token]").forEach((input) => { input.value = csrf; });
        document.getElementById("answer-trouble").replaceChildren();
        this.say("已重新登录");
        this.#outbox.goOn();
        form.reset();
        dialog.close();
      } catch { error.textContent = "连不上服务器，请稍候再试。"; }
    };
  }
}
