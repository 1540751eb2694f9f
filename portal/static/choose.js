// 全选: a checkbox marked data-choose-all checks all of its form. Hidden without scripts.
(() => {
  const others = (all) => [...all.form.querySelectorAll("input[type=checkbox]:not([data-choose-all])")];
  const show = () => document.querySelectorAll("input[data-choose-all]").forEach((all) => {
    all.closest("[hidden]")?.removeAttribute("hidden");
    all.checked = others(all).every((box) => box.checked);
  });
  document.addEventListener("change", ({ target }) => {
    if (target.matches("input[data-choose-all]")) others(target).forEach((box) => { box.checked = target.checked; });
    else show();
  });
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("htmx:after:swap", show);
})();
