/** The print view's button (data-print), hidden until this script is there. */

const button = document.querySelector("[data-print]");
button.hidden = false;
button.addEventListener("click", () => print());
