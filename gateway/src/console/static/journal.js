// The list of webhooks: every request that came, refused ones too.

import './shell.js';
import { brought, h } from './dom.js';
import { table } from './table.js';
import { bytes, exactly, known, t } from './words.js';

const names = new Map(brought('given').channels.map((channel) => [channel.id, channel.name]));

await table('/journal', (row) => h('tr', { data: { id: row.id, verdict: row.verdict } },
  h('td', {}, h('a', { href: `/journal/${row.id}` }, exactly(row.received_at))),
  h('td', {}, names.get(row.channel_id) ?? known(`platform.${row.platform}`, row.platform)),
  h('td', { class: 'small mono' }, `${row.method} /${row.suffix ?? ''} · ${bytes(row.size)}`),
  h('td', {}, h('span', { class: row.verdict === 'accepted' ? 'chip good' : 'chip bad' }, `${t(`verdict.${row.verdict}`)} ${row.status}`), row.reason ? h('div', { class: 'small soft' }, row.reason) : null),
  h('td', {}, h('span', { class: row.state === 'parked' ? 'chip bad' : 'chip' }, t(`rowstate.${row.state}`)))), 'journal.none');
document.documentElement.dataset.ready = 'journal';
