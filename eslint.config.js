// What `make lint` asks of our own scripts. How they look is prettier's matter (package.json).

import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["portal/static/vendor/**", ".venv/**", "dist/**", "instance/**"] },
  js.configs.recommended,
  {
    files: ["**/*.js"],
    // Chromium 109 knows all of ES2022; syntax newer than that does not parse here either.
    languageOptions: { ecmaVersion: 2022, sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "array-callback-return": "error",
      curly: ["error", "multi-line"],
      "default-case": "error",
      eqeqeq: "error",
      "max-len": ["error", { code: 100 }],
      "max-statements-per-line": ["error", { max: 1 }],
      "no-else-return": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-param-reassign": "error",
      // Properties of window that are a forgotten variable wherever they appear.
      "no-restricted-globals": ["error", "event", "length", "name", "parent", "status", "top"],
      "no-script-url": "error",
      "no-shadow": "error",
      "no-unused-private-class-members": "error",
      "no-use-before-define": ["error", { functions: false }],
      "no-var": "error",
      "object-shorthand": "error",
      "one-var": ["error", "never"],
      "prefer-const": "error",
    },
  },
  { files: ["portal/static/**"], languageOptions: { globals: globals.browser } },
  { files: ["tests/scripts/**"], languageOptions: { globals: globals.nodeBuiltin } },
];
