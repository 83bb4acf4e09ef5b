--[[ Kinds of numbered things, their words and their counters; shared by crossref.lua and registry.lua.

A kind is a table with
  key        prefix of the identifier ("fig" in "fig-forest")
  reference  words before the number in a reference ("Figure", "Table S")
  caption    words before the number in a caption
  space      whether a (non-breaking) space stands between words and number
  top        whether the caption stands above the content
  float      whether it is a float (figure, table, custom) rather than a section or an equation
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
  return kinds, option(options, 'title-delim', ':')
end

--- The kind an identifier belongs to, or nil ("fig-forest" → kinds.fig).
function M.kind_of(kinds, identifier)
  local key = identifier:match('^(%a+)%-.')
  return key and kinds[key] or nil
end

function M.label(words, kind, number)
  if words == '' then return number end
  return words:gsub(' ', NBSP) .. (kind.space and NBSP or '') .. number
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
