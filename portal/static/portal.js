/** The behaviours of every page; each module documents its own. */

import "./autogrow.js";
import "./awaiting.js";
import "./cell_paste.js";
import "./kept_forms.js";
import "./living.js";
import "./messages.js";
import "./print_fields.js";
import "./save_key.js";
import "./search_box.js";
import "./sticky_bars.js";
import "./unsaved_guard.js";
