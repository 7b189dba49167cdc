(() => {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const list = $('list');
  const view = $('view');
  const wordsOf = new Intl.Collator(undefined, { numeric: true });

  // ---- Making elements. Text goes in as text, never as HTML.
  function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
      else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
    }
    node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== ''));
    return node;
  }
  const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
  const svg = (tag, attributes, ...children) =>
    fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
  const bdi = (text) => el('bdi', {}, text);

  function data(name) {
    const node = $(name);
    return node ? JSON.parse(node.textContent) : null;
  }
  const percent = (x) => `${Math.floor(x * 100 + 1e-9)} %`;
  const name = (a) => (a.title && a.title.trim()) || a.id;
  const who = (a) => a.outlet || a.title || a.id;
  const when = (t) => (t ? t.replace('T', ' ').replace(/Z$/, '').slice(0, 16) : '');
  function time(t) {
    if (!t) return null;
    const full = t.length === 10 ? `${t}T00:00:00Z` : /Z$/.test(t) ? t : `${t}Z`;
    const at = Date.parse(full);
    return Number.isNaN(at) ? null : at;
  }
  function lag(seconds) {
    const n = Math.abs(seconds);
    if (n < 60) return 'less than a minute';
    const units = [['day', 86400], ['hour', 3600], ['minute', 60]];
    const [unit, size] = units.find(([, s]) => n >= s);
    const count = Math.round(n / size);
    return `${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  function cut(text, columns) {
    const all = Array.from(text);
    return all.length > columns ? `${all.slice(0, Math.max(1, columns - 1)).join('')}…` : text;
  }

  // ---- Tables that sort.
  function sortable(table) {
    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((th, column) => {
      const label = th.querySelector('.sort');
      if (!label || label.tagName === 'BUTTON') return;
      const button = el('button', { type: 'button', class: 'sort', onclick: () => sort(table, heads, column) }, label.textContent);
      label.replaceWith(button);
    });
  }
  function sort(table, heads, column) {
    const th = heads[column];
    const numbers = th.classList.contains('n');
    const was = th.getAttribute('aria-sort');
    const descending = was === 'none' ? numbers : was === 'ascending';
    heads.forEach((h) => { if (h.hasAttribute('aria-sort')) h.setAttribute('aria-sort', 'none'); });
    th.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
    const body = table.tBodies[0];
    const rows = Array.from(body.rows).map((row) => {
      const cell = row.cells[column];
      return [numbers ? Number(cell.dataset.v) : cell.textContent.trim(), row];
    });
    rows.sort(([x], [y]) => {
      if (!numbers && (x === '' || y === '')) return (x === '') - (y === '');
      const order = numbers ? x - y : wordsOf.compare(x, y);
      return descending ? -order : order;
    });
    body.append(...rows.map(([, row]) => row));
  }

  // ---- Filters of the two tables.
  function filters() {
    const form = $('filters');
    const tables = [['clusters', 'cluster'], ['pairs', 'pair']].filter(([id]) => $(id));
    if (!tables.length) return;
    form.hidden = false;
    const [text, outlet, source, relation] = ['f-text', 'f-outlet', 'f-source', 'f-relation'].map($);
    const has = (row, key, wanted) => !wanted || (row.dataset[key] || '').split(' ').includes(wanted);
    const searched = new Map();
    const words = (row) => {
      if (!searched.has(row)) searched.set(row, `${row.textContent}\n${row.dataset.t || ''}`.toLowerCase());
      return searched.get(row);
    };
    function apply() {
      const wanted = text.value.trim().toLowerCase();
      const told = tables.map(([id, what]) => {
        let shown = 0;
        const rows = $(id).tBodies[0].rows;
        for (const row of rows) {
          const fits = has(row, 'o', outlet.value) && has(row, 's', source.value) && has(row, 'r', relation.value)
            && (!wanted || words(row).includes(wanted));
          row.hidden = !fits;
          shown += fits;
        }
        return `${shown} of ${rows.length} ${what}${rows.length === 1 ? '' : 's'}`;
      });
      $('f-shown').textContent = `Shown: ${told.join(', ')}`;
    }
    [outlet, source, relation].forEach((s) => s.addEventListener('change', apply));
    text.addEventListener('input', apply);
    form.addEventListener('submit', (e) => e.preventDefault());
    $('f-clear').addEventListener('click', () => {
      form.reset();
      apply();
    });
    apply();
  }

  // ---- Which view is shown.
  let kept = 0;
  let opened = null;
  let redraw = null;
  let width = 0;
  window.addEventListener('resize', () => {
    if (redraw && view.clientWidth !== width) {
      width = view.clientWidth;
      redraw();
    }
  });
  function route() {
    const place = location.hash.slice(1) || document.body.dataset.open || '';
    const made = /^c\d+$/.test(place) ? cluster(place) : /^m\d+$/.test(place) ? pair(place) : null;
    if (!made) {
      redraw = null;
      if (list.hidden) {
        list.hidden = false;
        view.hidden = true;
        view.replaceChildren();
        window.scrollTo(0, kept);
        const link = opened && list.querySelector(`a[href="#${opened}"]`);
        if (link) link.focus({ preventScroll: true });
      }
      return;
    }
    if (!list.hidden) {
      kept = window.scrollY;
      opened = place;
    }
    list.hidden = true;
    view.hidden = false;
    view.replaceChildren(...made.nodes);
    window.scrollTo(0, 0);
    width = view.clientWidth;
    made.ready();
    redraw = made.drawn ? made.ready : null;
    view.querySelector('h2').focus({ preventScroll: true });
  }
  const back = (href, text) => el('a', { class: 'back', href }, `← ${text}`);
  const heading = (...children) => el('h2', { tabindex: '-1', dir: 'auto' }, ...children);

  // ---- A cluster.
  const RELATIONS = { identical: 'identical', 'near-duplicate': 'near-duplicate', reuse: 'reuse', quotes: 'quotes', none: 'no rule holds' };
  function directed(p, a, b) {
    if (p.source === 'a') return [bdi(who(b)), ' from ', bdi(who(a)), ` (${percent(p.confidence)})`];
    if (p.source === 'b') return [bdi(who(a)), ' from ', bdi(who(b)), ` (${percent(p.confidence)})`];
    if (p.source === 'common') return ['both from ', p.agency ? bdi(p.agency) : 'a third', ` (${percent(p.confidence)})`];
    return ['not known'];
  }
  function head(texts) {
    const cells = texts.map(([text, cls]) => el('th', { scope: 'col', 'aria-sort': 'none', class: cls }, el('span', { class: 'sort' }, text)));
    return el('thead', {}, el('tr', {}, cells));
  }
  function pairTable(pairs, byNumber, caption, more) {
    const rows = pairs.map((p) => {
      const [a, b] = [byNumber.get(p.a), byNumber.get(p.b)];
      const both = [bdi(who(a)), el('span', { class: 'and' }, ' and '), bdi(who(b))];
      const first = $(`m${p.m}`) ? el('a', { href: `#m${p.m}` }, both) : el('span', { title: 'no room for it in this page' }, both);
      const under = el('small', { class: 'under' }, bdi(a.id), ' · ', bdi(b.id));
      return el('tr', {},
        el('td', {}, first, a.outlet && b.outlet ? under : null),
        el('td', {}, RELATIONS[p.relation] || p.relation),
        el('td', { class: 'w' }, directed(p, a, b)),
        el('td', { class: 'n w', 'data-v': p.containment[0] }, percent(p.containment[0])),
        el('td', { class: 'n w', 'data-v': p.containment[1] }, percent(p.containment[1])),
        el('td', { class: 'n', 'data-v': p.score }, percent(p.score)));
    });
    const table = el('table', {}, el('caption', {}, caption),
      head([['Articles', ''], ['Relation', ''], ['Who has it from whom', 'w'], ['First in second', 'n w'], ['Second in first', 'n w'], ['Shared', 'n']]),
      el('tbody', {}, rows));
    sortable(table);
    return [table, more ? el('p', { class: 'note' }, `and ${more} more, weaker`) : null];
  }
  function cluster(place) {
    const c = data(place);
    if (!c) return null;
    const byNumber = new Map(c.members.concat(c.others).map((m) => [m.n, m]));
    const first = byNumber.get(c.representative) || c.members[0];
    const dated = c.members.filter((m) => time(m.published) !== null).sort((x, y) => time(x.published) - time(y.published) || wordsOf.compare(x.id, y.id));
    const undated = c.members.filter((m) => time(m.published) === null);
    const ordered = dated.concat(undated);
    const versions = el('table', {}, el('caption', {}, 'The versions, by time of publication'),
      head([['Version', ''], ['Outlet', 'w'], ['Published', ''], ['Says it is from', 'w']]),
      el('tbody', {}, ordered.map((m) => el('tr', {},
        el('td', {}, bdi(name(m)), m.title ? el('small', { class: 'under' }, bdi(m.id)) : null),
        el('td', { class: 'w', dir: 'auto' }, m.outlet || ''),
        el('td', {}, el('time', {}, when(m.published))),
        el('td', { class: 'w' }, m.source === 'own' ? 'its own staff' : m.source || '')))));
    sortable(versions);
    const from = c.source ? `, from ${c.source} (${percent(c.confidence)})` : '';
    const times = el('div', { class: 'wide', id: 'timeline' });
    const graph = el('div', { class: 'wide', id: 'graph', role: 'region', tabindex: '0', 'aria-label': 'Who has it from whom, drawn' });
    const nodes = [
      back('#list', 'All that was found'),
      heading(name(first)),
      el('p', {}, `${c.members.length} versions of one story${from} `, el('small', {}, c.id)),
      el('h3', {}, 'When'),
      times,
      undated.length ? el('p', { class: 'undated' }, 'Without a time: ', undated.slice(0, 60).flatMap((m, i) => [i ? ', ' : '', bdi(who(m))]), undated.length > 60 ? ` and ${undated.length - 60} more` : '') : null,
      el('h3', {}, 'Who has it from whom'),
      graph,
      el('h3', {}, 'Side by side'),
      ...pairTable(c.pairs, byNumber, `Pairs of versions, the strongest first`, c.more),
      ...(c.outside.length ? [el('h3', {}, 'Also used by'), ...pairTable(c.outside, byNumber, 'Articles that share text with a version and are none', 0)] : []),
      el('h3', {}, 'Versions'),
      versions,
    ].filter(Boolean);
    return {
      nodes,
      ready() {
        const width = Math.min(1000, view.clientWidth);
        times.replaceChildren(dated.length ? timeline(dated, width) : el('p', { class: 'faint' }, 'No version has a time.'));
        graph.replaceChildren(...descent(c, width));
      },
      drawn: true,
    };
  }
  function timeline(members, width) {
    // Of many, the first have a row each and the others one together.
    const shown = members.length > 16 ? members.slice(0, 14) : members;
    const rest = members.slice(shown.length);
    const [from, to] = [time(members[0].published), time(members[members.length - 1].published)];
    const row = 36;
    const [left, right] = [12, width - 16];
    const x = (t) => (to > from ? left + ((t - from) / (to - from)) * (right - left) : left);
    const bottom = (shown.length + (rest.length ? 1 : 0)) * row + 6;
    const day = (t) => new Date(t).toISOString().slice(0, 16).replace('T', ' ');
    const ticks = to > from ? [0, 0.5, 1] : [0];
    const title = `${members.length} versions from ${when(members[0].published)} to ${when(members[members.length - 1].published)}`;
    const marks = ticks.map((at) => {
      const tx = left + at * (right - left);
      const anchor = at === 0 ? 'start' : at === 1 ? 'end' : 'middle';
      return [svg('line', { class: 'tick', x1: tx, x2: tx, y1: 4, y2: bottom }),
        svg('text', { class: 'dim', x: anchor === 'start' ? tx - 8 : anchor === 'end' ? tx + 8 : tx, y: bottom + 16, 'text-anchor': anchor },
          at === 0.5 && width < 600 ? '' : day(from + at * (to - from)))];
    });
    const rows = shown.map((m, i) => {
      const y = i * row + 28;
      const told = m.published.length === 10 ? m.published : when(m.published);
      return [svg('line', { class: 'track', x1: left, x2: right, y1: y, y2: y }),
        svg('circle', { class: 'dot', cx: x(time(m.published)), cy: y, r: 5 }),
        svg('text', { x: left, y: y - 10 }, cut(`${told}  ${who(m)}`, Math.floor((right - left) / 7)))];
    });
    if (rest.length) {
      const y = shown.length * row + 28;
      rows.push(svg('line', { class: 'track', x1: left, x2: right, y1: y, y2: y }),
        rest.slice(0, 2000).map((m) => svg('circle', { class: 'dot many', cx: x(time(m.published)), cy: y, r: 5 })),
        svg('text', { x: left, y: y - 10 }, `and ${rest.length} later`));
    }
    const picture = svg('svg', { role: 'img', width, height: bottom + 26, viewBox: `0 0 ${width} ${bottom + 26}` }, svg('title', {}, title), marks, rows);
    return picture;
  }
  function descent(c, width) {
    const most = 30;
    const members = new Map(c.members.map((m) => [m.n, m]));
    const edges = new Map();
    const add = (from, to, p, sure) => {
      const key = `${from}>${to}`;
      const had = edges.get(key);
      if (!had || had.confidence < p.confidence) edges.set(key, { from, to, confidence: p.confidence, sure, m: p.m });
    };
    for (const p of c.pairs) {
      if (p.source === 'a') add(p.a, p.b, p, true);
      else if (p.source === 'b') add(p.b, p.a, p, true);
      else if (p.source === 'common') {
        const third = `agency:${p.agency || 'a third'}`;
        add(third, p.a, p, true);
        add(third, p.b, p, true);
      }
    }
    const told = new Set(Array.from(edges.values()).flatMap((e) => [e.from, e.to]));
    const lonely = c.members.filter((m) => !told.has(m.n));
    for (const m of lonely) {
      const p = c.pairs.find((q) => q.a === m.n || q.b === m.n);
      if (p) add(p.a, p.b, p, false);
    }
    let ids = [...new Set([...edges.values()].flatMap((e) => [e.from, e.to]))];
    const degree = new Map(ids.map((id) => [id, 0]));
    for (const e of edges.values()) for (const id of [e.from, e.to]) degree.set(id, degree.get(id) + (e.sure ? 1 : 0.01));
    const all = ids.length;
    ids = ids.sort((x, y) => degree.get(y) - degree.get(x)).slice(0, most);
    const shown = new Set(ids);
    const drawn = [...edges.values()].filter((e) => shown.has(e.from) && shown.has(e.to));
    // The column of each: one right of the last it has its text from. Circles end at the number of columns.
    const column = new Map(ids.map((id) => [id, 0]));
    for (let round = 0; round < 4; round += 1) {
      for (const e of drawn) {
        if (e.sure && column.get(e.to) <= column.get(e.from) && column.get(e.from) < 3) column.set(e.to, column.get(e.from) + 1);
      }
    }
    for (const e of drawn) if (!e.sure) [e.from, e.to].forEach((id) => { if (!told.has(id)) column.set(id, told.size ? 1 : column.get(id)); });
    if (!told.size) ids.forEach((id, i) => column.set(id, i % 2));
    const columns = Math.max(...column.values(), 0) + 1;
    const gap = width < 600 ? 34 : 80;
    const boxWidth = Math.max(130, Math.min(220, (width - 8 - gap * (columns - 1)) / columns));
    const [boxHeight, step] = [40, 52];
    const place = new Map();
    const filled = new Array(columns).fill(0);
    const label = (id) => (typeof id === 'string' ? id.slice(7) : who(members.get(id)));
    for (const id of ids) {
      const at = column.get(id);
      place.set(id, [4 + at * (boxWidth + gap), 4 + filled[at] * step]);
      filled[at] += 1;
    }
    const height = Math.max(...filled) * step + 4;
    // Short columns in the middle.
    for (const id of ids) {
      const p = place.get(id);
      p[1] += ((Math.max(...filled) - filled[column.get(id)]) * step) / 2;
    }
    const lines = drawn.map((e) => {
      const [[ax, ay], [bx, by]] = [place.get(e.from), place.get(e.to)];
      const forward = bx > ax;
      const [x1, x2] = forward ? [ax + boxWidth, bx] : bx < ax ? [ax, bx + boxWidth] : [ax + boxWidth, bx + boxWidth];
      const [y1, y2] = [ay + boxHeight / 2, by + boxHeight / 2];
      const bend = bx === ax ? 24 : (x2 - x1) / 2;
      const end = e.sure ? (forward ? -7 : 7) : 0;
      const path = `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - (bx === ax ? -24 : bend)} ${y2} ${x2 + end} ${y2}`;
      const what = e.sure ? `${label(e.to)} from ${label(e.from)} (${percent(e.confidence)})` : `${label(e.from)} and ${label(e.to)}: not known`;
      const tip = e.sure ? svg('path', { class: 'tip', d: `M${x2} ${y2}l${forward ? -9 : 9} -4.5v9z` }) : null;
      return svg('g', {}, svg('title', {}, what), svg('path', { class: e.sure ? 'edge' : 'edge maybe', d: path }), tip);
    });
    const boxes = ids.map((id) => {
      const [x, y] = place.get(id);
      const agency = typeof id === 'string';
      const m = agency ? null : members.get(id);
      const columnsOf = Math.floor((boxWidth - 14) / 6.6);
      const second = agency ? 'source that is credited' : when(m.published) || (m.outlet || m.title ? cut(m.id, columnsOf) : '');
      return svg('g', {}, svg('title', {}, agency ? label(id) : `${name(m)} (${m.id})`),
        svg('rect', { class: agency ? 'box agency' : 'box', x, y, width: boxWidth, height: boxHeight, rx: 5 }),
        svg('text', { x: x + 7, y: y + 16 }, cut(label(id), columnsOf)),
        svg('text', { class: 'dim', x: x + 7, y: y + 32 }, cut(second, columnsOf)));
    });
    const sure = drawn.filter((e) => e.sure);
    const says = sure.slice(0, 12).map((e) => `${label(e.to)} from ${label(e.from)}`).join('; ');
    const total = columns * boxWidth + (columns - 1) * gap + 34;
    const out = [];
    out.push(svg('svg', { role: 'img', width: total, height, viewBox: `0 0 ${total} ${height}` }, svg('title', {}, says || 'It is not known who has it from whom'), lines, boxes));
    const notes = [];
    if (sure.length) notes.push('An arrow leads from a text to one that has it from there.');
    if (drawn.some((e) => !e.sure)) notes.push('Dotted: the same text, and not known who has it from whom.');
    if (all > ids.length) notes.push(`${all - ids.length} more are not drawn.`);
    out.push(el('p', { class: 'faint' }, notes.join(' ')));
    return out;
  }

  // ---- Words of a passage that only one side has.
  const WORD = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{N}\p{M}'’]+/gu;
  function differences(textA, textB, q) {
    const words = (text, [from, to]) => Array.from(text.slice(from, to).matchAll(WORD),
      (m) => [m[0].normalize('NFKC').toLowerCase().replace(/’/g, "'"), from + m.index, from + m.index + m[0].length]);
    const [x, y] = [words(textA, q.a), words(textB, q.b)];
    if (q.identity === 1 || x.length * y.length > 2e6) return { a: [], b: [] };
    const wide = y.length + 1;
    const longest = new Uint16Array((x.length + 1) * wide);
    for (let i = x.length - 1; i >= 0; i -= 1) {
      for (let j = y.length - 1; j >= 0; j -= 1) {
        const at = i * wide + j;
        longest[at] = x[i][0] === y[j][0] ? longest[at + wide + 1] + 1 : Math.max(longest[at + wide], longest[at + 1]);
      }
    }
    const shared = [new Uint8Array(x.length), new Uint8Array(y.length)];
    for (let i = 0, j = 0; i < x.length && j < y.length;) {
      if (x[i][0] === y[j][0]) shared[0][i++] = shared[1][j++] = 1;
      else if (longest[(i + 1) * wide + j] >= longest[i * wide + j + 1]) i += 1;
      else j += 1;
    }
    // What only stands elsewhere is shared too: runs of words that neither side has in the order of the other.
    const RUN = 4;
    const run = (all, had, k) => {
      for (let n = k; n < k + RUN; n += 1) if (n >= all.length || had[n]) return null;
      return all.slice(k, k + RUN).map((w) => w[0]).join(' ');
    };
    const places = new Map();
    y.forEach((w, k) => {
      const words = run(y, shared[1], k);
      if (words !== null) places.set(words, [...(places.get(words) || []), k]);
    });
    for (let i = 0; i < x.length; i += 1) {
      const words = run(x, shared[0], i);
      const at = words === null ? undefined : (places.get(words) || []).find((k) => run(y, shared[1], k) !== null);
      if (at === undefined) continue;
      for (let n = 0; i + n < x.length && at + n < y.length && !shared[0][i + n] && !shared[1][at + n] && x[i + n][0] === y[at + n][0]; n += 1) {
        shared[0][i + n] = shared[1][at + n] = 1;
      }
    }
    // Neighbours become one stretch, with what stands between them.
    const stretches = (all, had) => {
      const found = [];
      all.forEach(([, from, to], k) => {
        if (had[k]) return;
        if (k && !had[k - 1]) found[found.length - 1][1] = to;
        else found.push([from, to]);
      });
      return found;
    };
    return { a: stretches(x, shared[0]), b: stretches(y, shared[1]) };
  }

  // ---- Two articles beside each other.
  const KINDS = { prose: 'prose', quote: 'quote', furniture: 'furniture', credit: 'credit' };
  const EVIDENCE = {
    credit: 'credits somebody with its text', home: 'stands on the site of whom it credits', contributor: 'names a contributor',
    cited: 'cites the other', reference: 'a reference has what they share', matched: 'a credited third article has it too',
    link: 'holds the address of the other', staff: 'has a staff byline', repeated: 'is matched with more articles',
    holds: 'holds nearly all of the other', version: 'a version of one item', published: 'time of publication (decides nothing)',
  };
  function pair(place) {
    const p = data(place);
    const a = p && data(`a${p.a}`);
    const b = p && data(`a${p.b}`);
    if (!a || !b) return null;
    const both = { a, b };
    const panes = {};
    const marks = { a: [], b: [] };
    let together = true;
    let current = -1;
    const letter = (s) => (s === 'a' ? 'First' : 'Second');
    const differ = p.passages.map((q) => (a.text === null || b.text === null ? { a: [], b: [] } : differences(a.text, b.text, q)));

    function side(s) {
      const article = both[s];
      const url = /^https?:\/\//i.test(article.url || '') ? article.url : null;
      const facts = [article.outlet && bdi(article.outlet), article.published && when(article.published),
        article.byline && bdi(article.byline), article.source && (article.source === 'own' ? 'by its own staff' : ['credits ', bdi(article.source)])].filter(Boolean);
      const pane = el('div', { class: 'pane', tabindex: '0', role: 'region', 'aria-label': `${letter(s)} article` }, text(article, s));
      panes[s] = pane;
      return el('section', { class: 'side', 'aria-label': letter(s) },
        el('h3', { dir: 'auto' }, url ? el('a', { href: url, rel: 'noopener noreferrer' }, name(article)) : name(article)),
        el('p', { class: 'who' }, facts.flatMap((f, i) => [i ? ' · ' : '', f])), pane);
    }
    function text(article, s) {
      const full = article.text;
      const body = el('div', { class: 'text', dir: 'auto', lang: article.lang });
      const spans = p.passages.map((q, n) => [q[s][0], q[s][1], n]).sort((x, y) => x[0] - y[0]);
      if (full === null) {
        body.append(el('p', { class: 'note' }, 'The saved scan has no text of this article; these are the beginnings of the passages.'));
        for (const [, , n] of spans) body.append(mark(n, s, [p.passages[n][`${s}_text`] || '(not kept)', ' …']), '\n\n');
        return body;
      }
      const said = p.evidence.map((e, i) => ({ e, i })).filter(({ e }) => e.in === s && e.span);
      // A stretch of text: marked in it the words that are evidence, and those that the other article has not.
      const stretch = (from, to, own) => {
        const cuts = new Set([from, to]);
        said.forEach(({ e }) => e.span.forEach((x) => { if (x > from && x < to) cuts.add(x); }));
        own.flat().forEach((x) => cuts.add(x));
        const at = [...cuts].sort((x, y) => x - y);
        let k = 0;
        return at.slice(1).map((end, i) => {
          while (k < own.length && own[k][1] <= at[i]) k += 1;
          const here = said.find(({ e }) => e.span[0] <= at[i] && end <= e.span[1]);
          let words = full.slice(at[i], end);
          if (k < own.length && own[k][0] <= at[i]) words = el('i', { class: 'own' }, words);
          return here ? el('b', { class: 'ev', 'data-e': here.i }, words) : words;
        });
      };
      let end = 0;
      for (const [from, to, n] of spans) {
        if (from < end || to <= from) continue;
        body.append(...stretch(end, from, []), mark(n, s, stretch(from, to, differ[n][s])));
        end = to;
      }
      body.append(...stretch(end, full.length, []));
      return body;
    }
    function mark(n, s, words) {
      const q = p.passages[n];
      const kind = KINDS[q.kind] || q.kind;
      const tag = el('button', { type: 'button', class: 'tag', 'aria-label': `Passage ${n + 1}, ${kind}: to the same in the other article` }, kind === 'prose' ? `${n + 1}` : `${n + 1} ${kind}`);
      const node = el('mark', { class: `c${n % 6} ${kind}`, 'data-n': n }, tag, words);
      node.addEventListener('click', () => { if (!String(window.getSelection())) jump(n, s === 'a' ? 'b' : 'a'); });
      marks[s][n] = node;
      return node;
    }
    // Where a node begins inside its pane.
    const top = (pane, node) => {
      const box = node.getClientRects()[0];
      return box ? box.top - pane.getBoundingClientRect().top - pane.clientTop + pane.scrollTop : 0;
    };
    const expected = { a: null, b: null };
    function scrollTo(s, y) {
      const pane = panes[s];
      const before = pane.scrollTop;
      pane.scrollTop = y;
      expected[s] = pane.scrollTop === before ? null : pane.scrollTop;
    }
    function reveal(s, node) {
      scrollTo(s, top(panes[s], node) - panes[s].clientHeight * 0.25);
    }
    function jump(n, to) {
      current = n;
      for (const s of ['a', 'b']) marks[s].forEach((m, i) => m.classList.toggle('now', i === n));
      for (const s of ['a', 'b']) if (marks[s][n]) reveal(s, marks[s][n]);
      if (to && marks[to][n]) marks[to][n].querySelector('button').focus({ preventScroll: true });
      count.textContent = `Passage ${n + 1} of ${p.passages.length}`;
    }
    // Passages in the same order in both, the largest first: the places by which the panes scroll together.
    const chain = [];
    p.passages.map((q, n) => [q.tokens, n]).sort((x, y) => y[0] - x[0] || x[1] - y[1]).slice(0, 300).forEach(([, n]) => {
      const q = p.passages[n];
      if (chain.every((o) => (p.passages[o].a[0] < q.a[0]) === (p.passages[o].b[0] < q.b[0]))) chain.push(n);
    });
    let points = null;
    function anchors() {
      if (points) return points;
      points = [[0, 0]];
      chain.slice().sort((x, y) => p.passages[x].a[0] - p.passages[y].a[0]).forEach((n) => {
        const ends = ['a', 'b'].map((s) => {
          if (!marks[s][n]) return null;
          const boxes = marks[s][n].getClientRects();
          const from = top(panes[s], marks[s][n]);
          return [from, from + boxes[boxes.length - 1].bottom - boxes[0].top];
        });
        if (!ends[0] || !ends[1]) return;
        [0, 1].forEach((end) => {
          const [x, y] = [ends[0][end], ends[1][end]];
          const [lastX, lastY] = points[points.length - 1];
          if (x > lastX && y > lastY) points.push([x, y]);
        });
      });
      points.push(['a', 'b'].map((s, i) => Math.max(panes[s].scrollHeight, points[points.length - 1][i] + 1)));
      return points;
    }
    function follow(s) {
      const pane = panes[s];
      if (expected[s] !== null && Math.abs(pane.scrollTop - expected[s]) < 2) {
        expected[s] = null;
        return;
      }
      expected[s] = null;
      if (!together) return;
      const [i, j, other] = s === 'a' ? [0, 1, 'b'] : [1, 0, 'a'];
      const span = pane.scrollHeight - pane.clientHeight;
      const across = panes[other].scrollHeight - panes[other].clientHeight;
      if (pane.scrollTop <= 0) return void scrollTo(other, 0);
      if (pane.scrollTop >= span - 1) return void scrollTo(other, across);
      const y = pane.scrollTop + pane.clientHeight / 4;
      const at = anchors();
      const k = Math.max(1, at.findIndex((q) => q[i] >= y));
      const [from, to] = [at[k - 1], at[k]];
      const share = (y - from[i]) / Math.max(1, to[i] - from[i]);
      scrollTo(other, from[j] + share * (to[j] - from[j]) - panes[other].clientHeight / 4);
    }
    const linked = el('button', { type: 'button', id: 'together', 'aria-pressed': 'true', onclick: () => {
      together = !together;
      linked.setAttribute('aria-pressed', String(together));
    } }, 'Scroll together');
    const go = (by) => () => {
      const all = p.passages.length;
      jump(current < 0 ? (by > 0 ? 0 : all - 1) : (current + by + all) % all, null);
    };
    const count = el('span', { role: 'status', class: 'faint' }, `${p.passages.length} passage${p.passages.length === 1 ? '' : 's'} shared`);
    const kinds = [...new Set(p.passages.map((q) => q.kind))];
    const legend = { prose: 'no line', quote: 'dotted line', furniture: 'dashed line; counts for nothing', credit: 'double line; counts for nothing' };
    const share = (s, o, x) => [el('dt', {}, `Of the ${letter(s).toLowerCase()}, in the ${letter(o).toLowerCase()}`),
      el('dd', {}, el('meter', { min: 0, max: 1, value: x, 'aria-label': percent(x) }), ` ${percent(x)} of its prose`)];
    const speaks = (e) => (e.source === 'a' ? 'the first is the source' : e.source === 'b' ? 'the second is the source' : e.source === 'common' ? `both from ${e.agency || 'a third'}` : 'nothing');
    const evidence = p.evidence.map((e, i) => {
      const words = e.text === null ? (e.kind === 'credit' ? 'beside the text' : '') : cut(e.text, 200);
      const shown = e.span && both[e.in] && both[e.in].text !== null
        ? el('button', { type: 'button', class: 'place', onclick: () => {
          const node = panes[e.in].querySelector(`[data-e="${i}"]`);
          if (node) reveal(e.in, node);
          panes[e.in].focus();
        } }, bdi(words || 'there'))
        : bdi(words);
      return el('tr', {}, el('td', {}, letter(e.in)), el('td', {}, EVIDENCE[e.kind] || e.kind), el('td', {}, shown), el('td', {}, speaks(e)), el('td', { class: 'n', 'data-v': e.weight }, percent(e.weight)));
    });
    const ways = directed(p, a, b);
    const nodes = [
      document.body.dataset.open ? null : back(p.cluster === null ? '#list' : `#c${p.cluster}`, p.cluster === null ? 'All that was found' : 'The cluster'),
      heading(bdi(name(a)), el('span', { class: 'and' }, ' and '), bdi(name(b))),
      el('dl', { class: 'facts' },
        el('dt', {}, 'Relation'), el('dd', {}, `${RELATIONS[p.relation] || p.relation} `, p.relation === 'none' ? null : el('small', {}, `${p.rule}, jaccard ${p.jaccard}`)),
        share('a', 'b', p.containment[0]), share('b', 'a', p.containment[1]),
        el('dt', {}, 'Who has it from whom'), el('dd', {}, ways),
        p.lag === null ? null : [el('dt', {}, 'Published'), el('dd', {}, p.lag === 0 ? 'both at one time' : `the ${p.lag > 0 ? 'first' : 'second'} ${lag(p.lag)} earlier`)]),
      evidence.length ? el('details', {}, el('summary', {}, `Evidence of who has it from whom (${evidence.length})`),
        el('div', { class: 'wide' }, el('table', { id: 'evidence' }, el('caption', {}, 'What was weighed'),
          el('thead', {}, el('tr', {}, ['Article', 'What', 'Words', 'Speaks for', 'Weight'].map((t, i) => el('th', { scope: 'col', class: i === 4 ? 'n' : null }, t)))),
          el('tbody', {}, evidence)))) : null,
      el('div', { class: 'bar' }, linked,
        p.passages.length ? el('button', { type: 'button', id: 'previous', onclick: go(-1) }, 'Previous') : null,
        p.passages.length ? el('button', { type: 'button', id: 'next', onclick: go(1) }, 'Next passage') : null, count),
      el('ul', { class: 'legend', 'aria-label': 'Kinds of passages' }, kinds.map((k) => el('li', {}, el('mark', { class: `c0 ${k}` }, k), ` ${legend[k] || ''}`)),
        differ.some((d) => d.a.length || d.b.length) ? el('li', {}, el('mark', { class: 'c0 prose' }, 'shared ', el('i', { class: 'own' }, 'words only here'), ' shared')) : null),
      el('div', { class: 'panes' }, side('a'), side('b')),
    ].filter(Boolean);
    return {
      nodes,
      ready() {
        for (const s of ['a', 'b']) panes[s].addEventListener('scroll', () => follow(s), { passive: true });
        new ResizeObserver(() => { points = null; }).observe(panes.a);
      },
    };
  }

  document.querySelectorAll('#list table').forEach(sortable);
  filters();
  window.addEventListener('hashchange', route);
  route();
})();
