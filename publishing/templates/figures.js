/* Lets the keyboard reach a figure that is wider than the screen, so that it can be scrolled. */
(function () {
  "use strict";
  const figures = Array.from(document.querySelectorAll("main figure")).filter((figure) =>
    figure.querySelector(":scope > img, :scope > p > img")
  );

  function reach() {
    for (const figure of figures) {
      if (figure.scrollWidth > figure.clientWidth) figure.tabIndex = 0;
      else figure.removeAttribute("tabindex");
    }
  }

  addEventListener("resize", reach, { passive: true });
  addEventListener("load", reach);
  reach();
})();
