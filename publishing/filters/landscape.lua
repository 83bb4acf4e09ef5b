--[[ Wide tables on a page turned by 90 degrees: `::: {.landscape}` … `:::` (list it anywhere, `at: pre-ast`).

typst  a flipped page with the document's own header and footer
DOCX   a section of its own; publishing/formats/word copies header, footer and margins into its properties
HTML   nothing: the table scrolls in its own region
Landscape divs with nothing between them but headings and a few lines of text share one section, and headings directly
before go with them, with the few lines that introduce the table, so no page is left nearly empty. The class is taken away, so Quarto's own treatment (A4 without header
and footer) does not run.
]]

local function section_break(width, height, orientation)
  return pandoc.RawBlock('openxml', string.format(
    '<w:p><w:pPr><w:sectPr><w:pgSz w:w="%d" w:h="%d"%s/></w:sectPr></w:pPr></w:p>',
    width, height, orientation and ' w:orient="landscape"' or ''))
end

-- A4 in twentieths of a point
local SHORT, LONG = 11906, 16838

local function turned(content)
  if FORMAT:match '^typst' then
    content:insert(1, pandoc.RawBlock('typst', '#page(flipped: true)['))
    content:insert(pandoc.RawBlock('typst', ']'))
  elseif FORMAT:match '^docx' then
    content:insert(1, section_break(SHORT, LONG, false))
    content:insert(section_break(LONG, SHORT, true))
  end
  return content
end

local function is_landscape(block) return block and block.t == 'Div' and block.classes:includes 'landscape' end

-- characters of text that go along: some six lines
local FEW = 600

--- Whether the blocks from `first` to `last` are headings and few lines of text, a heading first.
local function introduces(blocks, first, last)
  if last < first then return true end
  if blocks[first].t ~= 'Header' then return false end
  local length = 0
  for position = first, last do
    local block = blocks[position]
    if block.t == 'Para' or block.t == 'Plain' then
      length = length + utf8.len(pandoc.utils.stringify(block))
    elseif block.t ~= 'Header' then
      return false
    end
  end
  return length <= FEW
end

--- Position after the run of landscape divs that begins at `position`.
local function end_of_run(blocks, position)
  local last = position
  while true do
    local after = last + 1
    while blocks[after] and not is_landscape(blocks[after]) do after = after + 1 end
    if not blocks[after] or not introduces(blocks, last + 1, after - 1) then return last + 1 end
    last = after
  end
end

--- Take the headings and few lines at the end of `written` that introduce what follows.
local function take_introduction(written)
  local first = #written + 1
  for position = #written, 1, -1 do
    if introduces(written, position, #written) then first = position end
    if written[position].t ~= 'Header' and written[position].t ~= 'Para' then break end
  end
  local taken = pandoc.Blocks {}
  while #written >= first do taken:insert(1, written:remove()) end
  return taken
end

function Blocks(blocks)
  local written, position = pandoc.Blocks {}, 1
  while position <= #blocks do
    if is_landscape(blocks[position]) then
      local content, after = take_introduction(written), end_of_run(blocks, position)
      for place = position, after - 1 do
        local block = blocks[place]
        if is_landscape(block) then content:extend(block.content) else content:insert(block) end
      end
      written:extend(turned(content))
      position = after
    else
      written:insert(blocks[position])
      position = position + 1
    end
  end
  return written
end
