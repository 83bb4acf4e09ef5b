--[[ Tables for the page (list it after crossref.lua, `at: pre-ast`).

typst  a bare `#table(…)` instead of the figure that pandoc 3.9 writes around each table: a float is not a figure in a
       figure, the header repeats on every page, and three rules (top, below the header, bottom) replace the grid
DOCX   widths of the columns; publishing/formats/word does the rest
HTML   a scrolling region the keyboard can reach, so that a wide table never scrolls the whole page sideways

Type gets smaller with the number of columns, and is smallest in `.dense` tables, whatever their columns.

The widths of columns are the author's (`tbl-colwidths`) or come from the contents (column_widths.lua). The page is A4
with margins of 25 mm, turned inside `::: {.landscape}`.
]]

local here = pandoc.path.directory(PANDOC_SCRIPT_FILE)
package.path = pandoc.path.join { here, '?.lua' } .. ';' .. package.path
local column_widths = require 'column_widths'

-- a table that needs more than so many em counts as wide: a line of text is about as long
local WIDE = 45
-- type of `.dense` tables in points
local DENSE = 7
-- text width in points
local PORTRAIT, LANDSCAPE = 160 / 25.4 * 72, 247 / 25.4 * 72

local function typst(text) return pandoc.RawInline('typst', text) end

local ALIGNMENTS = { AlignLeft = 'left', AlignRight = 'right', AlignCenter = 'center' }

--- Inlines of a cell, or nil when it holds blocks (lists, code) that only pandoc's own writer can lay out.
local function cell_inlines(cell)
  local inlines = pandoc.Inlines {}
  for position, block in ipairs(cell.contents) do
    if block.t ~= 'Plain' and block.t ~= 'Para' then return nil end
    if position > 1 then inlines:insert(typst '#parbreak()') end
    inlines:extend(block.content)
  end
  local first = inlines[1]
  -- at the start of typst content these would begin a list, a heading or a term
  if first and first.t == 'Str' and (first.text:match '^[-+=/]+$' or first.text:match '^%d+%.$') then
    inlines:insert(1, typst '#[]')
  end
  return inlines
end

local function cell_options(cell, is_head)
  local options = pandoc.List()
  if cell.col_span > 1 then options:insert('colspan: ' .. cell.col_span) end
  if cell.row_span > 1 then options:insert('rowspan: ' .. cell.row_span) end
  local alignment = ALIGNMENTS[cell.alignment]
  if is_head then alignment = alignment and alignment .. ' + bottom' or 'bottom' end
  if alignment then options:insert('align: ' .. alignment) end
  return #options > 0 and 'table.cell(' .. table.concat(options, ', ') .. ')' or ''
end

--- A header that repeats on the next page must not hold a link there: keys.lua writes those of a head only once.
local function noted_as_head(row)
  return row.cells:map(function(cell)
    cell.contents = cell.contents:walk {
      Span = function(span)
        span.attributes['in-head'] = 'true'
        return span
      end,
    }
    return cell
  end)
end

--- Append the rows' cells to `written`; false when a cell cannot be written as inlines.
local function write_rows(written, rows, are_head)
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      local inlines = cell_inlines(cell)
      if not inlines then return false end
      written:insert(typst(cell_options(cell, are_head) .. '['))
      written:extend(inlines)
      written:insert(typst '], ')
    end
  end
  return true
end

--- Whether the author gave the widths (crossref.lua says so); takes the note off. Any other widths come from the
-- dashes of a long pipe table: chance, not a wish.
local function take_given(tbl)
  local given = tbl.attributes.widths == 'given'
  tbl.attributes.widths = nil
  return given
end

local function with_widths(tbl, shares)
  local colspecs = tbl.colspecs
  for column, spec in ipairs(colspecs) do colspecs[column] = { spec[1], shares[column] } end
  tbl.colspecs = colspecs
  return tbl
end

local function columns_of(tbl)
  local widths = tbl.colspecs:map(function(spec) return string.format('%.2f%%', (spec[2] or 0) * 100) end)
  return table.concat(widths, ', ')
end

local function is_blank(rows)
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      if #cell.contents > 0 then return false end
    end
  end
  return true
end

