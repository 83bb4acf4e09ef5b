--[[ Carries the identity of printed numbers and guarded phrases into the output (list it last, `at: pre-ast`).

A number reaches pandoc as `[0.79]{data-key="outcome.rr.estimate"}`, a phrase that a claim guards as
`[favoured therapy]{data-claim="a-direction"}`.

HTML   `<a class="number" data-key="…" href="….html#n-…">`, to the page that shows the number's origin
DOCX   an inline content control (w:sdt) around the text's own runs, so bold and italic stay. Its tag is the key
       (`claim:` before a claim's name), shortened where Word allows no more
typst  a link to the same place of that page; the template gives these links no colour. Typst makes destinations
       that other files can name for headings only, so a claim's place in a list of claims is marked by an empty link
       to `place:…`, from which publishing/formats/pdf.py makes one
JATS   `<named-content content-type="data-key" specific-use="…">`; a claim's content type is data-claim

The page is the one that the metadata `number-origins` names; without it nothing is linked. publishing/verify/origins.py
makes it of the finished documents. Its places are called `n-<key>` and `c-<claim>`; publishing/verify/contract.py makes
the same names and the same tags. The template of the PDF says where the page is: `origins-address` is the address that
the declarations give, if they give one.
]]

local stringify = pandoc.utils.stringify

-- Word opens no file in which a tag is longer
local LONGEST_TAG = 64

local origins
local own_places = {}

local function escaped(text)
  return (text:gsub('[&<>"]', { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;' }))
end

--- Name of the place that shows where a number or a claim comes from.
local function place(key, claim)
  local name = claim and 'c-' .. claim or 'n-' .. key
  -- a sign beyond ASCII, with all its bytes, is one sign
  return (name:gsub('[^%w._-][\128-\191]*', '-'))
end

local function tag(key, claim)
  local whole = claim and 'claim:' .. claim or key
  if pandoc.text.len(whole) <= LONGEST_TAG then return whole end
  return pandoc.text.sub(whole, 1, LONGEST_TAG - 13) .. '~' .. pandoc.utils.sha1(whole):sub(1, 12)
end

--- Target of a link to the page of origins; nil when none is named.
local function target(key, claim) return origins and origins .. '.html#' .. place(key, claim) end

local writers = {}

function writers.html(span, key, claim)
  local link = target(key, claim)
  if not link then return nil end
  local identity = claim and { ['data-claim'] = claim } or { ['data-key'] = key }
  return pandoc.Link(span.content, link, '', pandoc.Attr(span.identifier, { claim and 'claim' or 'number' }, identity))
end

function writers.docx(span, key, claim)
  local inlines = pandoc.Inlines { pandoc.RawInline('openxml',
    '<w:sdt><w:sdtPr><w:alias w:val="' .. escaped(tag(key, claim)) .. '"/><w:tag w:val="' .. escaped(tag(key, claim))
    .. '"/></w:sdtPr><w:sdtContent>') }
  inlines:extend(span.content)
  inlines:insert(pandoc.RawInline('openxml', '</w:sdtContent></w:sdt>'))
  return own_places[span.identifier] and pandoc.Span(inlines, pandoc.Attr(span.identifier)) or inlines
end

local heads = 0

--- A link; in a table's head it is one only where the head stands first, as PDF/UA wants it.
local function typst_link(destination, span)
  local opening = '#link("' .. destination .. '")['
  if span.attributes['in-head'] then
    heads = heads + 1
    local counter = 'counter("head-' .. heads .. '")'
    opening = string.format(
      '#((body) => { %s.step(); context if %s.get().first() == 1 { link("%s", body) } else { body } })[',
      counter, counter, destination)
  end
  local inlines = pandoc.Inlines { pandoc.RawInline('typst', opening) }
  inlines:extend(span.content)
  -- the semicolon keeps what follows from being read as part of the call
  inlines:insert(pandoc.RawInline('typst', '];'))
  return inlines
end

function writers.typst(span, key, claim)
  local is_linked = origins and (key ~= '' or claim)
  local inlines = is_linked and typst_link(target(key, claim), span) or span.content
  if not own_places[span.identifier] then return inlines end
  inlines:insert(1, pandoc.RawInline('typst',
    '#link("place:' .. span.identifier .. '")[#box(width: 0pt, height: 0.7em)];'))
  -- links within the file lead to typst's own label; one without anything to stand on would be that of its neighbour
  return #inlines > 1 and pandoc.Span(inlines, pandoc.Attr(span.identifier)) or inlines
end

function writers.jats(span, key, claim)
  local inlines = pandoc.Inlines { pandoc.RawInline('jats', string.format(
    '<named-content content-type="data-%s" specific-use="%s">', claim and 'claim' or 'key', escaped(claim or key))) }
  inlines:extend(span.content)
  inlines:insert(pandoc.RawInline('jats', '</named-content>'))
  return span.identifier ~= '' and { pandoc.Span(inlines, pandoc.Attr(span.identifier)) } or inlines
end

local writer
for format, write in pairs(writers) do
  if FORMAT:match('^' .. format) then writer = write end
end

local function is_empty(inlines) return #inlines == 0 or (#inlines == 1 and stringify(inlines) == '') end

local function written(span)
  local attributes = span.attributes
  -- pandoc knows `[x]{key=…}` in attribute shorthand as `key`, and writes `data-key` to HTML itself
  local key, claim = attributes['data-key'] or attributes.key, attributes['data-claim']
  if key and not attributes['data-key'] then attributes['data-key'], attributes.key = key, nil end
  if not key and not claim and span.identifier == '' then return nil end
  -- an empty cell of the data prints nothing
  if (key or claim) and is_empty(span.content) then return span.identifier ~= '' and span or {} end
  local is_place = own_places[span.identifier] and FORMAT:match '^typst'
  if writer and (key or claim or is_place) then return writer(span, key or '', claim) end
  return span
end

--- Where the data can be had, if it is declared; what stands in square brackets is still to be stated.
local function declared_address(meta)
  local address = meta.declarations and meta.declarations['data-address']
  local text = address and stringify(address) or ''
  return text ~= '' and not text:match '^%[' and text or nil
end

--- The page of origins.
local function look_around(meta)
  origins = meta['number-origins'] and stringify(meta['number-origins'])
  meta['origins-address'] = origins and declared_address(meta)
  return meta
end

--- The places of claims that stand in this document.
local function note(element)
  if element.identifier:match '^c%-' then own_places[element.identifier] = true end
end

local filters = { { Meta = look_around }, { Span = written } }
if FORMAT:match '^typst' or FORMAT:match '^docx' then
  table.insert(filters, 2, { Span = note, Div = note, Header = note })
end
return filters
