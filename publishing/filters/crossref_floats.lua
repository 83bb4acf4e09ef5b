--[[ How a numbered float or equation is written in each format; used by crossref.lua.

HTML   <figure id="fig-x"> with <figcaption>
DOCX   plain paragraphs and tables: caption in style "Image Caption" or "Table Caption", bookmark named like the
       identifier, number as a SEQ field that Word can update; never a table around the float
typst  #figure(kind: "quarto-float-fig", …) <fig-x>, numbered here, so the label's text is the caption's
JATS   <fig id> with its label; pandoc's own <table-wrap> with identifier and label in its caption
]]

local M = {}

local function format_family()
  for _, family in ipairs { 'html', 'docx', 'typst', 'jats' } do
    if FORMAT:match('^' .. family) then return family end
  end
  return FORMAT
end

M.format = format_family()

local function raw_block(text) return pandoc.RawBlock(M.format == 'docx' and 'openxml' or M.format, text) end
local function raw_inline(text) return pandoc.RawInline(M.format == 'docx' and 'openxml' or M.format, text) end

local function typst_string(text) return '"' .. text:gsub('[\\"]', '\\%0') .. '"' end

local function trimmed(text) return (text:gsub('^%s+', ''):gsub('%s+$', '')) end

-- Content -----------------------------------------------------------------------------------------------------

