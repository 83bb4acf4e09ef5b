--[[ Moves the abstract and the keywords from the body into the metadata (list it before crossref.lua, `at: pre-ast`).

Live numbers cannot stand in front matter, so the abstract is written as a section of the body:

    # Abstract {.unnumbered #abstract}
    ## Background {.unnumbered}
    …
    ::: {.keywords}
    first keyword; second keyword
    :::

The section's subheadings become run-in headings ("Background:" in bold), in JATS titles of sections. Each format's
template places `abstract` under `abstract-title`, and `keywords` (a list, separated by semicolons in the source) after
it. In DOCX they are paragraphs in the styles Abstract Title, Abstract and Keywords at the start of the body instead,
because there the author block (authors.lua), which stands above them, is part of the body too.
]]

local stringify = pandoc.utils.stringify

local function stop(text)
  io.stderr:write('abstract: ' .. text .. '\n')
  io.stderr:flush()
  os.exit(1)
end

--- Turn subheadings into bold words at the start of the paragraph that follows them.
local function run_in(blocks)
  local written, pending = pandoc.Blocks {}, nil
  local function flush()
    if pending then written:insert(pandoc.Para { pending }) end
    pending = nil
  end
  for _, block in ipairs(blocks) do
    if block.t == 'Header' then
      flush()
      local words = pandoc.Inlines(block.content)
      words:insert(pandoc.Str ':')
      pending = pandoc.Strong(words)
    elseif pending and block.t == 'Para' then
      local content = pandoc.Inlines { pending, pandoc.Space() }
      content:extend(block.content)
      written:insert(pandoc.Para(content))
      pending = nil
    else
      flush()
      written:insert(block)
    end
  end
  flush()
  return written
end

--- JATS: the parts of a structured abstract as sections.
local function sections(blocks)
  local written, is_open = pandoc.Blocks {}, false
  local function raw(text) written:insert(pandoc.RawBlock('jats', text)) end
  for _, block in ipairs(blocks) do
    if block.t == 'Header' then
      if is_open then raw '</sec>' end
      local title = stringify(block.content):gsub('[&<>]', { ['&'] = '&amp;', ['<'] = '&lt;', ['>'] = '&gt;' })
      raw('<sec><title>' .. title .. '</title>')
      is_open = true
    else
      written:insert(block)
    end
  end
  if is_open then raw '</sec>' end
  return written
end

local function keywords_of(div)
  local words = pandoc.List()
  for word in (stringify(pandoc.utils.blocks_to_inlines(div.content, { pandoc.Str ';' })) .. ';'):gmatch('(.-);') do
    word = word:gsub('^%s+', ''):gsub('[%s.]+$', '')
    if word ~= '' then words:insert(pandoc.MetaInlines { pandoc.Str(word) }) end
  end
  return words
end

local function styled(blocks, style)
  return pandoc.Div(blocks, pandoc.Attr('', {}, { ['custom-style'] = style }))
end

local function keyword_paragraph(keywords)
  local text = pandoc.Inlines { pandoc.Strong { pandoc.Str 'Keywords:' }, pandoc.Space() }
  text:insert(pandoc.Str(table.concat(keywords:map(stringify), '; ')))
  return styled({ pandoc.Para(text) }, 'Keywords')
end

function Pandoc(doc)
  local body, abstract, title, keywords = pandoc.Blocks {}, nil, nil, nil
  local level
  for _, block in ipairs(doc.blocks) do
    if block.t == 'Header' then
      if block.identifier == 'abstract' then
        if abstract or doc.meta.abstract then stop('there are two abstracts. Remedy: keep the section #abstract only') end
        abstract, title, level = pandoc.Blocks {}, block.content, block.level
        goto continue
      elseif level and block.level <= level then
        level = nil
      end
    end
    if block.t == 'Div' and block.classes:includes('keywords') then
      keywords = keywords_of(block)
    elseif level then
      abstract:insert(block)
    else
      body:insert(block)
    end
    ::continue::
  end
  if abstract and #abstract == 0 then stop('the section #abstract is empty') end
  if keywords then doc.meta.keywords = pandoc.MetaList(keywords) end
  doc.blocks = pandoc.Blocks {}
  if FORMAT:match '^docx' then
    if abstract then
      doc.blocks:insert(styled({ pandoc.Para(title) }, 'Abstract Title'))
      doc.blocks:insert(styled(run_in(abstract), 'Abstract'))
    end
    if keywords then doc.blocks:insert(keyword_paragraph(keywords)) end
  elseif abstract then
    doc.meta.abstract = pandoc.MetaBlocks(FORMAT:match '^jats' and sections(abstract) or run_in(abstract))
    doc.meta['abstract-title'] = pandoc.MetaInlines(title)
  end
  doc.blocks:extend(body)
  return doc
end
