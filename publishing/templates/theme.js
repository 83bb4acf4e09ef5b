/* Light or dark as the reader chose it on any page of the set; without a choice, or without this script, as the system is.

   It stands in the head, so that the page is never shown in the other colours first. */
(function () {
  "use strict";
  const KEY = "theme";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");

  function kept() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  }

  function keep(theme) {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // a browser that keeps nothing shows the choice on this page alone
    }
  }

  function set(theme) {
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
    else delete root.dataset.theme;
  }

  set(kept());

  document.addEventListener("DOMContentLoaded", () => {
    const place = document.querySelector(".page-links p") || document.querySelector("header");
    if (!place) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "theme-toggle";
    place.append(" ", button);

    function isDark() {
      return (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
    }

    function name() {
      button.textContent = isDark() ? "Light page" : "Dark page";
    }

    button.addEventListener("click", () => {
      const theme = isDark() ? "light" : "dark";
      set(theme);
      keep(theme);
      name();
    });
    system.addEventListener("change", name);
    addEventListener("storage", (event) => {
      if (event.key !== KEY) return;
      set(event.newValue);
      name();
    });
    name();
  });
})();
