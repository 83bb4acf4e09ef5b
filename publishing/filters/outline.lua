--[[ The outline of a page (list it after crossref.lua, which counts sections and replaces references to floats,
`at: pre-ast`).

A document that cites nothing has no heading for its references. In HTML the title is a heading, so sections begin below
it: who moves from heading to heading by ear then meets one outline. The other formats have styles for a title of their
own.
]]

local REFERENCES = { references = true, refs = true }

local function without_empty_references(doc)
  local cites = doc.meta.nocite ~= nil
  doc:walk { Cite = function() cites = true end }
  if cites then return nil end
  doc.blocks = doc.blocks:filter(function(block)
    return not ((block.t == 'Header' or block.t == 'Div') and REFERENCES[block.identifier])
  end)
  return doc
end

local filters = { { Pandoc = without_empty_references } }
if FORMAT:match '^html' then
  filters[2] = {
    Header = function(heading)
      heading.level = heading.level + 1
      return heading
    end,
  }
end
return filters
