/** The titles of the page, which hold the name of the project: heading, window, form. */

const PAGE_TITLE = /^(\S+) .* · /;

/** @param titles from an answer of the server; null if nothing was saved */
export function showTitles(titles) {
  if (!titles) return;
  document.querySelector("h1").textContent = titles.table;
  document.title = document.title.replace(PAGE_TITLE, (_, page) => `${page} ${titles.table} · `);
  const sheet = document.querySelector("[data-sheet-title]");
  if (sheet) sheet.textContent = titles.sheet;
}
