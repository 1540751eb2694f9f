// What the page says: what is saved and what not, two texts for one field, who else is here, what an earlier page left
// behind, and the sign-in dialogue.
const { element, button, slug } = await import(`./dom.js${new URL(import.meta.url).search}`);

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

  // --- saved, and what not ---
  #show() {
    const waiting = this.#outbox.size;
    if (this.#outbox.isStopped) return;
    this.#form.toggleAttribute("data-unsaved", waiting > 0);
    this.#status.classList.toggle("is-waiting", waiting > 0);
    if (this.#isOffline) this.#status.textContent = waiting ? `连不上服务器，${waiting} 处改动先存在这台电脑上，恢复后自动保存` : "连不上服务器，可以继续填写";
    else if (this.#outbox.held.size && !this.#outbox.isBusy) this.#status.textContent = `${waiting} 处改动等你决定`;
    else if (waiting) this.#status.textContent = "正在保存…";
    else if (this.#saved) this.#status.textContent = `已保存 ${this.#saved}`;
  }

  #refused({ message, isFinal }) {
    this.#status.textContent = message;
    if (isFinal) this.#say("danger", `没有保存：${message}`, this.#outbox.size ? " 没有保存的文字还在页面上，也存在这台电脑上。" : "");
  }

  #say(look, ...parts) {
    const said = element("div", `message message-${look}`, element("div", "", ...parts));
    said.setAttribute("role", "alert");
    this.#banner.replaceChildren(said);
    return said;
  }

  company(names) { document.querySelector("[data-company]").textContent = names.length ? `同时打开这张表的还有：${names.join("、")}` : ""; }

  // --- two texts for one field ---
  holds(path) { return this.#outbox.held.has(path); }

  clash({ path, theirs, mine, by, at }) {
    const [list, id] = path.split("/");
    if (mine === null) return this.#say("warning", `没有删除：${by} ${at} 刚改过这一行。 `, button("重新载入", () => location.reload()));
    const field = this.#grid.field(path);
    // Restored, and its row is gone: the text at least stays at hand.
    if (!field) return this.#say("warning", `${by} ${at} 删除了这一行，你写的没有保存：`, element("blockquote", "", mine));
    if (theirs === null) return this.#rowGone(list, id, by, at);
    this.#outbox.hold(path, field.value);
    this.#beside(path, [`${by} ${at} 改成了：`, element("blockquote", "", theirs || "（空白）")], [
      ["用对方的", () => this.#decide(path, () => this.#grid.show([{ op: "set", path, new: theirs }]))],
      ["用我的", () => this.#decide(path, () => this.#outbox.set(path, theirs, field.value))],
    ]);
  }

  #decide(path, act) {
    this.#outbox.release(path);
    document.getElementById(`conflict-${slug(path)}`)?.remove();
    act();
    this.#grid.field(path)?.focus();
    this.#outbox.send();
  }

  #beside(path, parts, choices) {
    const id = `conflict-${slug(path)}`;
    document.getElementById(id)?.remove();
    const box = element("div", "conflict", ...parts, element("div", "choices", ...choices.map(([label, act]) => button(label, act))));
    box.id = id;
    box.setAttribute("role", "alert");
    (document.getElementById(`at-${slug(path)}`) ?? this.#banner).append(box);
  }

  #rowGone(list, id, by, at) {
    const row = this.#grid.row(id);
    if (!row || row.classList.contains("is-gone")) return;
    row.classList.add("is-gone");
    const fields = [...row.querySelectorAll(".cell")];
    fields.forEach((field) => this.#outbox.hold(field.name, field.value));
    const undecided = () => { row.classList.remove("is-gone"); fields.forEach((field) => this.#outbox.release(field.name)); };
    const first = fields[0].name;
    this.#beside(first, [`${by} ${at} 删除了这一行，你在这一行写的还没有保存。`], [
      ["恢复这一行", () => this.#decide(first, () => {
        undecided();
        this.#outbox.push({ op: "insert", list, id, after: row.previousElementSibling?.dataset.row ?? "" });
        fields.forEach((field) => this.#outbox.set(field.name, "", field.value));
      })],
      ["不要这一行", () => this.#decide(first, () => { undecided(); this.#grid.remove(row); })],
    ]);
  }

  unfit({ path, message }) {
    const field = this.#grid.field(path);
    if (!field) return this.#say("danger", `没有保存：${message}`);
    this.#outbox.hold(path, field.value);
    this.#beside(path, [`没有保存：${message}`], [["改好了，再保存", () => this.#decide(path, () => this.#outbox.set(path, this.#grid.saved(path), field.value))]]);
  }

  // --- what an earlier page could not send ---
  offerKept() {
    // What got through after all, as the page was left, is no news.
    const isThere = ({ op, path, new: text, id }) => (op === "set" ? this.#grid.field(path)?.value.trim() === text.trim() : op === "insert" && this.#grid.row(id));
    const kept = this.#outbox.leftBehind().filter((each) => !each.operations.every(isThere) || this.#outbox.drop(each.key));
    if (!kept.length) return;
    const size = kept.reduce((sum, each) => sum + each.operations.length, 0);
    const texts = kept.flatMap((each) => each.operations).filter((each) => each.op === "set" && each.new);
    const list = element("ul", "", ...texts.slice(0, 50).map((each) => element("li", "text", each.new)));
    const details = element("details", "", element("summary", "", "看看是哪些"), list);
    const when = new Date(kept.at(-1).at).toLocaleString("zh-CN", { dateStyle: "short", timeStyle: "short" });
    const said = this.#say("warning", `上次离开时有 ${size} 处改动没有来得及保存（${when}），还存在这台电脑上。 `);
    const done = () => { kept.forEach((each) => this.#outbox.drop(each.key)); said.remove(); };
    said.firstChild.append(button("恢复并保存", () => {
      kept.forEach((each) => { this.#grid.show(each.operations); this.#outbox.step(each.operations, each.version); });
      done();
    }), " ", button("不要了", done), details);
  }

  // --- signing in again, on the spot ---
  async #signIn() {
    const dialog = document.querySelector("dialog[data-sign-in]");
    const form = dialog.querySelector("form");
    const error = dialog.querySelector("[data-error]");
    if (dialog.open) return;
    dialog.showModal();
    form.onsubmit = async (event) => {
      event.preventDefault();
      error.textContent = "";
      try {
        // The token belongs to a session that may be gone: ask for a new one first.
        const read = async (response) => new DOMParser().parseFromString(await response.text(), "text/html");
        const token = (await read(await fetch(form.action))).querySelector("input[name=csrf_token]")?.value ?? "";
        const body = new URLSearchParams([["csrf_token", token], ...new FormData(form)]);
        const response = await fetch(form.action, { method: "POST", body });
        if (!response.ok) {
          error.textContent = (await read(response)).querySelector("[role=alert]")?.textContent.trim() || "没有登录，请再试一次。";
          return;
        }
        const { user, csrf } = await (await fetch(form.dataset.session, { headers: { Accept: "application/json" } })).json();
        // Somebody else: what was typed here stays with the first person and is off this screen at once.
        if (user !== this.#outbox.author) {
          this.#outbox.stop();
          document.querySelector("main").remove();
          location.replace(form.dataset.home);
          return;
        }
        form.reset();
        dialog.close();
        document.querySelectorAll("input[name=csrf_token]").forEach((input) => { input.value = csrf; });
        this.#outbox.goOn(csrf);
      } catch { error.textContent = "连不上服务器，请稍候再试。"; }
    };
  }
}
