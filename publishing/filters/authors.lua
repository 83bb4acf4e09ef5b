--[[ The author block, from Quarto's author schema (list it after abstract.lua, `at: pre-ast`).

Reads `author:` and `affiliations:` of the metadata: name (text, or given and family), degrees, orcid, email, phone,
corresponding, equal-contributor, deceased, note, roles (CRediT, perhaps with a degree of contribution), affiliations
(text, a map with name, department, city …, or `ref:` to an entry of the top-level list). Writes

  author-names        list of plain names, for document properties (DOCX: one text, "A; B")
  byline              names with raised affiliation numbers, * for corresponding, † for equal contribution, ‡ deceased
  affiliation-lines   list, one numbered line each
  author-notes        list: correspondence, equal contribution, ORCID, contributions (CRediT), notes; contributions
                      are left to the text where a paragraph of it says them all

for the templates; DOCX gets the same lines as paragraphs in the styles Author, Affiliation and Author Note at the
start of the body, and JATS its own elements as `contributors` (jats_authors.lua). `author` and `affiliations` are
taken away, so neither engine prints them a second time.

A name in square brackets is a place that the owner has still to fill in; it is marked as such in every format.
]]

local here = pandoc.path.directory(PANDOC_SCRIPT_FILE)
package.path = pandoc.path.join { here, '?.lua' } .. ';' .. package.path
local stringify = pandoc.utils.stringify

local function stop(text)
  io.stderr:write('authors: ' .. text .. '\n')
  io.stderr:flush()
  os.exit(1)
end

--- A list, whether the metadata holds one or a single entry.
local function as_list(value)
  if value == nil then return {} end
  return pandoc.utils.type(value) == 'List' and value or { value }
end

local function is_true(value) return value == true or (value ~= nil and stringify(value) == 'true') end

local function is_map(value) return pandoc.utils.type(value) == 'table' end

local function name_of(author, position)
  if not is_map(author) then return stringify(author) end
  local name = author.name
  if is_map(name) then
    if name.literal then return stringify(name.literal) end
    local parts = pandoc.List()
    for _, part in ipairs { 'given', 'dropping-particle', 'non-dropping-particle', 'family' } do
      if name[part] then parts:insert(stringify(name[part])) end
    end
    name = table.concat(parts, ' ')
  end
  if not name or stringify(name) == '' then stop(string.format('author %d has no name. Remedy: add name:', position)) end
  return stringify(name)
end

