// Files dropped onto the panel around a form marked data-attach go into its file field and are sent.
// Dropped anywhere else they do nothing: the browser would leave the page for them, and what was typed with it.
(() => {
  const carriesFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  const form = () => document.querySelector("form[data-attach]");
  const over = (event) => {
    const panel = form() && form().closest(".panel");
    return panel && panel.contains(event.target) ? panel : null;
  };
  const mark = (panel) => {
    document.querySelectorAll("[data-dropping]").forEach((marked) => { delete marked.dataset.dropping; });
    if (panel) panel.dataset.dropping = "";
  };
  document.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    const panel = over(event);
    event.dataTransfer.dropEffect = panel ? "copy" : "none";
    mark(panel);
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(null); });
  document.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    mark(null);
    if (!over(event)) return;
    form().elements.files.files = event.dataTransfer.files;
    form().requestSubmit();
  });
  document.querySelectorAll("[data-attach-hint]").forEach((hint) => { hint.hidden = false; });
})();
