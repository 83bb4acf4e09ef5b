/* Tables: copied or saved whole, a head that stays in sight where all columns fit, and a fading edge where more follows. */
(function () {
  "use strict";
  const { button, copy, save, csv, fileName, bar } = reading;

  /* Rows of plain texts; a cell that spans several columns or rows fills the first of them. */
  function rowsOf(table) {
    const rows = Array.from(table.rows, () => []);
    Array.from(table.rows).forEach((row, at) => {
      let column = 0;
      for (const one of row.cells) {
        while (rows[at][column] !== undefined) column += 1;
        const text = one.innerText.replace(/[\u00ad\u2060]/g, "").replace(/\u00a0|\u202f/g, " ").replace(/\s+/g, " ").trim();
        for (let down = 0; down < one.rowSpan && at + down < rows.length; down += 1) {
          for (let right = 0; right < one.colSpan; right += 1) rows[at + down][column + right] = down || right ? "" : text;
        }
        column += one.colSpan;
      }
    });
    return rows.filter((row) => row.some(Boolean));
  }

  for (const figure of document.querySelectorAll("main figure")) {
    const tables = Array.from(figure.querySelectorAll("table"));
    if (!tables.length) continue;
    const rows = () => tables.flatMap(rowsOf);
    const tools = bar(figure);
    button(tools, "Copy", (pressed) => copy(rows().map((row) => row.join("\t")).join("\n"), pressed), {
      "aria-label": "Copy the table",
    });
    button(tools, "CSV", () => save(fileName(figure, "csv"), csv(rows())), { "aria-label": "Save the table as CSV" });
  }

  // Edges ------------------------------------------------------------------------------------------------------

  const frames = Array.from(document.querySelectorAll(".table-scroll, main figure .drawing, main figure > p:has(> img)"));

  function edges(frame) {
    const hidden = frame.scrollWidth - frame.clientWidth;
    frame.classList.toggle("goes-on-left", hidden > 1 && frame.scrollLeft > 1);
    frame.classList.toggle("goes-on-right", hidden > 1 && frame.scrollLeft < hidden - 1);
  }

  // reading all sizes before writing any keeps a page with many tables quick
  function measure() {
    const isWhole = frames.map((frame) => frame.scrollWidth <= frame.clientWidth + 1);
    frames.forEach((frame, index) => {
      frame.classList.toggle("fits", isWhole[index]);
      if (!frame.matches(".table-scroll")) {
        if (isWhole[index]) frame.removeAttribute("tabindex");
        else frame.tabIndex = 0;
      }
      edges(frame);
    });
  }

  for (const frame of frames) frame.addEventListener("scroll", () => edges(frame), { passive: true });
  addEventListener("resize", measure, { passive: true });
  addEventListener("load", measure);
  measure();
})();
