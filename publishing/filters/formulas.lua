--[[ Formulas a screen reader can speak (list it after crossref.lua, `at: pre-ast`).

PDF/UA asks for an alternative text on every formula; typst gets the TeX source, the only wording there is.
The other formats carry MathML or OMML, which readers speak themselves.
]]

if not FORMAT:match '^typst' then return {} end

return { {
  Math = function(math)
    local source = math.text:gsub('^%s+', ''):gsub('%s+$', ''):gsub('[\\"]', '\\%0'):gsub('%s+', ' ')
    return {
      pandoc.RawInline('typst', '#[#set math.equation(alt: "' .. source .. '");'),
      math,
      pandoc.RawInline('typst', ']'),
    }
  end,
} }
