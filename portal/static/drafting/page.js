/**
 * The edit page: creates its modules and connects them. Each module documents its own behaviour;
 * templates define how the page works without scripts.
 *
 * Pure, and tested in tests/scripts: change_queue, outbox, unsaved_storage, left_behind,
 * saved_texts, merging, operations, place_labels, text_difference, clipboard.
 */

import { DiskStore } from "../disk_store.js";
import { Banner } from "./banner.js";
import { BlockPaste } from "./block_paste.js";
import { ChangeQueue } from "./change_queue.js";
import { CheckPanel } from "./check_panel.js";
import { Conflicts } from "./conflicts.js";
import { DraftServer } from "./draft_server.js";
import { Fields } from "./fields.js";
import { KeptOffer } from "./kept_offer.js";
import { NameSuggestions } from "./name_suggestions.js";
import { Outbox } from "./outbox.js";
import { Pausing } from "./pausing.js";
import { Presence } from "./presence.js";
import { RemoteChanges } from "./remote_changes.js";
import { ReplacedTexts } from "./replaced_texts.js";
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
  token: token.value,
});
const storage = new UnsavedStorage(server, new DiskStore());
const queue = new ChangeQueue(Number(version.value));
const outbox = new Outbox({ queue, server, storage });

// Contents of the form.
const savedTexts = new SavedTexts();
const fields = new Fields(form, queue, savedTexts);
const rows = new Rows(form, fields, savedTexts);
const replacedTexts = new ReplacedTexts({ fields, outbox });
const remoteChanges = new RemoteChanges({ form, queue, fields, rows, savedTexts, replacedTexts });
const rowActions = new RowActions({ rows, fields, queue, remoteChanges });

// Messages and behaviours.
const statusLine = new StatusLine(form, outbox, queue);
const banner = new Banner();
const parts = { form, queue, outbox, server, fields, rows, savedTexts, rowActions, remoteChanges };
const conflictBoxes = new Conflicts({ ...parts, banner });
remoteChanges.showBeside = (path) => conflictBoxes.showBothTexts(path);
const checkPanel = new CheckPanel(parts);
const presence = new Presence(parts);
const keptOffer = new KeptOffer({ ...parts, storage, banner });
const typing = new Typing({ ...parts, statusLine });
new Pausing({ ...parts, presence, banner, statusLine });
new SignInDialog({ outbox, server, statusLine, presence });
new Undo({ queue, outbox, statusLine });
new BlockPaste({ ...parts, statusLine });
new NameSuggestions(parts);

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
  .then(() => keptOffer.open())
  .catch(() => {
    // Unreadable storage: offer nothing.
  });
form.dataset.ready = "";
