/**
 * The edit page: creates its modules and connects them. Each module documents its own behaviour;
 * templates define how the page works without scripts.
 *
 * Pure, and tested in tests/scripts: change_queue, outbox, unsaved_storage, left_behind,
 * saved_texts, merging, operations, place_labels, joined_text,
 * clipboard.
 */

import { isBlock } from "../clipboard.js";
import { DiskStore } from "../disk_store.js";
import { Banner } from "./banner.js";
import { ChangeQueue } from "./change_queue.js";
import { CheckPanel } from "./check_panel.js";
import { Conflicts } from "./conflicts.js";
import { DraftServer } from "./draft_server.js";
import { Fields, isCell } from "./fields.js";
import { Outbox } from "./outbox.js";
import { Presence } from "./presence.js";
import { RemoteChanges } from "./remote_changes.js";
import { RowActions } from "./row_actions.js";
import { Rows } from "./rows.js";
import { SavedTexts } from "./saved_texts.js";
import { keepFocusInPlace } from "./scroll_anchor.js";
import { SignInDialog } from "./sign_in_dialog.js";
import { StatusLine } from "./status_line.js";
import { showTitles } from "./titles.js";
import { Typing } from "./typing.js";
import { Undo } from "./undo.js";
import { UnsavedStorage } from "./unsaved_storage.js";

const form = document.querySelector("form[data-draft]");
const { version, csrf_token: token } = form.elements;

// Unsaved changes and the connection to the server.
const server = new DraftServer({
  url: form.dataset.draft,
  author: Number(form.dataset.author),
  capacity: form.dataset.capacity,
  token: token.value,
});
const storage = new UnsavedStorage(server, new DiskStore());
const queue = new ChangeQueue(Number(version.value));
const outbox = new Outbox({ queue, server, storage });

// Contents of the form.
const savedTexts = new SavedTexts();
const fields = new Fields(form, queue, savedTexts);
const rows = new Rows(form, fields, savedTexts);
const remoteChanges = new RemoteChanges({ form, queue, fields, rows, savedTexts });
const rowActions = new RowActions({ rows, fields, queue, remoteChanges });

// Messages and behaviours.
const statusLine = new StatusLine(form, outbox, queue);
const banner = new Banner();
const parts = { form, queue, outbox, server, fields, rows, savedTexts, rowActions, remoteChanges };
const conflictBoxes = new Conflicts({ ...parts, banner });
remoteChanges.showBeside = (path, text) => conflictBoxes.showNewerText(path, text);
const checkPanel = new CheckPanel(parts);
const presence = new Presence(parts);
const typing = new Typing({ ...parts, statusLine });
new SignInDialog({ outbox, server, statusLine, presence });
const undo = new Undo({ queue, outbox, statusLine, rows });
rowActions.onDeleted = (...deleted) => undo.tellDeleted(...deleted);

// Most pages never need these modules, which are loaded when they do.
const pausing = onDemand(async () => {
  const { Pausing } = await import("./pausing.js");
  return new Pausing({ ...parts, presence, banner, statusLine });
});
const blockPaste = onDemand(async () => {
  const { BlockPaste } = await import("./block_paste.js");
  return new BlockPaste({ ...parts, statusLine });
});
const nameSuggestions = onDemand(async () => {
  const { NameSuggestions } = await import("./name_suggestions.js");
  return new NameSuggestions(parts);
});
const confirming = onDemand(async () => {
  const { Confirming } = await import("./confirming.js");
  return new Confirming({ ...parts, statusLine });
});
const replacedTexts = onDemand(async () => {
  const { ReplacedTexts } = await import("./replaced_texts.js");
  return new ReplacedTexts(parts);
});
const correcting = onDemand(async () => {
  const { Correcting } = await import("./correcting.js");
  return new Correcting({ ...parts, statusLine, checkPanel });
});
const offerKept = async () => {
  if (!(await storage.leftBehind()).length) return;
  const { KeptOffer } = await import("./kept_offer.js");
  await new KeptOffer({ ...parts, storage, banner }).open();
};

form.addEventListener("focusin", async ({ target }) => {
  if (!target.name?.endsWith("/level3")) return;
  const { value } = target; // the user may type before the module is there
  const suggestions = await nameSuggestions().catch(() => null); // no network, no suggestions
  suggestions?.open(target, value);
});
if (document.querySelector("[data-untouched]")) confirming();
remoteChanges.showReplaced = async (...replaced) => (await replacedTexts()).show(...replaced);
outbox.addEventListener("refused", async ({ detail }) => {
  if (detail.isFinal) (await pausing()).pause(detail.message);
});
document.addEventListener("paste", async (event) => {
  const { target, clipboardData } = event;
  const isField = target.matches?.("textarea, input, select");
  if (isField && !isCell(target)) return;
  const html = clipboardData.getData("text/html");
  const text = clipboardData.getData("text/plain");
  if (isBlock(html, text)) {
    event.preventDefault();
    const pasting = await blockPaste().catch(() => null);
    if (pasting) await pasting.paste(target, html, text);
    else statusLine.say("连不上服务器，成片的内容暂时不能粘贴");
  } else if (!isField) statusLine.say("没有粘贴：请先点要填写的那一栏");
});
document.addEventListener("mousedown", (event) => {
  if (event.target.closest("[data-correct]")) event.preventDefault(); // keep the focus in its field
});
const correct = async (event) => {
  const link = event.target.closest("[data-correct]");
  if (!link) return;
  event.preventDefault();
  event.stopPropagation(); // to htmx, which follows the links of the panel
  (await correcting()).choose(link);
};
document.addEventListener("click", correct, true);
document.addEventListener("standing", async (event) => {
  event.preventDefault(); // the page says itself what happened
  (await pausing()).hear(event.detail);
});
outbox.addEventListener("answer", ({ detail: { answer, sent } }) => {
  const { conflicts = [], unfit = [] } = answer;
  savedTexts.acknowledge(sent, conflicts, unfit);
  // Conflicts first, because applying the changes of others overwrites conflicting texts.
  conflicts.forEach((conflict) => conflictBoxes.showConflict(conflict));
  unfit.forEach((refusal) => conflictBoxes.showUnfit(refusal));
  keepFocusInPlace(() => remoteChanges.follow(answer));
  showTitles(answer.titles);
  version.value = answer.version;
  if (answer.operations.length || answer.saved) checkPanel.refreshSoon();
});

addEventListener("online", () => outbox.send());
document.addEventListener("visibilitychange", () => {
  if (document.hidden) outbox.send({ keepalive: true });
});

typing.recordEarly();
outbox.send();
presence
  .beat()
  .then(offerKept)
  .catch(() => {
    // Unreadable storage: offer nothing.
  });
form.dataset.ready = "";

/** Calls `load` at the first use, and again if it failed. */
function onDemand(load) {
  let loaded = null;
  return () => {
    loaded ??= load().catch((error) => {
      loaded = null;
      throw error;
    });
    return loaded;
  };
}
