--[[ The author block as JATS elements; used by authors.lua, which reads it from the metadata. ]]

local M = {}

local stringify = pandoc.utils.stringify

-- https://credit.niso.org: the terms of the taxonomy, by the last part of their address
local CREDIT = {
  ['conceptualization'] = 'Conceptualization',
  ['data-curation'] = 'Data curation',
  ['formal-analysis'] = 'Formal analysis',
  ['funding-acquisition'] = 'Funding acquisition',
  ['investigation'] = 'Investigation',
  ['methodology'] = 'Methodology',
  ['project-administration'] = 'Project administration',
  ['resources'] = 'Resources',
  ['software'] = 'Software',
  ['supervision'] = 'Supervision',
  ['validation'] = 'Validation',
  ['visualization'] = 'Visualization',
  ['writing-original-draft'] = 'Writing – original draft',
  ['writing-review-editing'] = 'Writing – review & editing',
}

function M.escaped(text) return (text:gsub('[&<>"]', { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;', ['"'] = '&quot;' })) end
local escaped = M.escaped

local function element(name, content, attributes)
  return '<' .. name .. (attributes or '') .. '>' .. escaped(content) .. '</' .. name .. '>'
end

--- Family and given names of a name written as one text, by pandoc's own reading of BibTeX names; nil for anything
-- that does not look like a person's name.
local function split(name)
  if name:match '[%d%[%](){}:;,@\\$%%&#"_^~]' or not name:match '%S%s+%S' then return nil end
  local entry = pandoc.read('@misc{x, author={' .. name .. '}}', 'bibtex').meta.references[1]
  return entry and entry.author and entry.author[1]
end

local function name_element(author)
  local parts = author.parts or split(author.name)
  if not parts or not parts.family then return element('string-name', author.name) end
  local function part(key) return parts[key] and stringify(parts[key]) or '' end
  local particle = part 'dropping-particle' .. ' ' .. part 'non-dropping-particle'
  local surname = (particle .. ' ' .. part 'family'):gsub('^%s+', ''):gsub('%s+', ' ')
  local given = part 'given'
  return '<name>' .. element('surname', surname) .. (given ~= '' and element('given-names', given) or '') .. '</name>'
end

local function role_element(role)
  local key = role.name:lower():gsub('–', '-'):gsub('&', ' '):gsub('[%s-]+', '-')
  if not CREDIT[key] then return element('role', role.name) end
  local degree = role.degree and ' degree-contribution="' .. escaped(role.degree) .. '"' or ''
  return element('role', CREDIT[key], string.format(
    ' vocab="credit" vocab-identifier="https://credit.niso.org/" vocab-term="%s" '
    .. 'vocab-term-identifier="https://credit.niso.org/contributor-roles/%s/"%s',
    escaped(CREDIT[key]), key, degree))
end

local function contrib(author, position)
  local function yes(condition, attribute) return condition and ' ' .. attribute .. '="yes"' or '' end
  local written = pandoc.List {
    '<contrib contrib-type="author"' .. yes(author.corresponding, 'corresp') .. yes(author.equal, 'equal-contrib')
      .. yes(author.deceased, 'deceased') .. '>',
  }
  if author.orcid then
    written:insert(element('contrib-id', 'https://orcid.org/' .. author.orcid,
      ' contrib-id-type="orcid" authenticated="false"'))
  end
  written:insert(name_element(author))
  if author.degrees ~= '' then written:insert(element('degrees', author.degrees)) end
  for _, role in ipairs(author.roles) do written:insert(role_element(role)) end
  if author.email and not author.corresponding then written:insert(element('email', author.email)) end
  for _, mark in ipairs(author.marks) do
    written:insert(string.format('<xref ref-type="aff" rid="aff-%s"><sup>%s</sup></xref>', mark, mark))
  end
  if author.corresponding then
    written:insert(string.format('<xref ref-type="corresp" rid="cor-%d"><sup>*</sup></xref>', position))
  end
  written:insert '</contrib>'
  return table.concat(written)
end

local function institution_id(kind, value) return element('institution-id', value, ' institution-id-type="' .. kind .. '"') end

local function aff(affiliation, number)
  local opening = string.format('<aff id="aff-%d"><label>%d</label>', number, number)
  if pandoc.utils.type(affiliation) ~= 'table' then return opening .. escaped(stringify(affiliation)) .. '</aff>' end
  local function value(key) return affiliation[key] and stringify(affiliation[key]) end
  local parts = pandoc.List()
  if value 'group' then parts:insert(element('institution', value 'group', ' content-type="group"')) end
  if value 'department' then
    parts:insert(element('institution', value 'department', ' content-type="dept"'))
  end
  if value 'name' then
    local institution = element('institution', value 'name')
    if value 'ror' then institution = institution .. institution_id('ror', value 'ror') end
    if value 'isni' then institution = institution .. institution_id('isni', value 'isni') end
    parts:insert('<institution-wrap>' .. institution .. '</institution-wrap>')
  end
  for _, pair in ipairs {
    { 'address', 'addr-line' }, { 'city', 'city' }, { 'region', 'state' }, { 'state', 'state' },
    { 'postal-code', 'postal-code' },
  } do
    if value(pair[1]) then parts:insert(element(pair[2], value(pair[1]))) end
  end
  if value 'country' then parts:insert(element('country', value 'country')) end
  return opening .. table.concat(parts, ', ') .. '</aff>'
end

local function notes(authors, competing)
  local written = pandoc.List()
  for position, author in ipairs(authors) do
    if author.corresponding then
      local address = author.email and ', ' .. element('email', author.email) or ''
      if author.phone then address = address .. ', ' .. element('phone', author.phone) end
      written:insert(string.format('<corresp id="cor-%d">* Correspondence: %s%s</corresp>',
        position, escaped(author.name), address))
    end
  end
  if authors:find_if(function(author) return author.equal end) then
    written:insert '<fn fn-type="equal"><p>These authors contributed equally.</p></fn>'
  end
  for _, author in ipairs(authors) do
    if author.remark then
      written:insert('<fn fn-type="other"><p>' .. escaped(author.name .. ': ' .. author.remark) .. '</p></fn>')
    end
  end
  if competing then
    written:insert('<fn fn-type="coi-statement"><p>' .. escaped(competing) .. '</p></fn>')
  end
  return #written > 0 and '\n<author-notes>' .. table.concat(written) .. '</author-notes>' or ''
end

--- <contrib-group> and <author-notes> for the template.
-- authors: name, parts, marks, corresponding, equal, email, orcid, roles; affiliations: text or map, by number;
-- competing: the statement of competing interests, nil while it is open
function M.write(authors, affiliations, competing)
  local written = pandoc.List { '<contrib-group>' }
  for position, author in ipairs(authors) do written:insert(contrib(author, position)) end
  for number, affiliation in ipairs(affiliations) do written:insert(aff(affiliation, number)) end
  written:insert '</contrib-group>'
  return table.concat(written, '\n') .. notes(authors, competing)
end

return M
