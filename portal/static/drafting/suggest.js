// Suggestions for the name of an indicator while it is typed: Alt and a number, or a click, fills in the row.
const { element, button } = await import(`./dom.js${new URL(import.meta.url).search}`);
const PAUSE = 200;

export const watchNames = (form, outbox, grid) => {
  let timer, list, asked = 0;
  const close = () => { list?.remove(); list = null; };
  const isName = (field) => field.name?.endsWith("/level3");

  const take = (field, entry) => {
    const at = field.name.slice(0, -"level3".length);
    Object.entries(entry.fields).forEach(([name, text]) => {
      const cell = grid.field(at + name);
      // What the clerk has written stays.
      if (cell && (name === "level3" || !cell.value.trim())) grid.type(cell.name, text);
    });
    grid.follow(grid.field(`${at}level1`));
    close();
    outbox.send();
    field.focus();
  };

  const show = (field, entries) => {
    close();
    if (!entries.length || document.activeElement !== field) return;
    list = element("ol", "suggestions", ...entries.map((entry, index) => {
      const parts = [element("kbd", "", `Alt+${index + 1}`), element("strong", "", entry.fields.level3), element("span", "", entry.about)];
      const choice = button(parts, () => take(field, entry), "");
      choice.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
      return element("li", "", choice);
    }));
    list.setAttribute("aria-label", "指标建议");
    field.after(list);
    list.entries_ = entries;
  };

  const ask = async (field) => {
    const mine = ++asked;
    const query = new URLSearchParams({ typed: field.value, row: field.closest("tr").dataset.row });
    const response = await fetch(`${form.dataset.draft}/suggestions?${query}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (response?.ok && mine === asked) show(field, (await response.json()).suggestions);
  };

  const later = ({ target }) => {
    if (!isName(target)) return;
    clearTimeout(timer);
    timer = setTimeout(() => ask(target), PAUSE);
  };
  form.addEventListener("input", later);
  form.addEventListener("focusin", (event) => { if (isName(event.target) && !event.target.value) later(event); });
  form.addEventListener("focusout", (event) => { if (!list?.contains(event.relatedTarget)) { clearTimeout(timer); close(); } });
  form.addEventListener("keydown", (event) => {
    if (!list) return;
    if (event.key === "Escape") close();
    const entry = event.altKey && list?.entries_[Number(event.key) - 1];
    if (!entry) return;
    event.preventDefault();
    take(event.target, entry);
  });
};
