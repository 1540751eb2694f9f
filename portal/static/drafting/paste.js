// A block pasted from Excel, WPS or Word: the server reads it and shows cell by cell what would come of it; applied, it
// is one step. A cell alone is pasted as any text.
const isBlock = (html, text) => /<t[dh][\s>][^]*<t[dh][\s>]/i.test(html) || (text.includes("\t") && text.length < 2_000_000);

export const watchPaste = (form, outbox, grid, notices) => {
  const dialog = document.querySelector("dialog[data-paste]");
  form.addEventListener("paste", async (event) => {
    const field = event.target;
    const row = field.closest?.("tr[data-row]");
    const [html, text] = ["text/html", "text/plain"].map((type) => event.clipboardData.getData(type));
    if (!row || !grid.isCell(field) || !isBlock(html, text)) return;
    event.preventDefault();
    await outbox.flushed();
    const response = await fetch(`${form.dataset.draft}/paste`, { method: "POST", headers: outbox.headers,
      body: JSON.stringify({ author: outbox.author, version: outbox.version, path: field.name, html, text }) }).catch(() => null);
    const answer = await response?.json().catch(() => null);
    if (!response?.ok) return notices.say(answer?.message ?? "连不上服务器，成片的内容暂时不能粘贴");
    dialog.querySelector("[data-preview]").innerHTML = answer.preview;
    const apply = dialog.querySelector("[data-apply]");
    apply.disabled = !answer.operations.length;
    apply.onclick = () => {
      grid.show(answer.operations);
      outbox.step(answer.operations, answer.version);
    };
    dialog.showModal();
  });
};
