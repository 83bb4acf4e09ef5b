--[[ Writes the registry of references between documents: what a document defines, before anything is rendered.

Run it over each document's source (code cells need not have been run: a cell counts by its `#| label:` line):

    CROSSREF_REGISTRY=_build/crossref pandoc manuscript.qmd --from markdown --to plain \
        --metadata-file _quarto.yml --lua-filter publishing/filters/registry.lua --output …

It leaves `<folder>/<document>.json`: identifier → {kind, number, text, file}, read by crossref.lua when it renders
the other document.
]]

local here = pandoc.path.directory(PANDOC_SCRIPT_FILE)
package.path = pandoc.path.join { here, '?.lua' } .. ';' .. package.path
local numbering = require 'crossref_index'

local kinds, index

local function count_float(element)
  local kind = numbering.kind_of(kinds, element.identifier)
  if not kind or not kind.float then return nil end
  numbering.count(index, element.identifier)
  return nil, false
end

local function count_table(tbl)
  local identifier = numbering.table_identifier(tbl)
  local kind = numbering.kind_of(kinds, identifier)
  if not kind or not kind.float then return nil end
  numbering.count(index, identifier)
  return nil, false
end

local function count_equations(block)
  for position = 1, #block.content do
    local label = numbering.equation_label(block.content, position)
    if label then numbering.count(index, label) end
  end
end

--- The label of a code cell that has not been run: `#| label: fig-x` at its top.
local function count_cell(block)
  if not (block.classes[1] or ''):match('^{?python') then return nil end
  for line in (block.text .. '\n'):gmatch('(.-)\n') do
    local value = line:match('^#|%s*label:%s*["\']?([%w_-]+)')
    if value then
      local kind = numbering.kind_of(kinds, value)
      if kind and kind.float then numbering.count(index, value) end
      return nil
    end
    if not line:match('^#|') then return nil end
  end
end

function Pandoc(doc)
  kinds = numbering.read_kinds(doc.meta)
  index = numbering.new_index(kinds)
  doc.blocks:walk {
    traverse = 'topdown',
    Div = count_float,
    Figure = count_float,
    Image = count_float,
    Table = count_table,
    Para = count_equations,
    Plain = count_equations,
    CodeBlock = count_cell,
    Header = function(heading) numbering.count_heading(index, heading) end,
  }
  local folder = numbering.registry_folder(doc.meta)
  if not folder then
    numbering.problem('no registry folder. Remedy: set metadata crossref-registry-dir or the variable CROSSREF_REGISTRY')
  end
  numbering.stop_on_problems()

  local document = numbering.document_name(doc.meta)
  local lines = pandoc.List()
  for _, identifier in ipairs(index.order) do
    local entry = index.entries[identifier]
    entry.file = document
    lines:insert(pandoc.json.encode(identifier) .. ': ' .. pandoc.json.encode(entry))
  end
  pandoc.system.make_directory(folder, true)
  local path = pandoc.path.join { folder, document .. '.json' }
  local handle = assert(io.open(path .. '.part', 'w'))
  handle:write('{\n' .. table.concat(lines, ',\n') .. '\n}\n')
  handle:close()
  assert(os.rename(path .. '.part', path))
  return pandoc.Pandoc {}
end
