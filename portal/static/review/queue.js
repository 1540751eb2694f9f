/** The behaviours of the bureau's queue; each module documents its own. */

import "./chosen_rows.js";
import "./list_keys.js";
