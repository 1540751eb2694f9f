// The edit page: wires the parts together, each loaded with this file's own version, so that releases never mix.
const { search } = new URL(import.meta.url);
const part = (name) => import(`./${name}.js${search}`);
const [{ Outbox }, { Grid }, { Notices }, { watchChecks }, { watchPaste }, { watchNames }] = await Promise.all(
  ["outbox", "grid", "notices", "checks", "paste", "suggest"].map(part));

const form = document.querySelector("form[data-draft]");
const SPEAK_EVERY = 10_000;
const TYPING_STOPS = 700;

const { version, csrf_token: token } = form.elements;
const outbox = new Outbox({ url: form.dataset.draft, author: Number(form.dataset.author), version: Number(version.value), token: token.value });
const grid = new Grid(form, outbox);
const notices = new Notices(form, outbox, grid);
const checkLater = watchChecks(form, outbox, grid);

let timer;
const untouched = document.querySelector("[data-untouched]");
const take = (field) => {
  if (!grid.isCell(field)) return;
  if (notices.holds(field.name)) outbox.hold(field.name, field.value);
  else outbox.set(field.name, grid.saved(field.name), field.value);
  if (outbox.waitsFor(field.name)) field.closest("td").classList.remove("taken-over");
  if (untouched) untouched.textContent = form.querySelectorAll("td.taken-over").length;
};
const typed = (event) => {
  if (event.isComposing) return; // pinyin, not yet a text
  take(event.target);
  clearTimeout(timer);
  timer = setTimeout(() => outbox.send(), TYPING_STOPS);
};
form.addEventListener("input", typed);
form.addEventListener("compositionstart", (event) => { grid.composing = event.target.name; });
form.addEventListener("compositionend", (event) => { grid.composing = null; typed(event); });
form.addEventListener("change", (event) => { take(event.target); grid.follow(event.target); outbox.send(); });
form.addEventListener("focusout", () => outbox.send());
form.addEventListener("submit", (event) => {
  const name = event.submitter?.name;
  if (event.target !== form || (name && name !== "_row")) return;
  event.preventDefault();
  if (name === "_row") grid.act(event.submitter.value); else if (!outbox.size) notices.say("没有改动，都已保存");
  outbox.send();
});

outbox.addEventListener("answer", ({ detail: { answer, mine } }) => {
  grid.acknowledge(mine, answer.clashes ?? [], answer.unfit ?? []);
  // First, since following the others would write over what clashes.
  (answer.clashes ?? []).forEach((clash) => notices.clash(clash));
  (answer.unfit ?? []).forEach((unfit) => notices.unfit(unfit));
  grid.steadily(() => grid.followOthers(answer, (path) => notices.holds(path)));
  version.value = answer.version;
  if (answer.operations.length || answer.saved) checkLater();
});

let turn = Promise.resolve(); // one after the other
const takeBack = (name) => {
  turn = turn.then(() => outbox.flushed()).then(() => !outbox.isBusy && outbox.ask(name))
    .then((answer) => { if (answer) notices.say(name === "undo" ? "已撤销" : "已重做"); });
};
document.querySelectorAll("[data-step]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => takeBack(button.dataset.step));
});
document.addEventListener("keydown", (event) => {
  const step = event.ctrlKey && event.altKey && { z: "undo", y: "redo" }[event.key.toLowerCase()];
  if (step) { event.preventDefault(); takeBack(step); }
});

const speak = async () => {
  if (document.hidden || outbox.isBusy || outbox.isStopped || grid.composing) return;
  const answer = await outbox.ask("presence", true);
  if (answer) notices.company(answer.people);
};
setInterval(speak, SPEAK_EVERY);
document.addEventListener("visibilitychange", () => { if (document.hidden) outbox.send({ keepalive: true }); else speak(); });
addEventListener("pagehide", () => {
  fetch(`${form.dataset.draft}/leave`, { method: "POST", headers: outbox.headers, body: "{}", keepalive: true }).catch(() => {});
});

document.addEventListener("htmx:error", () => notices.say("连不上服务器，没有送出"));
document.addEventListener("htmx:response:error", ({ detail }) => { if (detail.ctx.response.status === 401) { speak(); outbox.send(); } });
watchPaste(form, outbox, grid, notices);
watchNames(form, outbox, grid);
[...form.elements].forEach(take);
outbox.send();
// Once the page knows what got through as it was left.
speak().then(() => notices.offerKept()).catch(() => { /* unreadable */ });
form.dataset.ready = "";
