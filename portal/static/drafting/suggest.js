// Suggestions for the name of an indicator while it is typed: Alt and a number, arrow keys or a click fill in the row.
const PAUSE = 200;

export const watchNames = (form, outbox, grid) => {
  let timer, asked = 0;
  const choices = () => [...form.querySelectorAll(".suggestions button")];
  const close = () => { asked++; clearTimeout(timer); form.querySelector(".suggestions")?.remove(); };
  const isName = (field) => field.name?.endsWith("/level3");
  const nameOf = (choice) => choice.closest(".suggestions").previousElementSibling;

  const take = (choice) => {
    const field = nameOf(choice);
    const at = field.name.slice(0, -"level3".length);
    Object.entries(JSON.parse(choice.dataset.fields)).forEach(([name, text]) => {
      const cell = grid.field(at + name);
      // What the clerk has written stays.
      if (cell && (name === "level3" || !cell.value.trim())) grid.type(cell.name, text);
    });
    grid.follow(grid.field(`${at}level1`));
    field.focus();
    close();
    outbox.send();
  };

  const ask = async (field) => {
    const mine = ++asked;
    const query = new URLSearchParams({ typed: field.value, row: field.closest("tr").dataset.row });
    const response = await fetch(`${form.dataset.draft}/suggestions?${query}`).catch(() => null);
    const list = response?.ok ? await response.text() : "";
    if (mine !== asked || document.activeElement !== field) return;
    close();
    field.insertAdjacentHTML("afterend", list);
    choices()[0]?.closest("ol").scrollIntoView({ block: "nearest" });
  };

  const later = ({ target }) => {
    if (!isName(target)) return;
    clearTimeout(timer);
    timer = setTimeout(() => ask(target), PAUSE);
  };
  form.addEventListener("input", later);
  form.addEventListener("focusin", (event) => { if (isName(event.target) && !event.target.value) later(event); });
  form.addEventListener("focusout", ({ relatedTarget }) => { if (!relatedTarget?.closest(".suggestions")) close(); });
  // The field keeps the focus.
  form.addEventListener("mousedown", (event) => { if (event.target.closest(".suggestions")) event.preventDefault(); });
  form.addEventListener("click", ({ target }) => { const choice = target.closest(".suggestions button"); if (choice) take(choice); });
  form.addEventListener("keydown", (event) => {
    const all = choices();
    if (!all.length) return;
    const places = [nameOf(all[0]), ...all];
    const to = !event.ctrlKey && !event.altKey && places[places.indexOf(event.target) + ({ ArrowDown: 1, ArrowUp: -1 }[event.key] ?? NaN)];
    const choice = event.altKey && all[event.key - 1];
    if (event.key === "Escape") { places[0].focus(); close(); }
    if (to || choice) event.preventDefault();
    if (choice) take(choice); else if (to) to.focus();
  });
};
