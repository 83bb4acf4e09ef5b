/* How to cite the page, as text and as BibTeX, from what its head tells reference managers. */
(function () {
  "use strict";
  const { add, button, dialog, copy } = reading;
  const place = document.querySelector(".page-links p");
  const read = (name) => Array.from(document.querySelectorAll(`meta[name="citation_${name}"]`), (one) => one.content);
  const [title] = read("title");
  const authors = read("author");
  if (!place || !title || !authors.length) return;
  const [date] = read("publication_date");
  const [doi] = read("doi");
  const [address] = read("public_url");
  const year = date ? date.slice(0, 4) : "";
  const where = doi ? "https://doi.org/" + doi : address || "";

  /* "Vidal, Tomás" is written "Vidal T" in a list of references. */
  function short(name) {
    const [family, given] = name.split(", ");
    if (!given) return name;
    return family + " " + given.split(/[\s-]+/).map((part) => part[0]).join("");
  }

  function asText() {
    return [authors.map(short).join(", "), title, year, where].filter(Boolean).map((part) => part.replace(/\.$/, "")).join(". ")
      + (where ? "" : ".");
  }

  function asBibTeX() {
    const escaped = (text) => text.replace(/[{}\\]/g, "").replace(/([&%$#_])/g, "\\$1");
    const family = authors[0].split(", ")[0].normalize("NFD").replace(/[^A-Za-z]/g, "").toLowerCase();
    const fields = [["title", "{" + escaped(title) + "}"], ["author", authors.map(escaped).join(" and ")]];
    if (year) fields.push(["year", year]);
    if (doi) fields.push(["doi", doi]);
    if (where) fields.push(["url", where]);
    const lines = fields.map(([name, value]) => "  " + name + " = {" + value + "}");
    return "@misc{" + family + year + ",\n" + lines.join(",\n") + "\n}";
  }

  const box = dialog("tool-dialog");
  box.setAttribute("aria-labelledby", "cite-title");

  function open() {
    box.replaceChildren();
    add(box, "h2", "Cite this", { id: "cite-title", tabindex: "-1", autofocus: "" });
    for (const [name, text, tag] of [["Text", asText(), "p"], ["BibTeX", asBibTeX(), "pre"]]) {
      add(box, "h3", name);
      add(box, tag, text, tag === "pre" ? { tabindex: "0" } : {});
      button(box, "Copy", (pressed) => copy(text, pressed), { "aria-label": "Copy " + name });
    }
    const foot = add(box, "p", null, { class: "dialog-foot" });
    button(foot, "Close", () => box.close());
    box.showModal();
  }

  place.append(" ");
  button(place, "Cite", open);
})();
