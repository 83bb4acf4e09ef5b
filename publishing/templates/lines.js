/* A line of a figure opens the card of what it is about: its numbers, where they were read, its judgements, its reference.

   A click on the line does, and for the keyboard and the finger so does its button in the list below the figure. The
   cards stand in the page (#figure-data); nothing is loaded. */
(function () {
  "use strict";
  const { add, button, dialog, bar } = reading;
  const source = document.getElementById("figure-data");
  if (!source || !window.HTMLDialogElement) return;
  const data = JSON.parse(source.textContent);
  //: milliseconds in which a second click may follow, which selects instead
  const WAIT = 220;
  //: pixels from the middle of a line that still belong to it, where no other line is nearer
  const REACH = 14;

  // The card ---------------------------------------------------------------------------------------------------

  let card = null;

  function pairs(lines) {
    const list = add(card, "dl");
    for (const line of lines) {
      add(list, "dt", line.term);
      const place = add(list, "dd", line.text);
      if (line.why) add(place, "small", " " + line.why);
    }
  }

  function read(names) {
    const list = add(card, "ul");
    for (const name of names) {
      const row = data.rows[name];
      if (!row) continue;
      const item = add(list, "li");
      const where = [row.name, row.locator].filter(Boolean).join(", ") || name;
      if (/^https?:\/\/\S+$/.test(row.address || "")) add(item, "a", where, { href: row.address, rel: "external noopener" });
      else add(item, "span", where);
      if (row.quotation) add(item, "q", row.quotation);
      if (row.obtained) add(item, "small", row.obtained);
    }
    if (!list.children.length) list.remove();
  }

  function open(name) {
    const said = data.cards[name];
    if (!said) return;
    if (!card) {
      card = dialog("number-card line-card");
      card.setAttribute("aria-labelledby", "line-card-title");
    }
    card.replaceChildren();
    add(card, "h2", said.heading, { id: "line-card-title", tabindex: "-1", autofocus: "" });
    for (const part of said.parts) {
      add(card, "h3", part.heading);
      pairs(part.lines);
      read(part.rows);
    }
    if (said.reference) {
      add(card, "h3", "Reference");
      const place = add(card, "p", said.reference + " ");
      if (document.getElementById("ref-" + said.cited)) {
        add(place, "a", "In the list of references", { href: "#ref-" + said.cited }).addEventListener("click", () => card.close());
      } else if (/^https?:\/\/\S+$/.test(said.address)) {
        add(place, "a", said.address, { href: said.address, rel: "external noopener" });
      }
    }
    const foot = add(card, "p", null, { class: "number-card-foot" });
    add(foot, "span", "");
    button(foot, "Close", () => card.close());
    card.showModal();
    card.scrollTop = 0;
  }

  // The lines --------------------------------------------------------------------------------------------------

  function middle(group) {
    const box = group.getBoundingClientRect();
    return box.top + box.height / 2;
  }

  /* The line of a drawing at the height of an event; null where there is none. */
  function lineAt(svg, event) {
    let best = null;
    let least = REACH;
    for (const group of svg.querySelectorAll("[data-row]")) {
      const away = Math.abs(middle(group) - event.clientY);
      if (away < least && data.cards[group.dataset.row]) [best, least] = [group, away];
    }
    return best;
  }

  function watch(drawing) {
    let hot = null;
    let soon = 0;
    const mark = (group) => {
      if (group === hot) return;
      if (hot) hot.classList.remove("is-hot");
      if (group) group.classList.add("is-hot");
      hot = group;
      drawing.classList.toggle("has-hot", Boolean(hot));
    };
    drawing.addEventListener("pointermove", (event) => {
      const svg = event.target.closest("svg");
      if (svg && event.pointerType === "mouse") mark(lineAt(svg, event));
    });
    drawing.addEventListener("pointerleave", () => mark(null));
    drawing.addEventListener("click", (event) => {
      clearTimeout(soon);
      const svg = event.target.closest("svg");
      const group = svg && lineAt(svg, event);
      const isSelecting = () => !getSelection().isCollapsed;
      if (!group || event.detail > 1 || isSelecting()) return;
      soon = setTimeout(() => isSelecting() || open(group.dataset.row), event.pointerType === "mouse" ? WAIT : 0);
    });
  }

  for (const figure of document.querySelectorAll("main figure")) {
    const drawing = figure.querySelector(".drawing");
    if (!drawing) continue;
    const found = Array.from(drawing.querySelectorAll("svg:not(.drawing-column) [data-row]"), (one) => one.dataset.row);
    const names = Array.from(new Set(found)).filter((name) => data.cards[name]);
    if (!names.length) continue;
    watch(drawing);
    const list = add(bar(figure), "details", null, { class: "line-list" });
    add(list, "summary", "Sources line by line");
    for (const name of names) button(list, data.cards[name].heading, () => open(name));
  }
})();
