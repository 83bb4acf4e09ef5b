--[[ Kinds of numbered things, their words and their counters; shared by crossref.lua and registry.lua.

A kind is a table with
  key        prefix of the identifier ("fig" in "fig-forest")
  reference  words before the number in a reference ("Figure", "Table S")
  caption    words before the number in a caption
  space      whether a (non-breaking) space stands between words and number
  top        whether the caption stands above the content
  float      whether it is a float (figure, table, custom) rather than a section or an equation
A journal's words for a kind stand in the metadata `crossref-labels`, for references and captions alike:
`{tbl: "Table {number}", stbl: "S{number} Table"}`.
Words may say where the number stands ("S{number} Table"); else it stands behind them.
The options are those of Quarto's `crossref:`: `custom`, `<key>-title`, `<key>-prefix`, `title-delim`.
]]

local M = {}

local NBSP = '\u{a0}'
local stringify = pandoc.utils.stringify

--- Problems found so far. They are reported together by `stop_on_problems`.
M.problems = pandoc.List()

function M.problem(text)
  if not M.problems:includes(text) then M.problems:insert(text) end
end

--- Write every problem to stderr, one per line, and end pandoc with status 1.
-- `error` would bury the message in a Lua stack trace.
function M.stop_on_problems()
  if #M.problems == 0 then return end
  for _, text in ipairs(M.problems) do io.stderr:write('crossref: ' .. text .. '\n') end
  io.stderr:flush()
  os.exit(1)
end

local function option(options, name, default)
  local value = options[name]
  if value == nil then return default end
  if type(value) == 'boolean' then return value end
  return stringify(value)
end

local function custom_kind(entry, position)
  local key = entry.key and stringify(entry.key)
  local reference = entry['reference-prefix'] and stringify(entry['reference-prefix'])
  local kind = entry.kind and stringify(entry.kind)
  if not key or not reference or kind ~= 'float' then
    M.problem(string.format(
      'crossref.custom entry %d needs kind: float, key and reference-prefix', position))
    return nil
  end
  return {
    key = key,
    reference = reference,
    caption = option(entry, 'caption-prefix', reference),
    space = option(entry, 'space-before-numbering', true),
    top = option(entry, 'caption-location', 'bottom') == 'top',
    float = true,
  }
end

--- Read the kinds from the metadata. Returns kinds by key, and the delimiter after the number in captions.
function M.read_kinds(meta)
  local options = type(meta.crossref) == 'table' and meta.crossref or {}
  local kinds = {}
  local function builtin(key, words, float, top)
    kinds[key] = {
      key = key,
      reference = option(options, key .. '-prefix', words),
      caption = option(options, key .. '-title', words),
      space = true,
      top = top,
      float = float,
    }
  end
  builtin('fig', 'Figure', true, false)
  builtin('tbl', 'Table', true, true)
  builtin('sec', 'Section', false, false)
  builtin('eq', 'Equation', false, false)
  for position, entry in ipairs(options.custom or {}) do
    local kind = custom_kind(entry, position)
    if kind then kinds[kind.key] = kind end
  end
  for key, words in pairs(meta['crossref-labels'] or {}) do
    if kinds[key] then
      kinds[key].reference, kinds[key].caption = stringify(words), stringify(words)
    end
  end
  return kinds, option(options, 'title-delim', ':')
end

--- The kind an identifier belongs to, or nil ("fig-forest" → kinds.fig).
function M.kind_of(kinds, identifier)
  local key = identifier:match('^(%a+)%-.')
  return key and kinds[key] or nil
end

function M.label(words, kind, number)
  if words == '' then return number end
  if words:find('{number}', 1, true) then return (words:gsub(' ', NBSP):gsub('{number}', number)) end
  return words:gsub(' ', NBSP) .. (kind.space and NBSP or '') .. number
end

--- What tells one thing of a kind from the others, for references with words of their own: "2" of "Figure 2", "S2" of
-- "Table S2" and of "S2 Table".
function M.distinguishing(entry)
  local start, last = entry.text:find(entry.number, 1, true)
  if not start then return entry.number end
  while start > 1 and entry.text:sub(start - 1, start - 1):match '[%w.]' do start = start - 1 end
  return entry.text:sub(start, last)
end

--- An index counts in document order. `entries` maps identifier → {kind, number, text}.
function M.new_index(kinds)
  return { kinds = kinds, counters = {}, sections = {}, entries = {}, order = pandoc.List() }
end

local function add(index, identifier, kind, number)
  if index.entries[identifier] then
    M.problem(string.format('#%s is defined twice. Remedy: give one of the two another label', identifier))
  end
  local entry = { kind = kind.key, number = number, text = M.label(kind.reference, kind, number) }
  index.entries[identifier] = entry
  index.order:insert(identifier)
  return entry
end

--- Number the next float or equation with this identifier.
function M.count(index, identifier)
  local kind = M.kind_of(index.kinds, identifier)
  index.counters[kind.key] = (index.counters[kind.key] or 0) + 1
  return add(index, identifier, kind, tostring(index.counters[kind.key]))
end

--- Count a heading. Returns its section number ("2.1"), or nil for an unnumbered one.
function M.count_heading(index, heading)
  local number
  if not heading.classes:includes('unnumbered') then
    local sections = index.sections
    for level = #sections + 1, heading.level do sections[level] = 0 end
    for level = heading.level + 1, #sections do sections[level] = nil end
    sections[heading.level] = sections[heading.level] + 1
    number = table.concat(sections, '.')
  end
  local kind = M.kind_of(index.kinds, heading.identifier)
  if kind and kind.key == 'sec' then
    if not number then
      M.problem(string.format(
        'the heading #%s is unnumbered, so it cannot be referred to by number. Remedy: drop .unnumbered or #%s',
        heading.identifier, heading.identifier))
      number = '?'
    end
    add(index, heading.identifier, kind, number)
  end
  return number
