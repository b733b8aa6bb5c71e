// One webhook: its bytes, its headers, the verdict, what was read from it and what that did; and its replay.

import './shell.js';
import { at, fill, h } from './dom.js';
import { get, post, trying } from './api.js';
import { bytes, exactly, known, t } from './words.js';

const { id } = at('row').dataset;

const pretty = (text) => {
  try {
    // Numbers beyond 2^53 stay as they came: only the white space is ours.
    JSON.parse(text);
    return spaced(text);
  } catch {
    return text;
  }
};

/** Indents JSON without reading its numbers. */
function spaced(json) {
  let depth = 0;
  let quoted = false;
  let out = '';
  for (let i = 0; i < json.length; i += 1) {
    const c = json[i];
    if (quoted) { out += c; if (c === '\\') out += json[(i += 1)]; else if (c === '"') quoted = false; continue; }
    if (c === '"') { quoted = true; out += c; }
    else if (c === '{' || c === '[') {
      const empty = /^\s*[}\]]/.exec(json.slice(i + 1));
      if (empty) { out += c + empty[0].trim(); i += empty[0].length; } else out += `${c}\n${'  '.repeat((depth += 1))}`;
    } else if (c === '}' || c === ']') out += `\n${'  '.repeat((depth -= 1))}${c}`;
    else if (c === ',') out += `,\n${'  '.repeat(depth)}`;
    else if (c === ':') out += ': ';
    else if (!/\s/.test(c)) out += c;
  }
  return out;
}

function facts(row) {
  const pairs = [
    ['journal.time', exactly(row.received_at)], ['journal.channel', h('a', { href: `/channels/${row.channel_id}` }, known(`platform.${row.platform}`, row.platform))],
    ['journal.request', h('code', {}, `${row.method} /hooks/${row.platform}/…${row.suffix ? `/${row.suffix}` : ''}${row.query ? `?${row.query}` : ''}`)],
    ['journal.verdict', h('span', { class: row.verdict === 'accepted' ? 'chip good' : 'chip bad' }, `${t(`verdict.${row.verdict}`)} ${row.status}`)],
    ['journal.reason', row.reason], ['journal.state', h('span', { class: row.state === 'parked' ? 'chip bad' : 'chip' }, t(`rowstate.${row.state}`))],
    ['journal.error', row.error], ['journal.peer', row.peer], ['journal.trace', h('a', { href: `/journal?trace_id=${row.trace_id}` }, h('code', {}, row.trace_id))],
  ];
  return h('section', { class: 'card' }, h('dl', { class: 'pairs' }, pairs.filter(([, value]) => value).flatMap(([key, value]) => [h('dt', {}, t(key)), h('dd', {}, value)])));
}

function headers(row) {
  const list = Array.isArray(row.headers) ? row.headers : Object.entries(row.headers ?? {});
  return h('section', { class: 'card' }, h('h2', {}, t('journal.headers')), h('div', { class: 'scroll' },
    h('table', {}, h('tbody', {}, list.map(([name, value]) => h('tr', {}, h('th', { scope: 'row' }, name), h('td', { class: 'mono' }, String(value))))))));
}

function events(row) {
  const list = row.events ?? [];
  return h('section', { class: 'card' }, h('h2', {}, t('journal.events')),
    list.length ? null : h('p', { class: 'soft' }, t('journal.noevents')),
    list.map((event) => h('div', { class: 'stack event', data: { kind: event.kind } },
      h('div', { class: 'row' }, h('span', { class: 'chip accent' }, event.kind), h('span', { class: event.state === 'parked' ? 'chip bad' : 'chip' }, t(`rowstate.${event.state}`)),
        event.duplicates ? h('span', { class: 'chip' }, t('message.duplicates', { n: event.duplicates })) : null,
        event.conversation_id ? h('a', { href: `/conversations/${event.conversation_id}` }, t('journal.conversation')) : h('span', { class: 'soft small' }, t('journal.noeffect'))),
      event.error ? h('p', { class: 'chip bad' }, event.error) : null,
      h('details', {}, h('summary', { class: 'small' }, h('code', {}, event.key)), h('pre', {}, JSON.stringify(event.body, null, 2))))));
}

function replaying() {
  const out = h('pre', { hidden: true, role: 'status', id: 'replayed' });
  const act = (dry) => () => trying(async () => {
    const report = await post(`/journal/${id}/replay`, { dry_run: dry });
    out.hidden = false;
    out.textContent = JSON.stringify(report, null, 2);
    if (!dry) await draw();
  });
  return h('section', { class: 'card' }, h('h2', {}, t('replay.title')), h('p', { class: 'soft small' }, t('replay.words')),
    h('div', { class: 'row' }, h('button', { type: 'button', class: 'button', id: 'dryrun', on: { click: act(true) } }, t('replay.dry')),
      h('button', { type: 'button', class: 'button', id: 'replay', on: { click: act(false) } }, t('replay.go'))), out);
}

async function draw() {
  const row = await trying(() => get(`/journal/${id}`));
  if (!row) return fill(at('parts'), h('p', { class: 'nothing' }, t('journal.gone')));
  const body = row.body ?? row.body_base64 ?? '';
  return fill(at('parts'), facts(row), headers(row),
    h('section', { class: 'card' }, h('h2', {}, `${t('journal.body')} · ${bytes(row.size)}`), h('pre', { id: 'body', tabindex: '0' }, pretty(body))),
    events(row), row.verdict === 'accepted' ? at('replayed')?.closest('section') ?? replaying() : null);
}

await draw();
document.documentElement.dataset.ready = 'journal-row';
