// Files that are too large are told where they were chosen, before anything is sent.
//
// The server refuses them too, but only once all has been carried there, and then the form is gone.
// The most that one file may have stands at its input: data-most, in MB.
"use strict";

(() => {
  const chosen = 'input[type="file"][data-most]';
  const told = "data-too-large";

  function tooLarge(input) {
    return [...input.files].find((file) => file.size > input.dataset.most * 1024 * 1024);
  }

  // Says under the label what is wrong, or takes it back; whether the input is in order.
  function judge(input) {
    const field = input.closest(".field");
    const file = tooLarge(input);
    const old = field.querySelector(`[${told}]`);
    if (old) {
      old.remove();
      field.classList.remove("field--error");
      input.removeAttribute("aria-invalid");
    }
    if (!file) return true;
    const line = document.createElement("span");
    line.className = "field__error";
    line.setAttribute(told, "");
    line.setAttribute("role", "alert");
    line.textContent = `“${file.name}”过大：单个文件不超过 ${input.dataset.most} MB，请压缩或拆分后再选`;
    field.classList.add("field--error");
    input.setAttribute("aria-invalid", "true");
    input.before(line);
    return false;
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches(chosen)) judge(event.target);
  });

  document.addEventListener("submit", (event) => {
    const wrong = [...event.target.querySelectorAll(chosen)].filter((input) => !judge(input));
    if (!wrong.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    wrong[0].focus();
  }, true);
})();
