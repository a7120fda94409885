// The interactive API page of layouts/docs.html.
"use strict";

(() => {
  const place = document.querySelector("[data-openapi]");
  SwaggerUIBundle({ url: place.dataset.openapi, domNode: place, deepLinking: true, validatorUrl: null });
})();
