/* A panel in which a reader recombines what was analysed: it looks results up in a table and computes nothing.

   `<div class="panel" id="…">` holds the table as JSON; who computes the table says what is in it. The choice is kept
   in the address as #<id>?members=a,b&<choice>=<item>, so that a link leads back to it. */
(function () {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const HEADINGS = "h1, h2, h3, h4, h5";

  function add(parent, tag, text, attributes) {
    const element = document.createElement(tag);
    if (text !== undefined && text !== null) element.textContent = text;
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    parent.append(element);
    return element;
  }

  /* The level that follows the one of the section in which the panel stands. */
  function headingBelow(element) {
    const before = Array.from(document.querySelectorAll(HEADINGS)).filter(
      (heading) => heading.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING
    );
    return before.length ? "h" + (Number(before[before.length - 1].tagName.slice(1)) + 1) : "h2";
  }

  function build(panel) {
    const table = JSON.parse(panel.querySelector('script[type="application/json"]').textContent);
    const prefix = "#" + panel.id + "?";
    const first = table.members.items.filter((item, index) => table.initial.members[index] === "1");
    const initial = { members: first.map((item) => item.name), choices: table.initial.choices };

    // The form -------------------------------------------------------------------------------------------------

    panel.setAttribute("role", "region");
    panel.setAttribute("aria-labelledby", panel.id + "-heading");
    add(panel, headingBelow(panel), table.heading, { id: panel.id + "-heading", class: "panel-heading" });
    add(panel, "p", table.about, { class: "panel-about" });
    const form = add(panel, "form", null, { class: "panel-form" });
    form.addEventListener("submit", (event) => event.preventDefault());
    const ticks = group(table.members, "checkbox", "members");
    const buttons = table.choices.map((choice) => group(choice, "radio", choice.name));

    function group(described, type, name) {
      const set = add(form, "fieldset", null, { class: "panel-" + type });
      add(set, "legend", described.legend);
      return described.items.map((item) => {
        const label = add(set, "label");
        const input = add(label, "input", null, { type, name: panel.id + "-" + name, value: item.name });
        const words = add(label, "span", item.label);
        if (item.note) add(words, "small", item.note);
        return input;
      });
    }

    // The result -----------------------------------------------------------------------------------------------

    const result = add(panel, "div", null, { class: "panel-result", role: "status", "aria-atomic": "true" });
    const headline = add(result, "p", null, { class: "panel-headline" });
    const list = add(result, "dl");
    const values = table.values.map((head) => {
      const pair = add(list, "div");
      add(pair, "dt", head);
      return add(pair, "dd");
    });
    const notes = add(result, "ul", null, { class: "panel-notes" });
    const drawing = document.createElementNS(SVG, "svg");
    drawing.setAttribute("class", "panel-drawing");
    drawing.setAttribute("aria-hidden", "true");
    panel.append(drawing);
    const foot = add(panel, "p", null, { class: "panel-foot" });
    const reset = add(foot, "button", table.reset, { type: "button" });
    const link = add(foot, "a", "Link to this choice");
    // the link still leads there; beside that its address is copied
    link.addEventListener("click", () => reading.copy(link.href, link));
    const notice = add(panel, "p", null, { class: "panel-notice", role: "status" });

    function draw(tag, attributes, text) {
      const element = document.createElementNS(SVG, tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      if (text) element.textContent = text;
      drawing.append(element);
    }

    function at(place) {
      return 100 * Math.min(Math.max(place, 0), 1) + "%";
    }

    function span(low, high, y, name) {
      draw("line", { x1: at(low), x2: at(high), y1: y, y2: y, class: name });
      for (const [end, sign, anchor] of [[low, "◂", "start"], [high, "▸", "end"]]) {
        if (end < 0 || end > 1) draw("text", { x: at(end), y: y + 4.5, class: name, "text-anchor": anchor }, sign);
      }
    }

    function interval(row, y, name) {
      if (!row.drawn) return;
      const [low, middle, high, below, above] = row.drawn;
      if (below !== null) span(below, above, y, name + " panel-prediction");
      span(low, high, y, name);
      if (middle >= 0 && middle <= 1) draw("circle", { cx: at(middle), cy: y, r: 4.5, class: name });
    }

    const LINE = 19;

    function named(text, y, name) {
      draw("text", { x: -10, y: y + 4, "text-anchor": "end", class: "panel-name " + name }, text);
    }

    /* The ticked members one below the other, then the choice and what it began with, on one axis. */
    function picture(row) {
      drawing.replaceChildren();
      const state = chosen();
      const shown = table.members.items.filter((item) => item.drawn && state.members.includes(item.name));
      const own = 12 + shown.length * LINE + (shown.length ? 8 : 0);
      const foot = own + 2.4 * LINE;
      const none = at(table.axis.no_effect);
      draw("line", { x1: none, x2: none, y1: 4, y2: foot, class: "panel-axis" });
      draw("line", { x1: "0%", x2: "100%", y1: foot, y2: foot, class: "panel-axis" });
      for (const [place, text] of table.axis.ticks) {
        draw("line", { x1: at(place), x2: at(place), y1: foot, y2: foot + 4, class: "panel-axis" });
        draw("text", { x: at(place), y: foot + 17, "text-anchor": "middle" }, text);
      }
      // on a narrow screen both sides find room only if the first begins below the names
      const first = drawing.clientWidth < 330 ? -108 : 0;
      draw("text", { x: first, y: foot + 35 }, "◂ " + table.axis.sides[0]);
      draw("text", { x: "100%", y: foot + 35, "text-anchor": "end" }, table.axis.sides[1] + " ▸");
      shown.forEach((item, index) => {
        const y = 12 + index * LINE;
        named(item.label, y, "panel-member");
        interval({ drawn: [...item.drawn, null, null] }, y, "panel-member");
      });
      if (row.drawn) named(table.lines[0], own, "panel-own");
      interval(row, own, "panel-own");
      named(table.lines[1], own + LINE + 4, "panel-review");
      interval(answer(initial), own + LINE + 4, "panel-review");
      drawing.style.height = foot + 42 + "px";
    }

    // What is chosen -------------------------------------------------------------------------------------------

    function answer(state) {
      const signs = table.members.items.map((item) => (state.members.includes(item.name) ? "1" : "0")).join("");
      return table.rows[table.answers[[signs, ...state.choices].join(" ")]];
    }

    function chosen() {
      return {
        members: ticks.filter((input) => input.checked).map((input) => input.value),
        choices: buttons.map((inputs) => inputs.find((input) => input.checked).value),
      };
    }

    function choose(state) {
      for (const input of ticks) input.checked = state.members.includes(input.value);
      buttons.forEach((inputs, index) => {
        for (const input of inputs) input.checked = input.value === state.choices[index];
      });
      show();
    }

    function show() {
      const row = answer(chosen());
      headline.textContent = row.headline;
      values.forEach((place, index) => {
        place.textContent = row.values[index];
      });
      notes.replaceChildren();
      for (const number of row.notes) add(notes, "li", table.notes[number]);
      notes.hidden = !row.notes.length;
      picture(row);
      link.setAttribute("href", address(chosen()));
    }

    // The address ----------------------------------------------------------------------------------------------

    function address(state) {
      const parts = table.choices.map((choice, index) => choice.name + "=" + state.choices[index]);
      return prefix + ["members=" + state.members.join(","), ...parts].join("&");
    }

    /* The choice in an address; null unless it is whole and each of its names is known. */
    function read(hash) {
      const given = new URLSearchParams(hash.slice(prefix.length));
      const names = ["members", ...table.choices.map((choice) => choice.name)];
      const keys = Array.from(given.keys());
      if (keys.length !== names.length || !names.every((name) => given.has(name))) return null;
      const members = given.get("members").split(",").filter(Boolean);
      const choices = table.choices.map((choice) => given.get(choice.name));
      const isKnown = (described, name) => described.items.some((item) => item.name === name);
      const isWhole =
        new Set(members).size === members.length &&
        members.every((name) => isKnown(table.members, name)) &&
        choices.every((name, index) => isKnown(table.choices[index], name));
      return isWhole ? { members, choices } : null;
    }

    function follow() {
      if (!location.hash.startsWith(prefix)) return;
      const state = read(location.hash);
      notice.textContent = state ? "" : "The link names a choice that this panel does not have; it was ignored.";
      if (state) choose(state);
      panel.scrollIntoView({ behavior: "instant" });
    }

    function keep(hash) {
      notice.textContent = "";
      history.replaceState(null, "", hash || location.pathname + location.search);
    }

    form.addEventListener("change", () => {
      show();
      keep(address(chosen()));
    });
    reset.addEventListener("click", () => {
      choose(initial);
      keep("");
    });
    addEventListener("hashchange", follow);
    choose(initial);
    follow();
  }

  document.querySelectorAll("div.panel").forEach(build);
})();
