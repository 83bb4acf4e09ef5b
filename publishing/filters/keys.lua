--[[ Carries the identity of printed numbers and guarded phrases into the output (list it last, `at: pre-ast`).

A number reaches pandoc as `[0.79]{data-key="outcome.rr.estimate"}`, a phrase that a claim guards as
`[favoured therapy]{data-claim="a-direction"}`.

HTML   `<a class="number" data-key="…" href="…#n-…">`, to the appendix that shows the number's origin
DOCX   an inline content control (w:sdt) around the text's own runs, so bold and italic stay. Its tag is the key
       (`claim:` before a claim's name), shortened where Word allows no more
typst  a link to the same place of the appendix; the template gives these links no colour. Typst makes destinations
       that other files can name for headings only, so a place is marked by an empty link to `place:…`, from which
       publishing/formats/pdf.py makes one
JATS   `<named-content content-type="data-key" specific-use="…">`; a claim's content type is data-claim

The appendix is in the document that the metadata `number-appendix` names; without it nothing is linked. Its places are
called `n-<key>` and `c-<claim>`; publishing/verify/contract.py makes the same names and the same tags. In the document
with the appendix, a number that has no place there is shown where it is printed first: that printing is its place.
]]

local stringify = pandoc.utils.stringify

-- Word opens no file in which a tag is longer
local LONGEST_TAG = 64

local appendix
local own_places, has_places = {}, false

local function escaped(text)
  return (text:gsub('[&<>"]', { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;' }))
end

--- Name of the place of the appendix that shows where a number or a claim comes from.
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

--- Target of a link to the appendix; nil when none is named.
local function target(key, claim)
  local name = place(key, claim)
  if own_places[name] then return '#' .. name end
  return appendix and appendix .. '.html#' .. name
end

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
  local is_linked = appendix and (key ~= '' or claim)
  local inlines = is_linked and typst_link(appendix .. '.pdf#' .. place(key, claim), span) or span.content
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
  if key and has_places and span.identifier == '' and not own_places[place(key)] then
    span.identifier = place(key)
    own_places[span.identifier] = true
  end
  local is_place = own_places[span.identifier] and FORMAT:match '^typst'
  if writer and (key or claim or is_place) then return writer(span, key or '', claim) end
  return span
end

--- Places of the appendix that stand in this document; if any do, every other number gets its own.
local function look_around(doc)
  appendix = doc.meta['number-appendix'] and stringify(doc.meta['number-appendix'])
  local function note(element)
    local identifier = element.identifier
    if identifier ~= '' and identifier:match '^[nc]%-' then own_places[identifier] = true end
  end
  doc.blocks:walk { Span = note, Div = note, Header = note }
  has_places = next(own_places) ~= nil
end

return { { Pandoc = look_around }, { Span = written } }