end

--- The identifier `{#eq-…}` that directly follows the display equation at `position`, with its place; or nil.
function M.equation_label(inlines, position)
  local element = inlines[position]
  if element.t ~= 'Math' or element.mathtype ~= 'DisplayMath' then return nil end
  local after = position + 1
  while inlines[after] and (inlines[after].t == 'Space' or inlines[after].t == 'SoftBreak') do
    after = after + 1
  end
  local label = inlines[after] and inlines[after].t == 'Str' and inlines[after].text:match('^{#(eq%-[^}%s]+)}$')
  if label then return label, after end
  return nil
end

--- Where in the caption's inlines attributes begin, `{#tbl-x tbl-colwidths="[1,2]"}`, or nil.
local function attributes_at(caption)
  local last = caption[#caption]
  if not (last and last.t == 'Str' and last.text:match '}$') then return nil end
  for position = #caption, 1, -1 do
    local text = caption[position].t == 'Str' and caption[position].text or ''
    if text:match '^{[#.]' or text:match '^{tbl%-colwidths=' then return position end
  end
end

--- The attributes at the end of a table's caption, which the reader leaves there as text, and the caption without them.
function M.caption_and_attributes(tbl)
  local caption = pandoc.utils.blocks_to_inlines(tbl.caption.long)
  local position = attributes_at(caption)
  if not position then return caption, nil end
  local text = ''
  for index = position, #caption do
    local inline = caption[index]
    text = text .. (inline.t == 'Quoted' and '"' .. stringify(inline.content) .. '"' or stringify(inline))
  end
  local read = pandoc.read('[x]' .. text, 'markdown').blocks[1]
  local span = read and read.content and #read.content == 1 and read.content[1]
  if not span or span.t ~= 'Span' then
    M.problem(string.format('%s at the end of a caption cannot be read as attributes. Remedy: write '
      .. '{#tbl-name tbl-colwidths="[30,70]"}', text))
    return caption, nil
  end
  for key in pairs(span.attributes) do
    if key ~= 'tbl-colwidths' then
      M.problem(string.format('%s at the end of a caption: %s is not supported. Remedy: give an identifier, classes and '
        .. 'tbl-colwidths, or write the table in a div', text, key))
    end
  end
  while #caption >= position do caption:remove() end
  if #caption > 0 and caption[#caption].t == 'Space' then caption:remove() end
  return caption, span.attr
end

--- The identifier of a table: its own, or the one at the end of its caption.
function M.table_identifier(tbl)
  if tbl.identifier ~= '' then return tbl.identifier end
  local _, attributes = M.caption_and_attributes(tbl)
  return attributes and attributes.identifier or ''
end

--- Folder of the registry of references between documents: metadata `crossref-registry-dir`, else CROSSREF_REGISTRY.
function M.registry_folder(meta)
  return meta['crossref-registry-dir'] and stringify(meta['crossref-registry-dir']) or os.getenv('CROSSREF_REGISTRY')
end

--- Name (stem) of the document being rendered: metadata `crossref-document`, else the input file's name.
-- Under Quarto pandoc reads a temporary file, so Quarto's own notion of the input comes first.
function M.document_name(meta)
  if meta['crossref-document'] then return stringify(meta['crossref-document']) end
  local input = quarto and quarto.doc and quarto.doc.input_file or PANDOC_STATE.input_files[1] or '-'
  return (pandoc.path.split_extension(pandoc.path.filename(input)))
end

--- Refuse a document that numbers other things than the registry says, from which others refer to it.
-- The registry is made of the source; a cell that prints a numbered table, say, is numbered only when it has run.
function M.compare_with_registry(meta, index)
  local folder = M.registry_folder(meta)
  local handle = folder and io.open(pandoc.path.join { folder, M.document_name(meta) .. '.json' }, 'r')
  if not handle then return end
  local counted = pandoc.json.decode(handle:read('a'), false)
  handle:close()
  for identifier, entry in pairs(counted) do
    if not index.entries[identifier] then
      M.problem(string.format('#%s (%s) stands in the source, and nothing has this label once the document has run. '
        .. 'Remedy: let its cell show something, or take the label away', identifier, entry.text))
    end
  end
  for identifier, entry in pairs(index.entries) do
    local known = counted[identifier]
    if not known then
      M.problem(string.format('#%s (%s) is made by a cell, so its number is not known before the document runs. Remedy: '
        .. "label the cell (#| label), or write a div with the label around it", identifier, entry.text))
    elseif known.number ~= entry.number then
      M.problem(string.format('#%s is %s here, and %s where other documents refer to it. Remedy: look at the labels '
        .. 'before it', identifier, entry.text, known.text))
    end
  end
end

--- Entries of all other documents in the registry: identifier → {kind, number, text, file}.
function M.read_registry(meta)
  local folder, own = M.registry_folder(meta), M.document_name(meta)
  local entries = {}
  if not folder then return entries end
  local listed, names = pcall(pandoc.system.list_directory, folder)
  if not listed then return entries end
  table.sort(names)
  for _, name in ipairs(names) do
    local stem, extension = pandoc.path.split_extension(name)
    if extension == '.json' and stem ~= own then
      local handle = assert(io.open(pandoc.path.join { folder, name }, 'r'))
      local decoded = pandoc.json.decode(handle:read('a'), false)
      handle:close()
      for identifier, entry in pairs(decoded) do
        if entries[identifier] then
          M.problem(string.format('#%s is defined in both %s and %s', identifier, entries[identifier].file, stem))
        end
        entries[identifier] = entry
      end
    end
  end
  return entries
end

return M