--- Give the table the widths named in `colwidths` ("[30,70]"); `identifier` names it in a problem.
function M.set_colwidths(tbl, colwidths, identifier)
  local widths, total = {}, 0
  for number in colwidths:gmatch('[%d.]+') do
    widths[#widths + 1] = tonumber(number)
    total = total + tonumber(number)
  end
  if #widths ~= #tbl.colspecs then
    require('crossref_index').problem(string.format(
      'tbl-colwidths of #%s names %d widths for %d columns', identifier, #widths, #tbl.colspecs))
    return tbl
  end
  local scale = math.max(total, 100)
  local colspecs = tbl.colspecs
  for column, width in ipairs(widths) do colspecs[column] = { colspecs[column][1], width / scale } end
  tbl.colspecs = colspecs
  tbl.attributes.widths = 'given'
  return tbl
end

--- The image with `text`, or nothing, as its alternative text.
function M.described(image, text)
  image.attributes['fig-alt'] = nil
  image.attributes.alt = nil
  image.title = ''
  image.caption = text and pandoc.Inlines { pandoc.Str(text) } or pandoc.Inlines {}
  -- pandoc 3.9 writes no alternative text to typst
  if text and M.format == 'typst' then
    return { raw_inline('#[#set image(alt: ' .. typst_string(text) .. ')\n'), image, raw_inline ']' }
  end
  return image
end

--- Content of a float without anything an engine would number again: bare images with their alternative text,
-- tables without identifier and caption.
function M.prepare(identifier, content, alt, colwidths)
  local first = true
  return content:walk {
    Figure = function(figure) return figure.content end,
    Para = function(block)
      if #block.content == 1 and block.content[1].t == 'Image' then return pandoc.Plain(block.content) end
    end,
    Image = function(image)
      local text = first and alt or image.attributes['fig-alt'] or image.attributes.alt
      first = false
      image.identifier = ''
      return M.described(image, text)
    end,
    Table = function(tbl)
      tbl.identifier = ''
      tbl.caption = pandoc.Caption()
      if colwidths then tbl = M.set_colwidths(tbl, colwidths, identifier) end
      tbl.attributes['tbl-colwidths'] = nil
      if M.format == 'html' then tbl.attributes['labelled-by'] = identifier .. '-caption' end
      return tbl
    end,
  }
end

-- Captions ----------------------------------------------------------------------------------------------------

local function label_with_delimiter(float)
  return #float.caption > 0 and float.label .. float.delimiter or float.label
end

local function with_caption(label, caption)
  local inlines = pandoc.Inlines(label)
  if #caption > 0 then
    inlines:insert(pandoc.Space())
    inlines:extend(caption)
  end
  return inlines
end

local function plain_caption(float)
  return with_caption({ pandoc.Strong { pandoc.Str(label_with_delimiter(float)) } }, float.caption)
end

-- Formats -----------------------------------------------------------------------------------------------------

local writers = {}

function writers.html(float)
  local caption = pandoc.Plain(with_caption(
    { raw_inline('<figcaption id="' .. float.identifier .. '-caption">'),
      pandoc.Span({ pandoc.Str(label_with_delimiter(float)) }, pandoc.Attr('', { 'float-label' })) },
    float.caption))
  caption.content:insert(raw_inline '</figcaption>')
  local blocks = pandoc.Blocks {
    raw_block(string.format('<figure id="%s" class="float float-%s">', float.identifier, float.kind.key)) }
  if float.kind.top then blocks:insert(caption) end
  blocks:extend(float.content)
  if not float.kind.top then blocks:insert(caption) end
  blocks:insert(raw_block '</figure>')
  return blocks
end

--- A number that Word counts itself: a SEQ field whose stored result is the number given here.
local function sequence_field(name, number)
  local function run(inner) return '<w:r><w:rPr><w:b/><w:bCs/></w:rPr>' .. inner .. '</w:r>' end
  return raw_inline(
    run '<w:fldChar w:fldCharType="begin"/>'
    .. run('<w:instrText xml:space="preserve"> SEQ ' .. name .. ' \\* ARABIC </w:instrText>')
    .. run '<w:fldChar w:fldCharType="separate"/>'
    .. run('<w:t>' .. number .. '</w:t>')
    .. run '<w:fldChar w:fldCharType="end"/>')
end

function writers.docx(float)
  local start, last = float.label:find(float.number, 1, true)
  local before, behind = float.label:sub(1, start - 1), float.label:sub(last + 1)
  local sequence = float.words:gsub('%W', '_')
  local label = pandoc.Span({
    pandoc.Strong { pandoc.Str(before) },
    sequence_field(sequence, float.number),
    pandoc.Strong { pandoc.Str(behind) },
  }, pandoc.Attr(float.identifier))
  local inlines = pandoc.Inlines { label }
  if #float.caption > 0 then
    inlines = with_caption({ label, pandoc.Strong { pandoc.Str(float.delimiter) } }, float.caption)
  end
  local style = float.kind.top and 'Table Caption' or 'Image Caption'
  local caption = pandoc.Div({ pandoc.Para(inlines) }, pandoc.Attr('', {}, { ['custom-style'] = style }))
  local content = float.content:map(function(block)
    if block.t ~= 'Plain' then return block end
    -- Plain, because Quarto would take a Para with one image for a figure of its own
    return pandoc.Div({ block }, pandoc.Attr('', {}, { ['custom-style'] = 'Captioned Figure' }))
  end)
  if float.kind.top then content:insert(1, caption) else content:insert(caption) end
  return content
end

function writers.typst(float)
  local opening = string.format(
    '#figure(kind: "quarto-float-%s", supplement: [%s], numbering: none, caption: figure.caption(position: %s)[',
    float.kind.key, float.words, float.kind.top and 'top' or 'bottom')
  local head = pandoc.Inlines { raw_inline(opening) }
  local caption = plain_caption(float)
  -- a mark from which publishing/formats/pdf.py makes a destination that the other document can name
  caption:insert(1, raw_inline('#link("place:' .. float.identifier .. '")[#box(width: 0pt, height: 0.7em)];'))
  head:extend(caption)
  head:insert(raw_inline '], [')
  local blocks = pandoc.Blocks { pandoc.Plain(head) }
  blocks:extend(float.content)
  blocks:insert(raw_block('])<' .. float.identifier .. '>'))
  return blocks
end

local function has_picture_or_table(blocks)
  local found = false
  local function note() found = true end
  blocks:walk { Image = note, Table = note }
  return found
end

--- pandoc writes its own <table-wrap>, which must not be nested, and puts a Table's identifier on the <table> in it.
-- So the caption carries identifier and label, which publishing/formats/jats.py puts in their places; notes follow as a foot.
function writers.jats(float)
  if float.kind.key ~= 'fig' and not has_picture_or_table(float.content) then
    -- a sentence in the place of an empty table; <table-wrap> takes no paragraph
    local cell = pandoc.Cell(float.content)
    local body = { attr = pandoc.Attr(), body = { pandoc.Row { cell } }, head = {}, row_head_columns = 0 }
    float.content = pandoc.Blocks { pandoc.Table(
      pandoc.Caption {}, { { pandoc.AlignDefault, nil } }, pandoc.TableHead {}, { body }, pandoc.TableFoot {}) }
  end
  local first = float.content[1]
  local tables = float.content:filter(function(block) return block.t == 'Table' end)
  if #tables == 1 and first.t == 'Table' then
    local label = pandoc.Span({ pandoc.Str(float.label) }, pandoc.Attr(float.identifier, { 'float-label' }))
    first.caption = pandoc.Caption { pandoc.Para(with_caption({ label }, float.caption)) }
    if #float.content == 1 then return float.content end
    local blocks = pandoc.Blocks { first, raw_block '<table-wrap-foot>' }
    for position = 2, #float.content do blocks:insert(float.content[position]) end
    blocks:insert(raw_block '</table-wrap-foot>')
    return blocks
  end
  local blocks = pandoc.Blocks { raw_block('<fig id="' .. float.identifier .. '"><label>' .. float.label .. '</label>') }
  if #float.caption > 0 then
    blocks:extend { raw_block '<caption>', pandoc.Para(float.caption), raw_block '</caption>' }
  end
  blocks:extend(float.content)
  blocks:insert(raw_block '</fig>')
  return blocks
end

--- Blocks of a float in the format being written.
-- float: identifier, kind, words, number, label, delimiter, content (Blocks), caption (Inlines)
function M.write(float)
  local writer = writers[M.format]
  if writer then return writer(float) end
  local blocks = pandoc.Blocks(float.content)
  blocks:insert(float.kind.top and 1 or #blocks + 1, pandoc.Para(plain_caption(float)))
  return pandoc.Div(blocks)
end

--- A picture with a caption and no label. In HTML without pandoc's element, of which Quarto makes another one that has
-- no alternative text.
function M.unlabelled(figure, caption, alt)
  figure.content = figure.content:walk { Image = function(image) return M.described(image, alt) end }
  if M.format ~= 'html' then return figure end
  local blocks = pandoc.Blocks { raw_block '<figure>' }
  for _, block in ipairs(figure.content) do blocks:insert(block.t == 'Para' and pandoc.Plain(block.content) or block) end
  if #caption > 0 then
    local inlines = pandoc.Inlines { raw_inline '<figcaption>' }
    inlines:extend(caption)
    inlines:insert(raw_inline '</figcaption>')
    blocks:insert(pandoc.Plain(inlines))
  end
  blocks:insert(raw_block '</figure>')
  return blocks
end

--- Inlines of a numbered display equation.
function M.equation(identifier, math, number)
  if M.format == 'html' then
    return { raw_inline('<span class="equation" id="' .. identifier .. '">'), math,
      raw_inline('<span class="equation-number">(' .. number .. ')</span></span>') }
  elseif M.format == 'typst' then
    return { raw_inline('#math.equation(block: true, numbering: n => [(' .. number .. ')], alt: '
      .. typst_string(trimmed(math.text)) .. ', ['), math, raw_inline('])<' .. identifier .. '>') }
  end
  if M.format == 'jats' then
    local label = pandoc.Span({ pandoc.Str('(' .. number .. ')') }, pandoc.Attr('', { 'equation-label' }))
    return { pandoc.Span({ label, math }, pandoc.Attr(identifier)) }
  end
  math.text = math.text .. ' \\qquad (' .. number .. ')'
  return { pandoc.Span({ math }, pandoc.Attr(identifier)) }
end

return M
