--[[ Numbering and cross-references, the same in both engines (list it under `filters:` with `at: pre-ast`).

Numbers figures, tables, custom floats, sections and equations in document order, writes their captions and turns
`@fig-x`, `[@fig-x; @tbl-y]`, `[-@fig-x]`, `[see @fig-x]` and `@Fig-x` into links. Afterwards no identifier is left
on a Div, Figure, Image or Table for Quarto to number a second time, and headings carry their number as text with
the class `unnumbered`, so that neither engine numbers them again (switched on by `number-headings: true`).

Floats: `::: {#fig-x}` (last paragraph is the caption; a `::: {.figure-alt}` block becomes the image's alternative
text), `![caption](file){#fig-x fig-alt="…"}`, `: caption {#tbl-x}`, and `::: {#tbl-x .cell tbl-cap="…"}` as Quarto
writes it for a cell. Column widths: `tbl-colwidths="[30,70]"` on the div or the table.

References to the other document are looked up in the registry (see registry.lua); an unknown identifier ends pandoc
with status 1 and one line per problem on stderr.
]]

local here = pandoc.path.directory(PANDOC_SCRIPT_FILE)
package.path = pandoc.path.join { here, '?.lua' } .. ';' .. package.path
local numbering = require 'crossref_index'
local floats = require 'crossref_floats'

local EXTENSIONS = { html = 'html', docx = 'docx', typst = 'pdf', jats = 'xml' }
local format = floats.format
local stringify = pandoc.utils.stringify

local kinds, delimiter, index, foreign, number_headings

-- Defining ----------------------------------------------------------------------------------------------------

local function is_float(identifier)
  local kind = numbering.kind_of(kinds, identifier)
  return kind ~= nil and kind.float
end

--- Number a float, and write it for this format. `nested`: the content could hold floats of its own.
local function write_float(identifier, content, caption, alt, colwidths, nested)
  if identifier:len() > 40 then
    numbering.problem(string.format(
      '#%s has more than 40 characters, which Word does not allow in a bookmark. Remedy: a shorter label', identifier))
  end
  local entry = numbering.count(index, identifier)
  local kind = kinds[entry.kind]
  local function refuse_inner(inner)
    if is_float(inner.identifier) then
      numbering.problem(string.format('#%s stands inside #%s; sub-figures are not supported', inner.identifier, identifier))
    end
  end
  local function refuse_table(tbl) refuse_inner { identifier = numbering.table_identifier(tbl) } end
  if nested then content:walk { Div = refuse_inner, Figure = refuse_inner, Image = refuse_inner, Table = refuse_table } end
  return floats.write {
    identifier = identifier,
    kind = kind,
    words = kind.caption,
    number = entry.number,
    label = numbering.label(kind.caption, kind, entry.number),
    delimiter = delimiter,
    content = floats.prepare(identifier, content, alt, colwidths),
    caption = caption,
  }
end

local function markdown_inlines(text)
  return pandoc.utils.blocks_to_inlines(pandoc.read(text, 'markdown').blocks)
end

--- Take the alternative text block out of the blocks. Returns its plain text or nil, and the rest.
local function take_alt(blocks)
  local alt
  local rest = blocks:walk {
    Div = function(div)
      if div.classes:includes('figure-alt') then
        alt = pandoc.utils.stringify(pandoc.utils.blocks_to_inlines(div.content, { pandoc.Space() }))
        return {}
      end
    end,
  }
  return alt, rest
end

