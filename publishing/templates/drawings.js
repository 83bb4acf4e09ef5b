/* Drawings: in full size, as files, and the data behind them. The data stand in the page (#figure-data). */
(function () {
  "use strict";
  const { add, button, dialog, save, csv, fileName, bar } = reading;
  const SVG = "http://www.w3.org/2000/svg";
  //: pixels of a PNG for each point of the drawing: 300 for an inch
  const SCALE = 300 / 72;

  function shown(drawing) {
    return Array.from(drawing.querySelectorAll("svg")).find((svg) => getComputedStyle(svg).display !== "none");
  }

  /* The drawing as a file of its own: on white, in its printed inks, with its size. */
  function alone(svg) {
    const copy = svg.cloneNode(true);
    const [, , width, height] = svg.getAttribute("viewBox").split(/\s+/).map(Number);
    copy.setAttribute("xmlns", SVG);
    copy.setAttribute("width", width + "pt");
    copy.setAttribute("height", height + "pt");
    copy.removeAttribute("class");
    const text = new XMLSerializer().serializeToString(copy).replace(/var\(--i([0-9a-f]{6})\)/g, "#$1");
    return { text, width, height };
  }

  function saveSvg(drawing, figure) {
    const head = '<?xml version="1.0" encoding="utf-8"?>\n';
    save(fileName(figure, "svg"), new Blob([head, alone(shown(drawing)).text], { type: "image/svg+xml" }));
  }

  function savePng(drawing, figure) {
    const { text, width, height } = alone(shown(drawing));
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(width * SCALE);
      canvas.height = Math.round(height * SCALE);
      const context = canvas.getContext("2d");
      context.fillStyle = "#ffffff";
      context.fillRect(0, 0, canvas.width, canvas.height);
      context.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => save(fileName(figure, "png"), blob), "image/png");
    };
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  }

  // Full size --------------------------------------------------------------------------------------------------

  let box = null;
  let back = null;

  /* The drawing itself goes into the dialog and comes back, so that no part of it is there twice. */
  function open(drawing, figure) {
    box = box || dialog("full-size");
    const mark = document.createComment("");
    drawing.replaceWith(mark);
    back = () => mark.replaceWith(drawing);
    const caption = figure.querySelector("figcaption");
    box.replaceChildren();
    const head = add(box, "p", null, { class: "full-size-head" });
    const label = caption && caption.querySelector(".float-label");
    add(head, "span", label ? label.textContent.trim().replace(/[:.]$/, "") : "Figure", { id: "full-size-title" });
    button(head, "Close", () => box.close(), { autofocus: "" });
    box.setAttribute("aria-labelledby", "full-size-title");
    box.append(drawing);
    box.onclose = () => {
      back();
      opener.focus();
    };
    const opener = document.activeElement;
    box.showModal();
  }

  const later = [];
  for (const figure of document.querySelectorAll("main figure")) {
    const drawing = figure.querySelector(".drawing");
    if (!drawing) continue;
    const label = (figure.querySelector(".float-label") || figure).textContent.trim().replace(/[:.]$/, "");
    const of = (words) => ({ "aria-label": words + ", " + label.slice(0, 40) });
    const tools = bar(figure);
    button(tools, "Full size", () => open(drawing, figure), of("Full size"));
    button(tools, "SVG", () => saveSvg(drawing, figure), of("Save as SVG"));
    const png = button(tools, "PNG", () => savePng(drawing, figure), of("Save as PNG"));
    later.push((data) => {
      const table = data.figures[drawing.querySelector("svg").dataset.figure];
      if (!table) return;
      // a text is its place in the list of texts
      const plain = (value) => (typeof value === "string" ? data.texts[Number(value)] : value);
      const rows = () => [table.columns, ...table.rows.map((row) => row.map(plain))];
      const made = button(tools, "Data (CSV)", () => save(fileName(figure, "csv"), csv(rows())), of("Save the data as CSV"));
      png.after(made);
    });
  }

  // the data stand behind this script
  document.addEventListener("DOMContentLoaded", () => {
    const source = document.getElementById("figure-data");
    const data = source && JSON.parse(source.textContent);
    if (data) later.forEach((act) => act(data));
  });
})();
