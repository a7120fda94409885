// The drawer: a page opened beside the list by a link marked data-panel.
//
// It fetches the bare page of the link and sends its forms from there; a plain link is what
// remains without JavaScript, and what a narrow screen gets.
"use strict";

(() => {
  const drawer = document.getElementById("drawer");
  const body = document.getElementById("drawer-body");
  if (!drawer || !body) return;
  const wide = window.matchMedia("(min-width: 761px)");
  let opener;
  let saved = false;

  function focusFirst() {
    const first = body.querySelector(".errors")
      || body.querySelector("[autofocus], input:not([type=hidden]), textarea, a.button, button");
    if (first) first.focus();
  }

  function open(link) {
    opener = link;
    htmx.ajax("GET", link.href, { target: body, swap: "innerHTML" })
      .then(() => bootstrap.Offcanvas.getOrCreateInstance(drawer).show());
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-panel]");
    if (!link || !wide.matches || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link);
  });

  body.addEventListener("click", (event) => {
    if (!event.target.closest("[data-cancel]")) return;
    event.preventDefault();
    bootstrap.Offcanvas.getInstance(drawer).hide();
  });

  // Forms of the page in the drawer answer into the drawer.
  body.addEventListener("htmx:load", () => {
    body.querySelectorAll("form[method=post]:not([hx-post])").forEach((form) => {
      form.setAttribute("hx-post", form.getAttribute("action"));
      form.setAttribute("hx-target", "#drawer-body");
      form.setAttribute("hx-swap", "innerHTML");
      if (form.enctype === "multipart/form-data") form.setAttribute("hx-encoding", form.enctype);
      htmx.process(form);
    });
  });
  // The session has ended: let the browser itself send the form, so that the sign-in page carries
  // what was typed; anything else starts again from the page.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 401) return;
    event.detail.shouldSwap = false;
    const form = event.detail.requestConfig.elt.closest("form[method=post]");
    if (form) form.submit();
    else window.location.reload();
  });
  // A count beside the bell that cannot be had is left out: no refusal belongs into the top bar.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { isError, target } = event.detail;
    if (isError && target.closest(".topbar__bell")) event.detail.shouldSwap = false;
  });
  // A new page takes the focus; a hint inside it, or the end of the sliding, never does.
  body.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target === body) focusFirst();
  });
  drawer.addEventListener("shown.bs.offcanvas", () => {
    if (!body.contains(document.activeElement)) focusFirst();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { requestConfig, xhr } = event.detail;
    if (requestConfig.target === body && requestConfig.verb === "post" && xhr.status < 400) saved = true;
  });
  // The page below shows what was saved; otherwise the focus returns to what opened the drawer.
  drawer.addEventListener("hidden.bs.offcanvas", () => {
    if (saved) window.location.reload();
    else opener.focus();
  });
})();
