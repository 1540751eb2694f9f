// Files dropped onto the panel of a form marked data-attach are sent by it; elsewhere they do nothing, since the
// browser would leave the page for them.
(() => {
  const form = document.querySelector("form[data-attach]");
  const panel = form?.closest(".panel");
  const over = (event) => Boolean(panel?.contains(event.target));
  const mark = (is) => panel?.toggleAttribute("data-dropping", is);
  ["dragover", "drop"].forEach((name) => document.addEventListener(name, (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = over(event) ? "copy" : "none";
    mark(name === "dragover" && over(event));
    if (name === "dragover" || !over(event)) return;
    form.elements.files.files = event.dataTransfer.files;
    form.requestSubmit();
  }));
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(false); });
  document.querySelectorAll("[data-attach-hint]").forEach((hint) => { hint.hidden = false; });
})();
