--[[ Content for some formats only (list it first, `at: pre-ast`).

`::: {.content-visible when-format="html"}` stands in HTML alone; `.content-hidden` in every format but that;
`unless-format` turns the condition round. Spans do the same within a paragraph. Quarto would decide this only after
our other filters have counted figures and sections, so it is decided here, in both engines.
]]

local function is_format(name) return FORMAT:sub(1, #name) == name end

local function decide(element)
  local visible, hidden = element.classes:includes 'content-visible', element.classes:includes 'content-hidden'
  if not visible and not hidden then return nil end
  local when, unless = element.attributes['when-format'], element.attributes['unless-format']
  local holds = (not when or is_format(when)) and (not unless or not is_format(unless))
  if holds == visible then return element.content end
  return {}
end

return { { Div = decide, Span = decide } }
