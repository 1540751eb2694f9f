/** Messages about the whole table. Messages about a field are shown beside the field. */

import { showMessage } from "../messages.js";

export class Banner {
  /** As `showMessage`. */
  say(look, ...parts) {
    return showMessage(look, ...parts);
  }

  append(part) {
    document.getElementById("messages").append(part);
  }
}
