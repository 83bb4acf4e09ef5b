/* Shows what a citation or a cross-reference leads to while the pointer or the focus is on it.

   Without this script the links lead there, and with it they still do. A mouse shows the preview by hovering, the
   keyboard by focus, a finger by the first tap (the second one follows the link). Escape closes it. The box only
   repeats for the eye what stands elsewhere on the page: assistive technology is told of the place itself. */
(function () {
  "use strict";
  const WAIT = 120;
  const LEAVE = 250;
  const MOST_ROWS = 5;
  const GAP = 8;
  const LINKS = 'a[role="doc-biblioref"][href^="#"], a.xref[href*="#"]';
  const HEADINGS = "h1, h2, h3, h4, h5, h6";
  const box = document.createElement("div");
  box.className = "preview";
  box.hidden = true;
  box.setAttribute("aria-hidden", "true");
  document.body.append(box);
  let shown = null;
  let timer = 0;
  let pointer = "";

  let elsewhere = null;

  /* What the page keeps of places in other documents; it stands behind this script. */
  function keptPlaces() {
    const kept = elsewhere ? null : document.getElementById("other-places");
    if (!elsewhere) elsewhere = kept ? JSON.parse(kept.textContent) : {};
    return elsewhere;
  }

  function isHere(link) {
    return link.getAttribute("href").startsWith("#");
  }

  function target(link) {
    if (!isHere(link)) return null;
    return document.getElementById(decodeURIComponent(link.hash.slice(1)));
  }

  // What to show -----------------------------------------------------------------------------------------------

  /* The list's entries for a citation; an end of a range such as 6–9 stands for all of it. */
  function references(link) {
    const next = link.nextElementSibling;
    const before = link.previousElementSibling;
    const isDash = (node) => node && node.nodeType === Node.TEXT_NODE && node.textContent.trim() === "–";
    let first = target(link);
    let last = first;
    if (next && isDash(link.nextSibling)) last = target(next);
    else if (before && isDash(link.previousSibling)) first = target(before);
    const found = [];
    for (let entry = first; entry; entry = entry.nextElementSibling) {
      found.push(entry.cloneNode(true));
      if (entry === last) break;
    }
    return found;
  }

  function shortTable(table) {
    const copy = table.cloneNode(true);
    const rows = Array.from(copy.querySelectorAll("tbody tr"));
    rows.slice(MOST_ROWS).forEach((row) => row.remove());
    copy.removeAttribute("style");
    return rows.length > MOST_ROWS ? [copy, line("…")] : [copy];
  }

  function line(text) {
    const paragraph = document.createElement("p");
    paragraph.textContent = text;
    return paragraph;
  }

  function float(figure) {
    const caption = document.createElement("p");
    const own = figure.querySelector("figcaption");
    if (own) caption.append(...own.cloneNode(true).childNodes);
    const table = figure.querySelector("table");
    if (table) return [caption, ...shortTable(table)];
    const picture = figure.querySelector(".drawing, img");
    return picture ? [picture.cloneNode(true), caption] : [caption];
  }

  /* What the page keeps of a place in another document. */
  function other(link) {
    const said = keptPlaces()[link.getAttribute("href")];
    if (!said) return [];
    const parts = [line(said.caption)];
    if (!said.rows) return parts;
    const table = document.createElement("table");
    said.rows.forEach((cells, number) => {
      const row = (number ? table.tBodies[0] || table.createTBody() : table.createTHead()).insertRow();
      for (const text of cells) {
        const cell = number ? row.insertCell() : row.appendChild(document.createElement("th"));
        cell.textContent = text;
      }
    });
    return said.more ? [...parts, table, line("…")] : [...parts, table];
  }

  function content(link) {
    if (!isHere(link)) return other(link);
    const place = target(link);
    if (!place) return [];
    if (link.getAttribute("role") === "doc-biblioref") return references(link);
    if (place.matches("figure")) return float(place);
    const heading = place.matches("section") ? place.querySelector(HEADINGS) : place;
    if (!heading) return [];
    return [heading.matches(HEADINGS) ? line(heading.textContent) : heading.cloneNode(true)];
  }

  /* A copy is no place, no number with an origin and no stop of the keyboard. */
  function plain(copy) {
    for (const element of [copy, ...copy.querySelectorAll("*")]) {
      for (const name of ["id", "tabindex", "role", "aria-labelledby", "aria-label", "data-key", "data-claim"]) {
        element.removeAttribute(name);
      }
      if (element.matches("img")) element.alt = "";
      if (element.matches('a[href^="http"]')) element.tabIndex = -1;
      else if (element.matches("a")) element.replaceWith(...element.childNodes);
    }
    return copy;
  }

  // Showing it -------------------------------------------------------------------------------------------------

  function place(link) {
    const at = link.getClientRects()[0] || link.getBoundingClientRect();
    const page = document.documentElement;
    const below = page.clientHeight - at.bottom - 2 * GAP;
    const above = at.top - 2 * GAP;
    box.style.maxHeight = "";
    const isBelow = below >= box.offsetHeight || below >= above;
    box.style.maxHeight = Math.max(isBelow ? below : above, 96) + "px";
    const top = isBelow ? at.bottom + GAP : at.top - box.offsetHeight - GAP;
    const left = Math.max(GAP, Math.min(at.left - 2 * GAP, page.clientWidth - box.offsetWidth - GAP));
    box.style.top = top + window.scrollY + "px";
    box.style.left = left + window.scrollX + "px";
  }

  function show(link) {
    hide();
    const parts = content(link);
    if (!parts.length) return;
    box.replaceChildren(...parts.map(plain));
    box.hidden = false;
    shown = link;
    place(link);
  }

  function hide() {
    clearTimeout(timer);
    if (!shown) return;
    box.hidden = true;
    shown = null;
  }

  function soon(act, wait) {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  }

  function linkOf(event) {
    return event.target.closest ? event.target.closest(LINKS) : null;
  }

  // Pointer, keyboard, finger ----------------------------------------------------------------------------------

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const link = linkOf(event);
    if (link && link !== shown) soon(() => show(link), WAIT);
    else if (link || box.contains(event.target)) clearTimeout(timer);
    else if (shown && shown !== document.activeElement) soon(hide, LEAVE);
    else if (!shown) clearTimeout(timer);
  });

  document.addEventListener("focusin", (event) => {
    const link = linkOf(event);
    if (!link || pointer) return;
    const there = target(link);
    const caption = there && there.querySelector("figcaption[id]");
    if (there) link.setAttribute("aria-describedby", caption ? caption.id : there.id);
    show(link);
  });

  document.addEventListener("focusout", (event) => {
    const link = linkOf(event);
    if (!link) return;
    link.removeAttribute("aria-describedby");
    if (link === shown) hide();
  });

  document.addEventListener("keydown", (event) => {
    pointer = "";
    if (event.key === "Escape") hide();
  });

  document.addEventListener("pointerdown", (event) => {
    pointer = event.pointerType;
    if (shown && !linkOf(event) && !box.contains(event.target)) hide();
  });

  document.addEventListener("click", (event) => {
    const link = linkOf(event);
    if (!link) return;
    if (pointer === "touch" && link !== shown) {
      event.preventDefault();
      show(link);
    } else {
      hide();
    }
  });

  addEventListener("resize", hide);
})();
