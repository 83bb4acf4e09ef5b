/* What the reading scripts share: making elements, a dialog, copying, saving, tables as CSV. */
const reading = (function () {
  "use strict";

  function add(parent, tag, text, attributes) {
    const element = document.createElement(tag);
    if (text !== undefined && text !== null) element.textContent = text;
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    parent.append(element);
    return element;
  }

  function button(parent, text, act, attributes) {
    const made = add(parent, "button", text, { type: "button", ...attributes });
    made.addEventListener("click", () => act(made));
    return made;
  }

  /* An empty dialog that closes by Escape, by its button and by a click beside it. */
  function dialog(name) {
    const made = add(document.body, "dialog", null, { class: name });
    made.addEventListener("click", (event) => {
      if (event.target === made) made.close();
    });
    return made;
  }

  /* Says for a moment what came of a click, in the button itself. */
  function said(button, words) {
    if (button.dataset.words === undefined) button.dataset.words = button.textContent;
    button.textContent = words;
    setTimeout(() => {
      button.textContent = button.dataset.words;
    }, 1600);
  }

  async function copy(text, button) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // a page that was opened as a file, or an older browser
      const field = add(document.querySelector("dialog[open]") || document.body, "textarea", null, { readonly: "" });
      field.value = text;
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      if (!done) {
        said(button, "Not copied");
        return;
      }
    }
    said(button, "Copied");
  }

  function save(name, content) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function cell(value) {
    const text = value === null || value === undefined ? "" : String(value);
    return /[",\n\r]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }

  /* With a byte order mark, without which spreadsheets take dashes and accents for other signs. */
  function csv(rows) {
    const text = rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
    return new Blob(["\ufeff" + text], { type: "text/csv;charset=utf-8" });
  }

  /* A name for a file, from the page's and a label such as "Table 2". */
  function fileName(figure, ending) {
    const label = figure.querySelector(".float-label");
    const page = decodeURIComponent(location.pathname.split("/").pop().replace(/\.html$/, "")) || "page";
    const words = (label ? label.textContent : figure.id).replace(/[^\w]+/g, "-").replace(/^-|-$/g, "");
    return page + "-" + words.toLowerCase() + "." + ending;
  }

  /* The line of tools of a figure or table. */
  function bar(figure) {
    return figure.querySelector(":scope > .float-tools") || add(figure, "div", null, { class: "float-tools" });
  }

  return { add, button, dialog, copy, save, csv, fileName, bar };
})();
