--[[ Widths of a table's columns from what stands in them; used by tables.lua.

Every column gets its longest word; the rest of the page is shared by what the longest lines still want, by the square
root of it, so one column of sentences does not starve the others. A table whose lines need less than two thirds of the
page stays as wide as its lines.
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
  local blocks = cell.contents:walk { Cite = function() return pandoc.Str '[00]' end }
  local word, line = 0, 0
  for _, block in ipairs(blocks) do
    local text = pandoc.utils.stringify(block)
    line = math.max(line, em(text))
    -- lines may break after a slash or a hyphen; an interval should not break at its dash
    local broken = text:gsub('(%a[/-])(%a)', '%1 %2')
    for part in broken:gmatch '%S+' do word = math.max(word, em(part)) end
  end
  return word * scale + PADDING, line * scale + PADDING
end

local function needs(tbl)
  local least, ideal = {}, {}
  for column = 1, #tbl.colspecs do least[column], ideal[column] = PADDING, PADDING end
  local function read(rows, scale)
    for _, row in ipairs(rows) do
      local column = 1
      for _, cell in ipairs(row.cells) do
        if cell.col_span == 1 and least[column] then
          local word, line = needs_of(cell, scale)
          least[column], ideal[column] = math.max(least[column], word), math.max(ideal[column], line)
        end
        column = column + cell.col_span
      end
    end
  end
  read(tbl.head.rows, 1.1)
  for _, body in ipairs(tbl.bodies) do
    read(body.head, 1)
    read(body.body, 1)
  end
  return least, ideal
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

--- Share what is left after the longest words; nobody gets more than one line needs.
local function shared(least, ideal, available)
  local widths, wants = {}, {}
  for column, low in ipairs(least) do wants[column] = math.sqrt(ideal[column] - low) end
  local spare, total = available - sum(least), sum(wants)
  for column, low in ipairs(least) do widths[column] = low + spare * wants[column] / total end
  for _ = 1, #least do
    local surplus, hungry = 0, 0
    for column, width in ipairs(widths) do
      surplus = surplus + math.max(0, width - ideal[column])
      widths[column] = math.min(width, ideal[column])
      if widths[column] < ideal[column] then hungry = hungry + 1 end
    end
    if surplus < 0.01 or hungry == 0 then break end
    for column, width in ipairs(widths) do
      if width < ideal[column] then widths[column] = width + surplus / hungry end
    end
  end
  return widths
end

--- Widths of the columns as parts of the page's width (they add up to at most 1). `available`: the page's width in em.
function M.shares(tbl, available)
  local least, ideal = needs(tbl)
  local widths
  if sum(ideal) <= available then
    widths = sum(ideal) > available * 2 / 3 and scaled(ideal, available / sum(ideal)) or ideal
  elseif sum(least) >= available then
    widths = scaled(least, available / sum(least))
  else
    widths = shared(least, ideal, available)
  end
  return scaled(widths, 1 / available)
end

--- Lines the table will roughly take with columns of these shares of a page `available` em wide.
function M.lines(tbl, shares, available)
  local total = 0
  local function read(rows)
    for _, row in ipairs(rows) do
      local most, column = 1, 1
      for _, cell in ipairs(row.cells) do
        local width = 0
        for taken = column, math.min(column + cell.col_span - 1, #shares) do width = width + shares[taken] * available end
        local _, line = needs_of(cell, 1)
        most = math.max(most, math.ceil((line - PADDING) / math.max(width - PADDING, 1)))
        column = column + cell.col_span
      end
      total = total + most
    end
  end
  read(tbl.head.rows)
  for _, body in ipairs(tbl.bodies) do read(body.body) end
  return total
end

-- a column narrower than this, in em, makes sentences hard to read
local COMFORTABLE = 11

--- The width in em below which a table should scroll rather than shrink.
function M.readable(tbl)
  local least, ideal = needs(tbl)
  local total = 0
  for column, low in ipairs(least) do total = total + math.min(ideal[column], math.max(low, COMFORTABLE)) end
  return total
end

--- Size of the type, in points, for so many columns.
function M.type_size(columns)
  if columns >= 10 then return 7 elseif columns >= 8 then return 7.5 elseif columns >= 6 then return 8.2 end
  return 9
end

return M
