/* Where a number comes from: a card for each printed number and guarded phrase.

   Without this script the numbers are links to the page of origins. With it they are plain text for reading: a click or tap
   opens the card. The button "Explore the numbers" makes them reachable by keyboard, as one stop among which the arrow
   keys move. The card's data stand in the page (#number-origins); nothing is loaded. */
(function () {
  "use strict";
  const source = document.getElementById("number-origins");
  if (!source || !window.HTMLDialogElement) return;
  const origins = JSON.parse(source.textContent);
  const numbers = Array.from(document.querySelectorAll("a.number, a.claim")).filter(known);
  if (!numbers.length) return;

  function known(element) {
    return element.dataset.claim ? element.dataset.claim in origins.claims : element.dataset.key in origins.numbers;
  }

  for (const element of numbers) {
    element.dataset.href = element.getAttribute("href");
    element.removeAttribute("href");
  }

  // The card ---------------------------------------------------------------------------------------------------

  const card = document.createElement("dialog");
  card.className = "number-card";
  card.setAttribute("aria-labelledby", "number-card-title");
  document.body.append(card);

  function add(parent, tag, text, attributes) {
    const element = document.createElement(tag);
    if (text !== undefined && text !== null) element.textContent = text;
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    parent.append(element);
    return element;
  }

  function entry(list, term) {
    add(list, "dt", term);
    return add(list, "dd");
  }

  function line(list, term, text) {
    if (text !== undefined && text !== "") entry(list, term).textContent = text;
  }

  function code(list, term, text, rest) {
    const place = entry(list, term);
    add(place, "code", text);
    if (rest) place.append(rest);
  }

  function folded() {
    const details = add(card, "details");
    add(details, "summary", "Code and key");
    return add(details, "dl");
  }

  // what it is and where it was read come first, what only authors of the documents need comes last and folded
  function fillNumber(key) {
    const origin = origins.numbers[key];
    const first = add(card, "dl");
    line(first, "Unrounded", typeof origin.value === "string" ? origin.value : JSON.stringify(origin.value));
    line(first, "What it is", origin.meaning);
    fillRows(origin.rows || []);
    const method = add(card, "dl");
    line(method, "Method", origin.method);
    if (origin.second) {
      line(method, "Computed again", origin.second.value + " by " + origin.second.by
        + ", relative deviation " + Number(origin.second.deviation).toExponential(1));
    }
    const last = folded();
    if (origin.code) code(last, "Code", origin.code);
    code(last, "Key", key);
    for (const [expression, number] of origin.expressions || []) {
      code(last, "Printed by", expression, " (" + origins.file + ", line " + number + ")");
    }
  }

  function fillClaim(name) {
    const claim = origins.claims[name];
    const list = add(card, "dl");
    line(list, "Stands only while", claim.says);
    line(list, "Now", claim.holds ? "holds" : "does not hold");
    const last = folded();
    code(last, "Condition", claim.predicate);
    code(last, "Claim", name);
  }

  function fillRows(rows) {
    const shown = rows.filter((row) => row in origins.rows);
    if (!shown.length) return;
    add(card, "h3", shown.length === 1 ? "Read in" : "Read in " + shown.length + " places");
    const list = add(card, "ul");
    for (const name of shown) {
      const row = origins.rows[name];
      const item = add(list, "li");
      const where = [row.name, row.locator].filter(Boolean).join(", ") || name;
      if (/^https?:/.test(row.address || "")) {
        add(item, "a", where, { href: row.address, rel: "external noopener" });
      } else {
        add(item, "span", where);
      }
      if (row.quotation) add(item, "q", row.quotation);
      if (row.obtained) add(item, "small", row.obtained);
    }
  }

  function fill(element) {
    card.replaceChildren();
    // the heading takes the focus, so that the card opens at its beginning and not at its first link
    add(card, "h2", element.textContent.trim(), { id: "number-card-title", tabindex: "-1", autofocus: "" });
    if (element.dataset.claim) fillClaim(element.dataset.claim);
    else fillNumber(element.dataset.key);
    const foot = add(card, "p", null, { class: "number-card-foot" });
    add(foot, "a", "In the list of origins", { href: element.dataset.href }).addEventListener("click", () => card.close());
    add(foot, "button", "Close", { type: "button" }).addEventListener("click", () => card.close());
  }

  function place(element) {
    const box = element.getBoundingClientRect();
    const height = document.documentElement.clientHeight;
    const below = height - box.bottom - 16;
    const above = box.top - 16;
    const isBelow = below >= Math.min(card.scrollHeight, above);
    card.style.maxHeight = Math.max(isBelow ? below : above, 160) + "px";
    const top = isBelow ? box.bottom + 8 : Math.max(8, box.top - card.offsetHeight - 8);
    const widest = document.documentElement.clientWidth - card.offsetWidth - 8;
    card.style.top = top + "px";
    card.style.left = Math.max(8, Math.min(box.left, widest)) + "px";
  }

  let opener = null;

  function open(element) {
    opener = element;
    opener.classList.add("is-open");
    fill(element);
    card.style.maxHeight = "";
    card.showModal();
    place(element);
  }

  card.addEventListener("click", (event) => {
    if (event.target === card) card.close();
  });
  card.addEventListener("close", () => {
    if (opener) opener.classList.remove("is-open");
    if (exploring && opener) go(numbers.indexOf(opener));
  });

  // a second click, or a selection that was drawn, selects the number instead
  const WAIT = 220;
  let soon = 0;

  document.addEventListener("click", (event) => {
    clearTimeout(soon);
    const element = event.target.closest && event.target.closest("a.number, a.claim");
    if (!element || element.dataset.href === undefined || card.contains(element)) return;
    const isSelecting = () => !getSelection().isCollapsed;
    if (event.detail > 1 || isSelecting()) return;
    if (event.detail === 0 || event.pointerType !== "mouse") open(element);
    else soon = setTimeout(() => isSelecting() || open(element), WAIT);
  });

  // The keyboard -----------------------------------------------------------------------------------------------

  let exploring = false;
  let current = -1;
  const toggle = document.createElement("button");
  toggle.type = "button";
  toggle.className = "numbers-toggle";
  toggle.textContent = "Explore the numbers";
  toggle.setAttribute("aria-pressed", "false");
  const hint = document.createElement("span");
  hint.className = "numbers-hint";
  hint.setAttribute("role", "status");
  const bar = document.createElement("p");
  bar.className = "numbers-bar";
  bar.append(toggle, hint);
  const header = document.getElementById("title-block-header");
  if (header) header.append(bar);
  else document.body.prepend(bar);

  function plain(element) {
    for (const name of ["tabindex", "role", "aria-haspopup"]) element.removeAttribute(name);
  }

  function go(index) {
    if (current >= 0) plain(numbers[current]);
    current = Math.max(0, Math.min(index, numbers.length - 1));
    const element = numbers[current];
    element.setAttribute("tabindex", "0");
    element.setAttribute("role", "button");
    element.setAttribute("aria-haspopup", "dialog");
    element.focus();
    element.scrollIntoView({ block: "nearest" });
  }

  function explore(on) {
    exploring = on;
    document.body.classList.toggle("numbers-on", on);
    toggle.setAttribute("aria-pressed", String(on));
    hint.textContent = on ? "Arrow keys move from number to number, Enter shows the origin, Escape ends." : "";
    if (on) {
      const seen = numbers.findIndex((element) => element.getBoundingClientRect().top >= 0);
      go(seen < 0 ? 0 : seen);
    } else {
      if (current >= 0) plain(numbers[current]);
      current = -1;
      toggle.focus();
    }
  }

  toggle.addEventListener("click", () => explore(!exploring));

  document.addEventListener("keydown", (event) => {
    if (!exploring || card.open || event.altKey || event.ctrlKey || event.metaKey) return;
    if (current < 0 || document.activeElement !== numbers[current]) return;
    const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (event.key in steps) go(current + steps[event.key]);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(numbers.length - 1);
    else if (event.key === "Enter" || event.key === " ") open(numbers[current]);
    else if (event.key === "Escape") explore(false);
    else return;
    event.preventDefault();
  });
})();
