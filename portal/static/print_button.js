/** The print view's button (data-print), which stays hidden without scripts. */

const button = document.querySelector("[data-print]");
button.hidden = false;
button.addEventListener("click", () => print());
