--[[ Content for some formats only (list it first, `at: pre-ast`).

`::: {.content-visible when-format="html"}` stands in HTML alone; `.content-hidden` in every format but that;
`unless-format` turns the condition round. Spans do the same within a paragraph. Quarto would decide this only after
our other filters have counted figures and sections, so it is decided here, in both engines.

What is written for one format only (raw HTML, for example) and stands in another one's document would be lost without
a word, so it is refused. An empty span is what an expression without words prints (Quarto leaves the code of one that
prints nothing); it is taken out here, with the blank that it leaves double.
]]

local here = pandoc.path.directory(PANDOC_SCRIPT_FILE)
package.path = pandoc.path.join { here, '?.lua' } .. ';' .. package.path
local numbering = require 'crossref_index'

local RAW = {
  html = { html = true, html4 = true, html5 = true },
  docx = { openxml = true },
  typst = { typst = true },
  jats = { jats = true },
}
-- formats of raw content that authors write; Quarto has some of its own
local WRITTEN = { html = true, html4 = true, html5 = true, tex = true, latex = true, openxml = true, typst = true, jats = true }
local BLANK = { Space = true, SoftBreak = true }

local function is_format(name) return FORMAT:sub(1, #name) == name end

local function decide(element)
  local visible, hidden = element.classes:includes 'content-visible', element.classes:includes 'content-hidden'
  if not visible and not hidden then return nil end
  local when, unless = element.attributes['when-format'], element.attributes['unless-format']
  local holds = (not when or is_format(when)) and (not unless or not is_format(unless))
  if holds == visible then return element.content end
  return {}
end

local function is_empty(inline)
  return inline.t == 'Span' and #inline.content == 0 and inline.attr == pandoc.Attr()
end

local function without_empty_spans(inlines)
  if not inlines:find_if(is_empty) then return nil end
  local kept = pandoc.Inlines {}
  for _, inline in ipairs(inlines) do
    local doubled = BLANK[inline.t] and (#kept == 0 or BLANK[kept[#kept].t])
    if not is_empty(inline) and not doubled then kept:insert(inline) end
  end
  if #kept > 0 and BLANK[kept[#kept].t] then kept:remove() end
  return kept
end

local function without_words(block)
  if #block.content == 0 then return {} end
end

if is_format 'latex' or is_format 'beamer' then
  numbering.problem('typst makes the PDF of these documents, not LaTeX. Remedy: say --to typst instead of --to pdf')
end

-- set by publishing/engine/quarto.py
if quarto and is_format 'jats' and not os.getenv 'PUBLISHING_CALLED_QUARTO' then
  numbering.problem('JATS is written with what the project says of article and journal, which Quarto does not know. '
    .. 'Remedy: run python -m publishing render --to jats')
end

local accepted
for family, names in pairs(RAW) do
  if is_format(family) then accepted = names end
end

local function refuse_lost(raw)
  if not accepted or accepted[raw.format] or not WRITTEN[raw.format] then return nil end
  if raw.format:match '^html' and raw.text:match '^%s*<!%-%-' then return nil end
  numbering.problem(string.format(
    'raw %s would be lost in %s: %s Remedy: write it in Markdown, or for some formats only in a .content-visible div',
    raw.format, FORMAT, raw.text:match '[^\n]*'))
end

return {
  { Div = decide, Span = decide },
  { Inlines = without_empty_spans },
  { Para = without_words, Plain = without_words, RawBlock = refuse_lost, RawInline = refuse_lost },
  { Pandoc = function() numbering.stop_on_problems() end },
}
