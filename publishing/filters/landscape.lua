--[[ Wide tables on a page turned by 90 degrees: `::: {.landscape}` … `:::` (list it anywhere, `at: pre-ast`).

typst  a flipped page with the document's own header and footer
DOCX   a section of its own; publishing/word.py copies header, footer and margins into its properties
HTML   nothing: the table scrolls in its own region
Neighbouring landscape divs share one section, and a heading directly before goes with them. The class is taken away, so Quarto's own treatment (A4 without header
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

function Blocks(blocks)
  local written, position = pandoc.Blocks {}, 1
  while position <= #blocks do
    if is_landscape(blocks[position]) then
      local content = pandoc.Blocks {}
      while #written > 0 and written[#written].t == 'Header' do content:insert(1, written:remove()) end
      while is_landscape(blocks[position]) do
        content:extend(blocks[position].content)
        position = position + 1
      end
      written:extend(turned(content))
    else
      written:insert(blocks[position])
      position = position + 1
    end
  end
  return written
end
