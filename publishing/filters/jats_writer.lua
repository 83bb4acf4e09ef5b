--[[ JATS: what pandoc's writer leaves undone (list it after citeproc).

With `element_citations` it writes the reference list from the bibliography's fields, in the order of the bibliography;
the order of the style is that of the list which citeproc has made. It writes alternative texts without escaping them.
]]

local here = pandoc.path.directory(PANDOC_SCRIPT_FILE)
package.path = pandoc.path.join { here, '?.lua' } .. ';' .. package.path
local escaped = require('jats_authors').escaped

local function in_order_of_list(doc)
  local place, count = {}, 0
  doc.blocks:walk {
    Div = function(div)
      local identifier = div.identifier:match '^ref%-(.+)$'
      if identifier then
        count = count + 1
        place[identifier] = count
      end
    end,
  }
  local references = pandoc.utils.references(doc):filter(function(entry) return place[entry.id] ~= nil end)
  references:sort(function(first, second) return place[first.id] < place[second.id] end)
  doc.meta.references = references
  doc.meta.bibliography = nil
  return doc
end

local function with_escaped_text(image)
  image.caption = pandoc.Inlines { pandoc.Str(escaped(pandoc.utils.stringify(image.caption))) }
  return image
end

return { { Pandoc = in_order_of_list, Image = with_escaped_text } }
