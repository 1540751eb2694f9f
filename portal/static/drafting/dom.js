// What the parts share. Elements are made by hand: their parts are text or elements, never HTML from anywhere.
export const element = (tag, className, ...parts) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...parts);
  return made;
};
export const button = (label, act, className = "btn btn-secondary btn-sm") => {
  const made = element("button", className, ...[label].flat());
  made.type = "button";
  made.addEventListener("click", act);
  return made;
};
// Not crypto.randomUUID: an intranet without TLS is no secure context.
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
export const newId = () => [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
export const slug = (path) => path.replaceAll("/", "-");

// The focus stays where it is in the window, whatever `act` changes.
export const steadily = (act) => {
  const place = () => document.activeElement.getBoundingClientRect().top;
  const before = place();
  act();
  scrollBy(0, place() - before);
};