local function affiliation_text(affiliation, named)
  if not is_map(affiliation) then return stringify(affiliation) end
  if affiliation.ref then
    local id = stringify(affiliation.ref)
    if not named[id] then
      local known = pandoc.List()
      for name in pairs(named) do known:insert(name) end
      known:sort()
      stop(string.format('no affiliation has the id "%s", only %s. Remedy: correct ref:, or add it to affiliations:',
        id, #known > 0 and table.concat(known, ', ') or 'none has any'))
    end
    return named[id]
  end
  local parts = pandoc.List()
  for _, part in ipairs { 'group', 'department', 'name', 'address', 'city', 'region', 'state', 'postal-code', 'country' } do
    if affiliation[part] then parts:insert(stringify(affiliation[part])) end
  end
  return table.concat(parts, ', ')
end

-- Quarto's short forms, and British spelling, for the terms of the taxonomy
local ROLES = {
  writing = 'writing – original draft',
  analysis = 'formal analysis',
  funding = 'funding acquisition',
  editing = 'writing – review & editing',
  conceptualisation = 'conceptualization',
  visualisation = 'visualization',
}

--- The entries of `roles`: a name, or `name: degree`, which Quarto makes `role` and `degree-of-contribution` of.
local function roles_of(author)
  local roles = pandoc.List()
  local function add(role, degree)
    roles:insert { name = ROLES[role:lower()] or role, degree = degree and stringify(degree) }
  end
  for _, role in ipairs(as_list(author.roles or author.role)) do
    if not is_map(role) then
      add(stringify(role))
    elseif role.role then
      add(stringify(role.role), role['degree-of-contribution'])
    else
      for name, degree in pairs(role) do add(stringify(name), degree) end
    end
  end
  return roles
end

--- Everything the templates need, as plain text; the third list holds the affiliations as they were given.
local function read_authors(meta)
  local named, numbers, lines, authors = {}, {}, pandoc.List(), pandoc.List()
  local given, institutions = {}, pandoc.List()
  for _, affiliation in ipairs(as_list(meta.affiliations)) do
    if is_map(affiliation) and affiliation.id then
      named[stringify(affiliation.id)] = affiliation_text(affiliation, named)
      given[stringify(affiliation.id)] = affiliation
    end
  end
  -- Quarto leaves only the names in `author` and moves the entries to `authors`
  for position, author in ipairs(as_list(meta.authors or meta.author)) do
    local map = is_map(author) and author or {}
    local marks = pandoc.List()
    for _, affiliation in ipairs(as_list(map.affiliations or map.affiliation)) do
      local text = affiliation_text(affiliation, named)
      if not numbers[text] then
        lines:insert(text)
        local reference = is_map(affiliation) and affiliation.ref
        institutions:insert(reference and given[stringify(reference)] or affiliation)
        numbers[text] = #lines
      end
      marks:insert(tostring(numbers[text]))
    end
    authors:insert {
      name = name_of(author, position),
      marks = marks,
      corresponding = is_true(map.corresponding) or (is_map(map.attributes) and is_true(map.attributes.corresponding)),
      equal = is_true(map['equal-contributor']),
      deceased = is_true(map.deceased),
      degrees = table.concat(pandoc.List(as_list(map.degrees)):map(stringify), ' '),
      email = map.email and stringify(map.email),
      phone = map.phone and stringify(map.phone),
      remark = map.note and stringify(map.note),
      orcid = map.orcid and stringify(map.orcid):gsub('^https?://orcid%.org/', ''),
      roles = roles_of(map),
      parts = is_map(map.name) and map.name or nil,
    }
  end
  return authors, lines, institutions
end

local function raw(format, text) return pandoc.RawInline(format, text) end

--- A name; one in square brackets is marked as a gap.
local function written_name(name)
  if not name:match '^%[.*%]$' then return pandoc.Inlines(name) end
  if FORMAT:match '^typst' then
    return pandoc.Inlines { raw('typst', '#highlight(fill: rgb("#fff3a3"))['), pandoc.Str(name), raw('typst', '];') }
  end
  local attributes = FORMAT:match '^docx' and { ['custom-style'] = 'Unfilled' } or {}
  return pandoc.Inlines { pandoc.Span(pandoc.Inlines(name), pandoc.Attr('', { 'unfilled' }, attributes)) }
end

local function byline(authors)
  local inlines = pandoc.Inlines {}
  for position, author in ipairs(authors) do
    if position > 1 then inlines:extend { pandoc.Str ',', pandoc.Space() } end
    inlines:extend(written_name(author.name))
    if author.degrees ~= '' then inlines:extend { pandoc.Space(), pandoc.Str(author.degrees) } end
    local marks = author.marks:clone()
    if author.corresponding then marks:insert '*' end
    if author.equal then marks:insert '†' end
    if author.deceased then marks:insert '‡' end
    if #marks > 0 then inlines:insert(pandoc.Superscript { pandoc.Str(table.concat(marks, ',')) }) end
  end
  return inlines
end

local function affiliation_inlines(lines)
  local written = pandoc.List()
  for number, text in ipairs(lines) do
    local inlines = pandoc.Inlines { pandoc.Superscript { pandoc.Str(tostring(number)) }, pandoc.Space() }
    inlines:extend(pandoc.Inlines(text))
    written:insert(inlines)
  end
  return written
end

--- One note line: `lead`, then each author's part, separated by semicolons. Nil when nobody has a part.
local function note(lead, authors, part)
  local inlines = pandoc.Inlines {}
  for _, author in ipairs(authors) do
    local written = part(author)
    if written then
      if #inlines > 0 then inlines:extend { pandoc.Str ';', pandoc.Space() } end
      inlines:extend(written)
    end
  end
  if #inlines == 0 then return nil end
  local line = pandoc.Inlines { pandoc.Strong(pandoc.Inlines(lead)), pandoc.Space() }
  line:extend(inlines)
  return line
end

--- Whether a paragraph of the text says the roles of all authors by itself.
local function says_contributions(doc, authors)
  local says = false
  doc:walk { Para = function(para)
    local text, all = stringify(para), true
    for _, author in ipairs(authors) do
      for _, role in ipairs(author.roles) do
        all = all and text:find(author.name, 1, true) and text:find(role.name, 1, true)
      end
    end
    says = says or all
  end }
  return says
end

local function notes(authors, with_contributions)
  local written = pandoc.List()
  written:insert(note('* Correspondence:', authors, function(author)
    if not author.corresponding then return nil end
    local part = pandoc.Inlines(author.name)
    if author.email then
      part:extend { pandoc.Str ',', pandoc.Space(), pandoc.Link({ pandoc.Str(author.email) }, 'mailto:' .. author.email) }
    end
    if author.phone then part:extend { pandoc.Str ',', pandoc.Space(), pandoc.Str(author.phone) } end
    return part
  end))
  if authors:find_if(function(author) return author.equal end) then
    written:insert(pandoc.Inlines '† These authors contributed equally.')
  end
  if authors:find_if(function(author) return author.deceased end) then
    written:insert(pandoc.Inlines '‡ Deceased.')
  end
  written:insert(note('ORCID:', authors, function(author)
    if not author.orcid then return nil end
    local part, address = pandoc.Inlines(author.name), 'https://orcid.org/' .. author.orcid
    part:extend { pandoc.Space(), pandoc.Link({ pandoc.Str(address) }, address) }
    return part
  end))
  written:insert(note('Author contributions (CRediT):', authors, function(author)
    if #author.roles == 0 or not with_contributions then return nil end
    local roles = author.roles:map(function(role)
      return role.degree and role.name .. ' (' .. role.degree .. ')' or role.name
    end)
    return pandoc.Inlines(author.name .. ': ' .. table.concat(roles, ', '))
  end))
  written:insert(note('Notes:', authors, function(author)
    return author.remark and pandoc.Inlines(author.name .. ': ' .. author.remark)
  end))
  return written
end

local function styled(inlines, style)
  return pandoc.Div({ pandoc.Para(inlines) }, pandoc.Attr('', {}, { ['custom-style'] = style }))
end

--- A declaration's text; nil for a placeholder, which stands in square brackets.
local function declared(value)
  local text = value and stringify(value) or ''
  return text ~= '' and not text:match '^%[' and text or nil
end

function Pandoc(doc)
  local declarations = doc.meta.declarations
  local competing = is_map(declarations) and declared(declarations['competing-interests'])
  local funding = doc.meta.funding
  -- Quarto makes entries with a statement of the text
  if is_map(funding) or (pandoc.utils.type(funding) == 'List' and is_map(funding[1])) then
    funding = (is_map(funding) and funding or funding[1]).statement
  end
  -- the documents print them in their own sentences; as text they would be properties of a DOCX
  doc.meta.declarations, doc.meta.funding = nil, nil
  if FORMAT:match '^jats' then doc.meta['funding-statement'] = declared(funding) end
  local authors, lines, institutions = read_authors(doc.meta)
  if #authors == 0 then return doc end
  local affiliations, remarks = affiliation_inlines(lines), notes(authors, not says_contributions(doc, authors))
  doc.meta['author-names'] = pandoc.MetaList(authors:map(function(author)
    return pandoc.MetaInlines { pandoc.Str(author.name) }
  end))
  doc.meta.author, doc.meta.authors, doc.meta.affiliations = nil, nil, nil
  if FORMAT:match '^jats' then
    local elements = require('jats_authors').write(authors, institutions, competing)
    doc.meta.contributors = pandoc.MetaBlocks { pandoc.RawBlock('jats', elements) }
    return doc
  end
  if FORMAT:match '^docx' then
    -- pandoc keeps text (not lists) as a custom property of the file, where publishing/formats/word finds it
    doc.meta['author-names'] = table.concat(authors:map(function(author) return author.name end), '; ')
    local block = pandoc.Blocks { styled(byline(authors), 'Author') }
    for _, line in ipairs(affiliations) do block:insert(styled(line, 'Affiliation')) end
    for _, line in ipairs(remarks) do block:insert(styled(line, 'Author Note')) end
    if doc.meta.date then
      block:insert(styled(pandoc.Inlines(stringify(doc.meta.date)), 'Date'))
      doc.meta.date = nil
    end
    block:extend(doc.blocks)
    doc.blocks = block
    return doc
  end
  doc.meta.byline = pandoc.MetaInlines(byline(authors))
  doc.meta['affiliation-lines'] = pandoc.MetaList(affiliations:map(pandoc.MetaInlines))
  doc.meta['author-notes'] = pandoc.MetaList(remarks:map(pandoc.MetaInlines))
  return doc
end
