import assert from "node:assert/strict";
import { test } from "node:test";

import { isComposing } from "../../portal/static/composing.js";

test("keys of an input method that is composing are left to it", () => {
  assert.ok(isComposing({ isComposing: true, keyCode: 40 }));
  assert.ok(isComposing({ isComposing: false, keyCode: 229 }));
  assert.ok(!isComposing({ isComposing: false, keyCode: 40 }));
});
