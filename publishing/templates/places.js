/* Finding one's way: links to sections, from the list of references back to the text, and to the contents. */
(function () {
  "use strict";
  const { add } = reading;
  const main = document.getElementById("content");
  if (!main) return;

  // Links to sections ------------------------------------------------------------------------------------------

  const HEADINGS = "h2, h3, h4, h5";

  /* The name of the place that a heading stands for: its own, or that of the section around it. */
  function nameOf(heading) {
    const around = heading.parentElement;
    return heading.id || (around && around.matches("section") ? around.id : "");
  }

  for (const heading of main.querySelectorAll(HEADINGS)) {
    const name = nameOf(heading);
    if (!name) continue;
    const words = heading.textContent.replace(/\s+/g, " ").trim();
    heading.append("\u2060");
    add(heading, "a", null, { class: "permalink", href: "#" + name, "aria-label": "Link to " + words });
  }

  // Back from the references -----------------------------------------------------------------------------------

  const order = Array.from(document.querySelectorAll("#refs .csl-entry"), (entry) => entry.id);
  const cited = new Map(order.map((id) => [id, []]));

  /* What a citation cites; the first of two that a dash joins cites all between them. */
  function entriesOf(link) {
    const id = decodeURIComponent(link.hash.slice(1));
    const dash = link.nextSibling;
    const next = link.nextElementSibling;
    if (!dash || dash.nodeType !== Node.TEXT_NODE || dash.textContent.trim() !== "–" || !next) return [id];
    const last = order.indexOf(decodeURIComponent(next.hash.slice(1)));
    return order.slice(order.indexOf(id), last + 1);
  }

  /* The words for a section: its number, or its heading. */
  function wordsOf(heading) {
    const number = heading.querySelector(".header-section-number");
    return (number || heading).textContent.replace(/\u2060/g, "").trim();
  }

  let count = 0;
  let section = "text";
  for (const one of main.querySelectorAll(HEADINGS + ', a[role="doc-biblioref"][href^="#"]')) {
    if (one.matches(HEADINGS)) {
      if (nameOf(one)) section = wordsOf(one);
      continue;
    }
    if (one.closest("#refs")) continue;
    for (const id of entriesOf(one)) {
      const places = cited.get(id);
      if (!places || places.some((place) => place.section === section)) continue;
      if (!one.id) one.id = "cited-" + (count += 1);
      places.push({ section, link: one });
    }
  }

  for (const [id, places] of cited) {
    const entry = document.getElementById(id);
    if (!places.length || !entry) continue;
    const back = add(entry.querySelector(".csl-right-inline") || entry, "span", null, { class: "cited" });
    back.append(" Cited in ");
    places.forEach((place, index) => {
      if (index) back.append(", ");
      add(back, "a", place.section, { href: "#" + place.link.id });
    });
    back.append(".");
  }

  // Back to the contents ---------------------------------------------------------------------------------------

  const contents = document.getElementById("TOC");
  const header = document.getElementById("title-block-header");
  const goal = contents || header;
  if (!goal) return;
  const up = add(document.body, "a", contents ? "Contents" : "Top", { class: "to-contents", href: "#" + goal.id });
  up.hidden = true;
  up.addEventListener("click", () => {
    const fold = contents && contents.querySelector("details");
    if (!fold) return;
    fold.open = true;
    const summary = fold.querySelector("summary");
    setTimeout(() => summary.focus({ preventScroll: true }));
  });

  let waiting = false;
  function look() {
    waiting = false;
    up.hidden = goal.getBoundingClientRect().bottom > -innerHeight / 2;
  }

  function later() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(look);
  }

  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later, { passive: true });
  look();
})();
