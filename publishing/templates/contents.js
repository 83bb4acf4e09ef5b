/* Marks in the contents which section is being read, and folds them on a small screen. */
(function () {
  "use strict";
  const nav = document.getElementById("TOC");
  if (!nav) return;
  const fold = nav.querySelector("details");
  const entries = Array.from(nav.querySelectorAll('a[href^="#"]'))
    .map((link) => ({ link, place: document.getElementById(decodeURIComponent(link.hash.slice(1))) }))
    .filter((entry) => entry.place);
  // the part of the window above which a heading counts as passed
  const PASSED = 0.25;
  let current = null;
  let waiting = false;

  function isBeside() {
    return getComputedStyle(nav).position === "sticky";
  }

  if (fold) fold.open = isBeside();

  function show(link) {
    const box = link.getBoundingClientRect();
    const frame = nav.getBoundingClientRect();
    if (box.top < frame.top) nav.scrollTop -= frame.top - box.top + frame.height / 3;
    if (box.bottom > frame.bottom) nav.scrollTop += box.bottom - frame.bottom + frame.height / 3;
  }

  function mark() {
    waiting = false;
    const line = window.innerHeight * PASSED;
    let now = null;
    for (const entry of entries) {
      if (entry.place.getBoundingClientRect().top > line) break;
      now = entry.link;
    }
    if (now === current) return;
    if (current) current.removeAttribute("aria-current");
    current = now;
    if (!current) return;
    current.setAttribute("aria-current", "true");
    show(current);
  }

  function later() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(mark);
  }

  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", () => {
    if (fold && isBeside()) fold.open = true;
    later();
  });
  mark();
})();
