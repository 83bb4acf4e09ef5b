--[[ Widths of a table's columns from what stands in them; used by tables.lua.

Every column gets its longest word; the rest of the page goes, piece by piece, to the column that makes the table
shorter by most. A table whose lines need less than two thirds of the page stays as wide as its lines.
]]

local M = {}

-- width of a character in em: good to some ten per cent, which is all that is needed
local NARROW, USUAL, CAPITAL, WIDE = 0.3, 0.54, 0.68, 0.85
local PADDING = 1.25 -- both margins of a cell, in em

local WIDTHS = {}
for character in string.gmatch("ijl.,:;'|!()[]- ", '.') do WIDTHS[character] = NARROW end
for character in string.gmatch('mwMW%@', '.') do WIDTHS[character] = WIDE end
for character in string.gmatch('ABCDEFGHIJKLNOPQRSTUVXYZ', '.') do WIDTHS[character] = CAPITAL end

local function em(text)
  local width = 0
  for _, code in utf8.codes(text) do width = width + (WIDTHS[utf8.char(code)] or USUAL) end
  return width
end

--- Longest word and longest line of a cell, in em. A citation counts as a bracketed number.
local function needs_of(cell, scale)
  local word, line = 0, 0
  for _, block in ipairs(cell.contents) do
    local text = pandoc.utils.stringify(block)
    -- a walk is slow, and few cells cite
    if text:find('@', 1, true) then
      local plain = pandoc.Blocks { block }
      text = pandoc.utils.stringify(plain:walk { Cite = function() return pandoc.Str '[00]' end })
    end
    line = math.max(line, em(text))
    -- lines may break after a slash or a hyphen; an interval should not break at its dash
    local broken = text:gsub('(%a[/-])(%a)', '%1 %2')
    for part in broken:gmatch '%S+' do word = math.max(word, em(part)) end
  end
  return word * scale + PADDING, line * scale + PADDING
end

--- Per column the longest word and the longest line; per row the lines of its cells that span no other column.
local function needs(tbl)
  local least, ideal, rows = {}, {}, {}
  for column = 1, #tbl.colspecs do least[column], ideal[column] = PADDING, PADDING end
  local function read(these, scale)
    for _, row in ipairs(these) do
      local column, lines = 1, {}
      for _, cell in ipairs(row.cells) do
        if cell.col_span == 1 and least[column] then
          local word, line = needs_of(cell, scale)
          least[column], ideal[column] = math.max(least[column], word), math.max(ideal[column], line)
          lines[column] = line
        end
        column = column + cell.col_span
      end
      rows[#rows + 1] = lines
    end
  end
  read(tbl.head.rows, 1.1)
  for _, body in ipairs(tbl.bodies) do
    read(body.head, 1)
    read(body.body, 1)
  end
  return least, ideal, rows
end

local function sum(values)
  local total = 0
  for _, value in ipairs(values) do total = total + value end
  return total
end

local function scaled(values, factor)
  local result = {}
  for position, value in ipairs(values) do result[position] = value * factor end
  return result
end

-- of a long table, so many rows say enough
local SAMPLE = 300
-- pieces in which the room is given away
local PIECES = 80
-- a row is as high as its highest cell, which this power of the cells' lines comes near to without a corner
local POWER = 4

--- A column's part in the height of a row, given the length of its line and its width.
local function part(line, width) return line and line > width and (line / width) ^ POWER or 0 end

--- How much shorter the rows become when `column` grows to `wider`; `heights` are the rows' sums of parts.
local function gain(rows, heights, column, width, wider)
  local total = 0
  for position, row in ipairs(rows) do
    local height = heights[position]
    local less = height - part(row[column], width) + part(row[column], wider)
    if less < height then total = total + height ^ (1 / POWER) - math.max(less, 0) ^ (1 / POWER) end
  end
  return total
end

local function sampled(rows)
  local step, chosen = math.ceil(#rows / SAMPLE), {}
  for position = 1, #rows, step do chosen[#chosen + 1] = rows[position] end
  return chosen
end

--- Share what is left after the longest words; nobody gets more than one line needs.
local function shared(least, ideal, rows, available)
  rows = sampled(rows)
  local widths, heights = scaled(least, 1), {}
  for position, row in ipairs(rows) do
    heights[position] = 0
    for column, width in ipairs(widths) do heights[position] = heights[position] + part(row[column], width) end
  end
  local piece = (available - sum(least)) / PIECES
  for _ = 1, PIECES do
    local best, most = nil, -1
    for column, width in ipairs(widths) do
      if width < ideal[column] then
        local won = gain(rows, heights, column, width, width + piece)
        if won > most then best, most = column, won end
      end
    end
    local old = widths[best]
    widths[best] = old + piece
    for position, row in ipairs(rows) do
      heights[position] = heights[position] - part(row[best], old) + part(row[best], widths[best])
    end
  end
  return widths
end

--- Widths of the columns as parts of the page's width (they add up to at most 1). `available`: the page's width in em.
function M.shares(tbl, available)
  local least, ideal, rows = needs(tbl)
  local widths
  if sum(ideal) <= available then
    widths = sum(ideal) > available * 2 / 3 and scaled(ideal, available / sum(ideal)) or ideal
  elseif sum(least) >= available then
    widths = scaled(least, available / sum(least))
  else
    widths = shared(least, ideal, rows, available)
  end
  return scaled(widths, 1 / available)
end

--- Given widths, of which those too narrow for their longest word grow at the cost of the columns that have room.
function M.with_room_for_words(tbl, shares, available)
  local least = needs(tbl)
  local lacking, room = 0, 0
  for column, share in ipairs(shares) do
    local spare = share * available - least[column]
    if spare < 0 then lacking = lacking - spare else room = room + spare end
  end
  if lacking == 0 or lacking > room then return shares end
  local widths = {}
  for column, share in ipairs(shares) do
    local spare = share * available - least[column]
    widths[column] = spare < 0 and least[column] or share * available - lacking * spare / room
  end
  return scaled(widths, 1 / available)
end

-- a column narrower than this, in em, makes sentences hard to read
local COMFORTABLE = 11
-- what a window of 1280 px leaves beside the contents: up to here a table shrinks rather than scrolls
local ROOM = 72

--- The width in em below which a table should scroll rather than shrink. It holds the longest words in any case.
function M.readable(tbl)
  local least, ideal = needs(tbl)
  local total = 0
  for column, low in ipairs(least) do total = total + math.min(ideal[column], math.max(low, COMFORTABLE)) end
  return math.min(total, math.max(ROOM, sum(least)))
end

--- Size of the type, in points, for so many columns.
function M.type_size(columns)
  if columns >= 10 then return 7 elseif columns >= 8 then return 7.5 elseif columns >= 6 then return 8.2 end
  return 9
end

return M
