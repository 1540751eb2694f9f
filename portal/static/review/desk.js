/** The behaviours of the page on which a table is reviewed; each module documents its own. */

import "./cell_proposals.js";
import "./composer.js";
import "./desk_keys.js";
import "./live_comparison.js";
import "./opinion_marks.js";
import "./phrases.js";
import "./side_tabs.js";
