--[[ Carries the key of each printed number into the output (list it last, `at: pre-ast`).

A number reaches pandoc as `[0.79]{data-key="deaths.rr.estimate"}`.

HTML   stays `<span data-key="…">`
DOCX   an inline content control (w:sdt) whose tag is the key, around the number's own runs, so bold and italic stay
typst  the text
]]

local function escaped(text)
  return (text:gsub('[&<>"]', { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;' }))
end

local function content_control(span)
  local key = span.attributes['data-key']
  if not key then return nil end
  local inlines = pandoc.Inlines { pandoc.RawInline('openxml',
    '<w:sdt><w:sdtPr><w:tag w:val="' .. escaped(key) .. '"/></w:sdtPr><w:sdtContent>') }
  inlines:extend(span.content)
  inlines:insert(pandoc.RawInline('openxml', '</w:sdtContent></w:sdt>'))
  return inlines
end

-- pandoc knows `[x]{key=…}` in attribute shorthand as `key`, and writes `data-key` to HTML itself
local function named(span)
  if span.attributes.key and not span.attributes['data-key'] then
    span.attributes['data-key'] = span.attributes.key
    span.attributes.key = nil
    return span
  end
end

if FORMAT:match '^docx' then return { { Span = named }, { Span = content_control } } end
return { { Span = named } }
