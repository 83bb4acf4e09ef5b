/* Finding a number on the page of origins: a search, two filters, and the words of its sources in the row aimed at.

   Without this script all rows stand there, sources are links to their words, and the row aimed at is marked. */
(function () {
  "use strict";
  const WAIT = 150;
  const main = document.getElementById("content");
  const rows = Array.from(main.querySelectorAll("tr[id^='n-'], tr[id^='c-']"));
  const sections = Array.from(main.querySelectorAll("section.origins")).filter((one) => one.querySelector("tr[id^='n-'], tr[id^='c-']"));
  if (!rows.length) return;

  function add(parent, tag, text, attributes) {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    parent.append(element);
    return element;
  }

  // What each row is, read from what it shows -------------------------------------------------------------------

  let known = null;
  function read() {
    known = known || rows.map((row) => ({
      row: row,
      text: row.textContent.toLowerCase().replace(/\u2212/g, "-").replace(/\u2013/g, "-"),
      documents: Array.from(row.cells[2].getElementsByTagName("b"), (one) => one.textContent),
      kinds: row.cells[1].querySelector("i").textContent.split(", "),
    }));
    return known;
  }

  // The form ----------------------------------------------------------------------------------------------------

  const form = document.createElement("form");
  form.className = "find";
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", "Find a number");

  function control(title, tag, attributes) {
    return add(add(form, "label", title), tag, "", attributes);
  }

  const words = control("Number, words or key", "input", { type: "search", autocomplete: "off" });
  const inDocument = control("Document", "select");
  const ofKind = control("Kind", "select");
  add(form, "button", "Show all", { type: "reset" });
  const said = add(form, "output", "", { role: "status" });
  main.prepend(form);

  function choices(select, names) {
    add(select, "option", "all", { value: "" });
    for (const name of Array.from(new Set(names))) add(select, "option", name, { value: name });
  }

  function filter() {
    const wanted = words.value.toLowerCase().replace(/[\u2212\u2013]/g, "-").split(/\s+/).filter(Boolean);
    let count = 0;
    for (const one of read()) {
      const fits = wanted.every((word) => one.text.includes(word))
        && (!inDocument.value || one.documents.includes(inDocument.value))
        && (!ofKind.value || one.kinds.includes(ofKind.value));
      if (one.row.hidden === fits) one.row.hidden = !fits;
      count += fits;
    }
    for (const section of sections) section.hidden = !section.querySelector("tbody tr:not([hidden])");
    said.textContent = count === rows.length ? count.toLocaleString("en") + " rows" : count.toLocaleString("en") + " of " + rows.length.toLocaleString("en") + " rows";
  }

  let waiting = 0;
  words.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, WAIT);
  });
  for (const select of [inDocument, ofKind]) {
    select.addEventListener("change", filter);
    // the lists are made when somebody looks at them
    for (const event of ["focus", "pointerdown"]) {
      select.addEventListener(event, () => {
        if (select.options.length > 1) return;
        select.replaceChildren();
        choices(select, read().flatMap((one) => (select === inDocument ? one.documents : one.kinds)).sort());
      });
    }
    add(select, "option", "all", { value: "" });
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  said.textContent = rows.length.toLocaleString("en") + " rows";

  function measure() {
    const narrow = matchMedia("(max-width: 800px)").matches;
    document.documentElement.style.setProperty("--bar", form.offsetHeight + "px");
    form.style.position = narrow ? "static" : "";
  }
  addEventListener("resize", measure, { passive: true });
  measure();

  // The row aimed at --------------------------------------------------------------------------------------------

  function showWords(row) {
    for (const link of row.querySelectorAll("a[href^='#row-']")) {
      const next = link.nextElementSibling;
      if (next && next.tagName === "Q") continue;
      const source = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      const quoted = source && source.querySelector("q");
      if (quoted) link.after(quoted.cloneNode(true));
    }
  }

  function aim() {
    const name = decodeURIComponent(location.hash.slice(1));
    const row = name && document.getElementById(name);
    if (!row) return;
    if (row.closest("[hidden]")) {
      form.reset();
      for (const one of rows) one.hidden = false;
      for (const section of sections) section.hidden = false;
    }
    if (row.matches("tr[id^='n-']")) showWords(row);
    row.scrollIntoView({ block: "start" });
  }

  addEventListener("hashchange", aim);
  aim();
})();
