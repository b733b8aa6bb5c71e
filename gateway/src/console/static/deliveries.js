// The list of deliveries: everything on its way out, and what became of it.

import './shell.js';
import { brought, h } from './dom.js';
import { table } from './table.js';
import { exactly, known, t } from './words.js';

const names = new Map(brought('given').channels.map((channel) => [channel.id, channel.name]));
const TONES = { failed: 'bad', expired: 'bad', unknown: 'warn', held: 'warn', sent: 'good', delivered: 'good', read: 'good' };

await table('/deliveries', (row) => h('tr', { data: { id: row.id, state: row.state } },
  h('td', {}, h('a', { href: `/deliveries/${row.id}` }, exactly(row.created_at))),
  h('td', {}, names.get(row.channel_id) ?? row.channel_id),
  h('td', {}, known(`job.${row.kind}`, row.kind), row.text ? h('div', { class: 'soft small clip' }, row.text) : null),
  h('td', {}, row.parts ? `${row.parts_sent}/${row.parts}` : '–'),
  h('td', {}, h('span', { class: `chip ${TONES[row.state] ?? ''}` }, t(`delivery.${row.state}`)))), 'deliveries.none');
document.documentElement.dataset.ready = 'deliveries';
