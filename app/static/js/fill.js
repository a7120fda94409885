// 选用 in a hint: the values of data-fill go into the boxes of those names in the same form.
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  const form = button && button.closest("form");
  if (!form) return;
  Object.entries(JSON.parse(button.dataset.fill)).forEach(([name, value]) => {
    const box = form.elements[name];
    if (box && value) box.value = value;
  });
  const hint = button.closest("[data-hint]");
  if (hint) hint.replaceChildren();
  if (form.elements.name) form.elements.name.focus();
});
