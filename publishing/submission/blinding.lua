--[[ Leaves out what tells a reviewer who wrote a document (runs before every other filter, for the blinded version only).

The author block goes from the metadata. Of each section whose heading, and of each paragraph whose first bold words
hold one of the texts in the metadata `blinding`, only the heading or those words stay, so that nothing is renumbered.
]]

local stringify = pandoc.utils.stringify
local REMOVED = 'Removed for blinded review.'

local function folded(text)
  return (text:gsub('’', "'"):lower())
end

local function list_of(meta)
  local found = pandoc.List()
  for _, entry in ipairs(meta or {}) do found:insert(folded(stringify(entry))) end
  return found
end

function Pandoc(doc)
  local wanted = list_of(doc.meta.blinding)
  local function identifies(inlines)
    local text = folded(stringify(inlines))
    return wanted:find_if(function(pattern) return text:find(pattern, 1, true) end) ~= nil
  end
  for _, key in ipairs { 'author', 'authors', 'affiliations', 'funding', 'declarations', 'blinding' } do doc.meta[key] = nil end

  local kept, level = pandoc.Blocks {}, nil
  for _, block in ipairs(doc.blocks) do
    if block.t == 'Header' and level and block.level <= level then level = nil end
    if not level then
      kept:insert(block)
      if block.t == 'Header' and identifies(block.content) then
        level = block.level
        kept:insert(pandoc.Para(pandoc.Inlines(REMOVED)))
      end
    end
  end
  doc.blocks = kept:walk {
    Para = function(paragraph)
      local first = paragraph.content[1]
      if not first or first.t ~= 'Strong' or not identifies(first.content) then return nil end
      local words = pandoc.Inlines { first, pandoc.Space() }
      words:extend(pandoc.Inlines(REMOVED))
      return pandoc.Para(words)
    end,
  }
  return doc
end
