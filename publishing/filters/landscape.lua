--[[ Wide tables on a page turned by 90 degrees: `::: {.landscape}` … `:::` (list it anywhere, `at: pre-ast`).

typst  a flipped page with the document's own header and footer
DOCX   a section of its own; publishing/word.py copies header, footer and margins into its properties
HTML   nothing: the table scrolls in its own region
Landscape divs with nothing but headings between them share one section, and headings directly before go with them,
so no page is left empty or with a heading alone. The class is taken away, so Quarto's own treatment (A4 without header
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

--- Position after the run of landscape divs that begins at `position`; headings between two of them belong to it.
local function end_of_run(blocks, position)
  local last = position
  while true do
    local after = last + 1
    while blocks[after] and blocks[after].t == 'Header' do after = after + 1 end
    if not is_landscape(blocks[after]) then return last + 1 end
    last = after
  end
end

function Blocks(blocks)
  local written, position = pandoc.Blocks {}, 1
  while position <= #blocks do
    if is_landscape(blocks[position]) then
      local content, after = pandoc.Blocks {}, end_of_run(blocks, position)
      while #written > 0 and written[#written].t == 'Header' do content:insert(1, written:remove()) end
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
