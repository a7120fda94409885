// Keys: N new, / search, J K move, Enter open, P progress, Ctrl+Enter save, Esc close.
//
// The current row is the focused [data-row]. A key names its target in the page: [data-key="n"];
// in a row first, so that P means the row's own progress link.
"use strict";

(() => {
  const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

  const currentRow = () => document.activeElement.closest("[data-row]");

  function move(step) {
    const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);
    if (!rows.length) return;
    const at = rows.indexOf(currentRow());
    const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), rows.length - 1);
    rows[next].focus();
    rows[next].scrollIntoView({ block: "nearest" });
  }

  function openRow(event) {
    const row = event.target.closest("[data-row]");
    if (!row || event.target !== row || !row.dataset.href) return;
    event.preventDefault();
    window.location.assign(row.dataset.href);
  }

  function press(key, event) {
    const row = currentRow();
    const selector = `[data-key="${key}"]`;
    const target = (row && row.querySelector(selector)) || document.querySelector(selector);
    if (!target) return;
    event.preventDefault();
    if (target.matches(TYPING)) target.focus();
    else target.click();
  }

  function save(event) {
    const form = event.target.closest("form");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  }

  function closeOpen(event) {
    const open = event.target.closest("details.dialog[open], details.menu[open]")
      || document.querySelector("details.dialog[open], details.menu[open]");
    if (!open) return;
    event.preventDefault();
    close(open);
  }

  function close(details) {
    details.open = false;
    details.querySelector("summary").focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") { closeOpen(event); return; }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { save(event); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
    const key = event.key.toLowerCase();
    if (key === "j") move(1);
    else if (key === "k") move(-1);
    else if (key === "enter") openRow(event);
    else if (key === "n" || key === "p" || key === "/") press(key, event);
  });

  // The first field of a dialog takes the focus; its cancel button and its backdrop close it.
  document.addEventListener("toggle", (event) => {
    if (!event.target.matches("details.dialog[open]")) return;
    const first = event.target.querySelector(".dialog__box input:not([type=hidden]), .dialog__box textarea, .dialog__box select");
    if (first) first.focus();
  }, true);

  document.addEventListener("click", (event) => {
    const cancel = event.target.closest("[data-close]");
    if (cancel) close(cancel.closest("details"));
    const menu = document.querySelector("details.menu[open]");
    if (menu && !menu.contains(event.target)) menu.open = false;
  });

  // After a refused save the summary is what the eye and the screen reader meet first.
  const errors = document.querySelector(".errors");
  if (errors) errors.focus();
})();