--- Size of the type in points.
local function type_size(tbl)
  return tbl.classes:includes 'dense' and DENSE or column_widths.type_size(#tbl.colspecs)
end

local function typst_table(tbl)
  local alignments = tbl.colspecs:map(function(spec) return ALIGNMENTS[spec[1]] or 'left' end)
  local size = type_size(tbl)
  local written = pandoc.Inlines { typst(string.format(
    '#block[#set text(size: %spt); #table(columns: (%s,), align: (%s,), stroke: none,\n',
    size, columns_of(tbl), table.concat(alignments, ', '))) }
  written:insert(typst 'table.hline(stroke: 0.8pt), ')
  if not is_blank(tbl.head.rows) then
    written:insert(typst 'table.header(repeat: true, ')
    for _, row in ipairs(tbl.head.rows) do row.cells = noted_as_head(row) end
    if not write_rows(written, tbl.head.rows, true) then return nil end
    written:insert(typst 'table.hline(stroke: 0.4pt)),\n')
  end
  for _, body in ipairs(tbl.bodies) do
    if not write_rows(written, body.head) or not write_rows(written, body.body) then return nil end
  end
  if #tbl.foot.rows > 0 then
    written:insert(typst 'table.footer(repeat: false, ')
    if not write_rows(written, tbl.foot.rows) then return nil end
    written:insert(typst '),\n')
  end
  written:insert(typst 'table.hline(stroke: 0.8pt))]')
  return pandoc.Plain(written)
end

--- A caption without a label stands above its table; Quarto would leave it away.
local function typst_table_with_caption(tbl)
  local caption = pandoc.utils.blocks_to_inlines(tbl.caption.long)
  if #caption == 0 then return typst_table(tbl) end
  tbl.caption = pandoc.Caption()
  local head = pandoc.Inlines { typst '#figure(kind: table, supplement: none, numbering: none, caption: [' }
  head:extend(caption)
  head:insert(typst '], [')
  return { pandoc.Plain(head), typst_table(tbl) or tbl, pandoc.RawBlock('typst', '])') }
end

--- The browser shares out the columns; below the width at which they can be read, the region scrolls. A wide table is
-- marked, so that the page may give it more than the width of a line. Outside a numbered float there is no caption to
-- name the region by.
local function html_table(tbl)
  local label = tbl.attributes['labelled-by']
  tbl.attributes['labelled-by'] = nil
  local name = label and 'aria-labelledby="' .. label .. '"' or 'aria-label="Table"'
  if not take_given(tbl) then tbl = with_widths(tbl, {}) end
  local readable = column_widths.readable(tbl)
  tbl.attributes.style = string.format('min-width: %.1fem', readable)
  if readable > WIDE then tbl.classes:insert 'wide' end
  return {
    pandoc.RawBlock('html', '<div class="table-scroll" role="region" tabindex="0" ' .. name .. '>'),
    tbl,
    pandoc.RawBlock('html', '</div>'),
  }, false
end

local function paper_table(tbl, page)
  local available = page / type_size(tbl)
  if not take_given(tbl) then
    tbl = with_widths(tbl, column_widths.shares(tbl, available))
  elseif not tbl.classes:includes 'dense' then
    local shares = tbl.colspecs:map(function(spec) return spec[2] end)
    tbl = with_widths(tbl, column_widths.with_room_for_words(tbl, shares, available))
  end
  if FORMAT:match '^docx' then return tbl, false end
  return typst_table_with_caption(tbl), false
end

local filter = { traverse = 'topdown' }
if FORMAT:match '^html' then
  filter.Table = html_table
elseif FORMAT:match '^typst' or FORMAT:match '^docx' then
  filter.Table = function(tbl) return paper_table(tbl, PORTRAIT) end
  filter.Div = function(div)
    if not div.classes:includes 'landscape' then return nil end
    local turned = { traverse = 'topdown', Table = function(tbl) return paper_table(tbl, LANDSCAPE) end }
    return div:walk(turned), false
  end
end

--- Quarto's HTML would else take width, class and style from every table that holds a link (`tbl-colwidths: auto`), and
-- every printed number is one. Of tables with joined cells it leaves the attribute, and needs it not.
local function kept_as_it_is(tbl)
  local parts = { tbl.head.rows, tbl.foot.rows }
  for _, body in ipairs(tbl.bodies) do
    parts[#parts + 1] = body.head
    parts[#parts + 1] = body.body
  end
  for _, rows in ipairs(parts) do
    for _, row in ipairs(rows) do
      for _, cell in ipairs(row.cells) do
        if cell.col_span > 1 or cell.row_span > 1 then return nil end
      end
    end
  end
  tbl.attributes['tbl-colwidths'] = 'true'
  return tbl
end

-- `quarto` is there when Quarto runs the filter
return quarto and { filter, { Table = kept_as_it_is } } or { filter }
