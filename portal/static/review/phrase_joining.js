/** What becomes of the text of an opinion when a phrase is put into it. */

/** `said`: the words of the finding, which the form filled in and nobody typed. */
export function joined(text, phrase, said = "") {
  const written = text.trim();
  if (!written || written === said.trim()) return phrase;
  return written.includes(phrase) ? text : `${text.trimEnd()}\n${phrase}`;
}
