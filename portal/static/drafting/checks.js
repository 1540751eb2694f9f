// The findings as of the last save: the panel and the notes beside the fields, fetched a moment after each save.
const PAUSE = 500;

export const watchChecks = (form, outbox, grid) => {
  let timer;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE);
  };

  const check = async () => {
    // Nobody is interrupted who types on or works in the panel.
    const panel = document.getElementById("checks");
    if (outbox.isBusy || !panel || panel.contains(document.activeElement)) return later();
    const body = new URLSearchParams({ csrf_token: form.elements.csrf_token.value });
    const response = await fetch(`${form.dataset.draft}/checks`, { method: "POST", body, headers: { "HX-Request-Type": "partial" } }).catch(() => null);
    if (!response?.ok) return;
    const made = document.createElement("template");
    made.innerHTML = await response.text();
    const was = new Map([...panel.querySelectorAll("details")].map((group) => [group.id, group.open]));
    const fresh = made.content.getElementById("checks");
    fresh.querySelectorAll("details").forEach((group) => { group.open = was.get(group.id) ?? group.open; });
    // An explanation that is half written stays under its hands.
    if (!panel.querySelector("[data-unsaved]")) { panel.replaceWith(fresh); window.htmx?.process(fresh); }
    const told = new Map([...made.content.querySelectorAll("template[data-notes-at]")]
      .map((template) => template.content.firstElementChild).map((note) => [note.id, note.childNodes]));
    // Every place has its element, empty while there is nothing to say.
    grid.steadily(() => form.querySelectorAll("[id^='notes-']").forEach((place) => place.replaceChildren(...(told.get(place.id) ?? []))));
    form.querySelectorAll("td.input .cell").forEach((field) => { field.ariaInvalid = field.closest("td").querySelector(".note-error") ? "true" : null; });
  };
  return later;
};