--- Caption, alternative text and content of a float written as a div.
local function parts_of_div(div)
  local alt, content = take_alt(div.content)
  local attributes = div.attributes
  alt = alt or attributes['fig-alt']
  local caption_text = attributes['tbl-cap'] or attributes['fig-cap']
  if caption_text then return content, markdown_inlines(caption_text), alt end
  local last = content[#content]
  if last and (last.t == 'Para' or last.t == 'Plain') and #content > 1 then
    content:remove()
    return content, last.content, alt
  end
  -- a cell that shows a table with its own caption line
  if #content == 1 and content[1].t == 'Table' then
    local caption = pandoc.utils.blocks_to_inlines(content[1].caption.long)
    content[1].caption = pandoc.Caption()
    return content, caption, alt
  end
  return content, pandoc.Inlines {}, alt
end

local function lone_image(block)
  if #block.content == 1 and block.content[1].t == 'Image' then return block.content[1] end
end

--- Take away the divs that Quarto puts around a displayed output: its HTML step would make figures of them.
local function unwrap_cell(div)
  if div.identifier ~= '' and is_float(div.identifier) then return nil end
  for _, class in ipairs { 'cell-output-stdout', 'cell-output-stderr', 'cell-output-error' } do
    if div.classes:includes(class) then return nil end
  end
  if div.classes:includes 'cell' or div.classes:includes 'cell-output' then return div.content end
end

--- tables.lua sets the tables of a `.dense` float in the smallest type.
local function marked_dense(tbl)
  tbl.classes:insert 'dense'
  return tbl
end

local define = { traverse = 'topdown' }

function define.Div(div)
  if not is_float(div.identifier) then return nil end
  local content, caption, alt = parts_of_div(div)
  if div.classes:includes 'dense' then content = content:walk { Table = marked_dense } end
  local written = write_float(div.identifier, content, caption, alt, div.attributes['tbl-colwidths'], true)
  if div.classes:includes 'landscape' then return pandoc.Div(written, pandoc.Attr('', { 'landscape' })), false end
  return written, false
end

function define.Figure(figure)
  local identifier, alt = figure.identifier, nil
  figure.content:walk {
    Image = function(image)
      if identifier == '' then identifier = image.identifier end
      alt = alt or image.attributes['fig-alt'] or image.attributes.alt
    end,
  }
  local caption = pandoc.utils.blocks_to_inlines(figure.caption.long)
  if is_float(identifier) then return write_float(identifier, figure.content, caption, alt), false end
  return floats.unlabelled(figure, caption, alt), false
end

--- A picture among words, whose description says what it shows unless it has an alternative text of its own.
function define.Image(image)
  local own = image.attributes['fig-alt'] or image.attributes.alt
  return floats.described(image, own or stringify(image.caption)), false
end

function define.Table(tbl)
  local caption, attributes = numbering.caption_and_attributes(tbl)
  local identifier = tbl.identifier ~= '' and tbl.identifier or attributes and attributes.identifier or ''
  local colwidths = attributes and attributes.attributes['tbl-colwidths'] or tbl.attributes['tbl-colwidths']
  if attributes and attributes.classes:includes 'dense' then marked_dense(tbl) end
  if is_float(identifier) then
    tbl.identifier, tbl.caption = '', pandoc.Caption()
    return write_float(identifier, pandoc.Blocks { tbl }, caption, nil, colwidths), false
  end
  if not attributes then return nil end
  tbl.caption = pandoc.Caption { pandoc.Plain(caption) }
  if colwidths then tbl = floats.set_colwidths(tbl, colwidths, stringify(caption)) end
  return tbl
end

function define.Header(heading)
  local number = numbering.count_heading(index, heading)
  if not number or not number_headings then return nil end
  heading.classes:insert('unnumbered')
  heading.content:insert(1, pandoc.Space())
  heading.content:insert(1, pandoc.Span(pandoc.Str(number), pandoc.Attr('', { 'header-section-number' })))
  return heading
end

local function define_in_paragraph(block)
  local image = lone_image(block)
  if image and is_float(image.identifier) then
    local alt = image.attributes['fig-alt'] or image.attributes.alt
    return write_float(image.identifier, pandoc.Blocks { pandoc.Plain { image } }, image.caption, alt), false
  end
  local written, position, changed = pandoc.Inlines {}, 1, false
  while position <= #block.content do
    local element = block.content[position]
    local label, last = numbering.equation_label(block.content, position)
    if label then
      local entry = numbering.count(index, label)
      written:extend(floats.equation(label, element, entry.number))
      position, changed = last, true
    else
      written:insert(element)
    end
    position = position + 1
  end
  if changed then
    block.content = written
    return block
  end
end

define.Para = define_in_paragraph
define.Plain = define_in_paragraph

-- Referring ---------------------------------------------------------------------------------------------------

local function known_identifiers(key)
  local known = pandoc.List()
  for _, entries in ipairs { index.entries, foreign } do
    for identifier in pairs(entries) do
      if identifier:match('^' .. key .. '%-') then known:insert('@' .. identifier) end
    end
  end
  known:sort()
  return #known > 0 and 'known are ' .. table.concat(known, ', ') or 'no such label is defined'
end

local function is_upper(identifier) return identifier:match('^%u') ~= nil end

--- Identifier with its first letter in lower case, which is how it was defined (`@Fig-x` starts a sentence).
local function lowered(identifier) return identifier:sub(1, 1):lower() .. identifier:sub(2) end

local function reference(citation)
  local identifier = lowered(citation.id)
  local own = index.entries[identifier]
  local entry = own or foreign[identifier]
  if not entry then
    local key = identifier:match('^(%a+)%-')
    numbering.problem(string.format('unknown cross-reference @%s (%s). Remedy: correct the label, or define #%s',
      citation.id, known_identifiers(key), identifier))
    return pandoc.Inlines { pandoc.Str('?@' .. identifier) }
  end
  local text = pandoc.Inlines {}
  if #citation.prefix > 0 then
    text:extend(citation.prefix)
    text:extend { pandoc.Str '\u{a0}', pandoc.Str(numbering.distinguishing(entry)) }
  elseif citation.mode == 'SuppressAuthor' then
    text:insert(pandoc.Str(numbering.distinguishing(entry)))
  else
    local words = entry.text
    if is_upper(citation.id) then words = pandoc.text.upper(pandoc.text.sub(words, 1, 1)) .. pandoc.text.sub(words, 2) end
    text:insert(pandoc.Str(words))
  end
  local target = '#' .. identifier
  if not own then target = entry.file .. '.' .. (EXTENSIONS[format] or 'html') .. target end
  local linked = pandoc.Inlines { pandoc.Link(text, target, '', pandoc.Attr('', { 'xref' })) }
  linked:extend(citation.suffix)
  return linked
end

local function resolve(cite)
  local references, others = pandoc.Inlines {}, 0
  for _, citation in ipairs(cite.citations) do
    if numbering.kind_of(kinds, lowered(citation.id)) then
      if #references > 0 then references:extend { pandoc.Str ',', pandoc.Space() } end
      references:extend(reference(citation))
    else
      others = others + 1
    end
  end
  if #references == 0 then return nil end
  if others > 0 then
    numbering.problem(string.format('%s mixes cross-references with citations. Remedy: two pairs of brackets',
      pandoc.utils.stringify(cite.content)))
  end
  return references
end

function Pandoc(doc)
  kinds, delimiter = numbering.read_kinds(doc.meta)
  index = numbering.new_index(kinds)
  -- a key of our own: Quarto keeps number-sections for itself
  number_headings = doc.meta['number-headings'] == true
  foreign = numbering.read_registry(doc.meta)
  doc.blocks = doc.blocks:walk { Div = unwrap_cell }:walk(define)
  numbering.compare_with_registry(doc.meta, index)
  doc = doc:walk { Cite = resolve }
  numbering.stop_on_problems()
  return doc
end
