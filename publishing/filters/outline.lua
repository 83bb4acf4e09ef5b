--[[ One heading of level 1 on a page (list it after crossref.lua, which counts sections, `at: pre-ast`).

In HTML the title is a heading, so sections begin below it: who moves from heading to heading by ear then meets one
outline. The other formats have styles for a title of their own.
]]

if not FORMAT:match '^html' then return {} end

return {
  {
    Header = function(heading)
      heading.level = heading.level + 1
      return heading
    end,
  },
}
