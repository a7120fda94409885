// Drafts of forms marked data-draft="name": kept in this browser, restored after a lost connection.
//
// What is typed is written a second after the last key, never passwords, files or hidden values.
// A sent form leaves a mark; the next page that the server answers with drops the draft. Coming
// back with the browser's buttons, or by a bookmark, means that no answer came: it stays.
"use strict";

(() => {
  const SENT = "draft-sent";
  const place = (name) => `draft:${name}`;
  const skipped = ["hidden", "password", "file", "submit", "button", "reset"];
  const fields = (form) => [...form.elements].filter((field) => field.name && !skipped.includes(field.type));

  // Storage may be switched off or full: then the page simply keeps no draft.
  function guarded(act) {
    try { return act(); } catch (error) { return null; }
  }

  function typed(form) {
    return fields(form).filter((field) => (field.type !== "checkbox" && field.type !== "radio") || field.checked)
      .map((field) => [field.name, field.value]);
  }

  function keep(form) {
    const at = new Date().toTimeString().slice(0, 5);
    guarded(() => localStorage.setItem(place(form.dataset.draft), JSON.stringify({ at, values: typed(form) })));
    const note = form.querySelector("[data-draft-note]");
    if (note) note.textContent = `${at} 已存草稿`;
  }

  function drop(name) {
    guarded(() => localStorage.removeItem(place(name)));
  }

  function fill(form, values) {
    fields(form).forEach((field) => {
      const mine = values.filter(([name]) => name === field.name).map(([, value]) => value);
      if (field.type === "checkbox" || field.type === "radio") field.checked = mine.includes(field.value);
      else if (mine.length) field.value = mine[0];
    });
  }

  function restore(form) {
    const stored = guarded(() => JSON.parse(localStorage.getItem(place(form.dataset.draft))));
    if (!stored || form.querySelector(".errors, .field--error")) return;
    fill(form, stored.values);
    toast(`已恢复 ${stored.at} 的草稿`, "不要草稿", () => { drop(form.dataset.draft); form.reset(); });
  }

  function toast(text, label, act) {
    const line = document.createElement("p");
    line.className = "toast-line";
    line.textContent = text;
    if (label) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "undo__button";
      button.textContent = label;
      button.addEventListener("click", () => { act(); line.remove(); });
      line.append(button);
    }
    const box = document.getElementById("toasts");
    if (!box) return;
    box.append(line);
    setTimeout(() => line.remove(), 10000);
  }

  function watch(form) {
    if (form.dataset.watched) return;
    form.dataset.watched = "true";
    restore(form);
    let timer;
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => keep(form), 1000); });
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      keep(form);
      if (navigator.onLine) { guarded(() => sessionStorage.setItem(SENT, form.dataset.draft)); return; }
      event.preventDefault();
      event.stopImmediatePropagation();
      toast("没有保存：网络断开。草稿已存在本机，恢复后再保存。");
    });
  }

  // Was the last sent form answered by this very page?
  function settle() {
    const name = guarded(() => sessionStorage.getItem(SENT));
    if (!name) return;
    guarded(() => sessionStorage.removeItem(SENT));
    const [load] = performance.getEntriesByType("navigation");
    const answered = load && load.type === "navigate" && document.referrer.startsWith(window.location.origin);
    if (answered && !document.querySelector(".errors")) drop(name);
  }

  function watchAll() {
    document.querySelectorAll("form[data-draft]").forEach(watch);
  }

  settle();
  watchAll();
  document.addEventListener("htmx:load", watchAll);
  document.addEventListener("htmx:afterRequest", (event) => {
    const { xhr, requestConfig } = event.detail;
    const form = requestConfig.elt.closest("form[data-draft]");
    if (form && xhr.status >= 200 && xhr.status < 400) {
      drop(form.dataset.draft);
      guarded(() => sessionStorage.removeItem(SENT));
    }
  });
  document.addEventListener("htmx:sendError", () => toast("没有送达：网络断开。草稿已存在本机，恢复后再保存。"));
})();
