/** Whether a key belongs to an input method that is composing, and so to no key handler here. */

const PROCESSED = 229; // keyCode of the first and last key of some input methods

export function isComposing(event) {
  return event.isComposing || event.keyCode === PROCESSED;
}
