// Rows checked for one act on many: the count, all of the page, the bar only when it can act.
"use strict";

document.querySelectorAll("[data-bulk]").forEach((form) => {
  const boxes = [...form.querySelectorAll("input[name=ids]")];
  const all = form.querySelector("[data-bulk-all]");

  function show() {
    const chosen = boxes.filter((box) => box.checked).length;
    form.querySelector("[data-bulk-count]").textContent = String(chosen);
    form.querySelector("[data-bulk-bar]").hidden = chosen === 0;
    if (!all) return;
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }

  form.addEventListener("change", (event) => {
    if (event.target === all) boxes.forEach((box) => { box.checked = all.checked; });
    show();
  });
  show();
});
