// The print view's button, hidden until this script is there.
const button = document.querySelector("[data-print]");
button.hidden = false;
button.onclick = () => print();
