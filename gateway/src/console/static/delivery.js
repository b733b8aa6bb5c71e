// One delivery: its calls, their answers, its attempts, and what a person may do about it.

import './shell.js';
import { at, fill, h } from './dom.js';
import { follow, get, post, trying } from './api.js';
import { exactly, known, t } from './words.js';

const { id } = at('row').dataset;
const ACTS = { queued: ['cancel'], sending: [], held: ['retry', 'cancel'], failed: ['retry'], expired: ['retry'], unknown: ['retry', 'skip'] };
const show = (value) => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

function sentence(error) {
  if (!error) return null;
  return typeof error === 'string' ? error : [error.code, error.reason ?? error.detail].filter(Boolean).join(' · ') || JSON.stringify(error);
}

function facts(row) {
  const pairs = [
    ['journal.state', h('span', { class: 'chip', id: 'state' }, t(`delivery.${row.state}`))], ['deliveries.what', known(`job.${row.kind}`, row.kind)],
    ['deliveries.parts', row.parts ? `${row.parts_sent}/${row.parts}` : null], ['journal.error', sentence(row.error)],
    ['deliveries.next', row.next_at && ['queued', 'sending'].includes(row.state) ? exactly(row.next_at) : null], ['deliveries.ids', (row.external_ids ?? []).join(', ')],
    ['journal.conversation', h('a', { href: `/conversations/${row.conversation_id}` }, t('journal.open'))],
    ['journal.trace', row.trace_id ? h('a', { href: `/journal?trace_id=${row.trace_id}` }, h('code', {}, row.trace_id)) : null],
  ];
  const acts = (ACTS[row.state] ?? []).map((act) => h('button', {
    type: 'button', class: 'button', data: { act }, on: { click: () => trying(async () => { await post(`/deliveries/${id}/${act}`); await draw(); }) },
  }, t(`deliveries.${act}`)));
  return h('section', { class: 'card' }, h('dl', { class: 'pairs' }, pairs.filter(([, value]) => value).flatMap(([key, value]) => [h('dt', {}, t(key)), h('dd', {}, value)])),
    acts.length ? h('div', { class: 'row' }, acts) : null);
}

function call(it) {
  const answer = it.answer;
  const status = answer?.status;
  const lost = !answer && it.ended_at;
  const target = it.call?.target ?? {};
  return h('li', { class: 'card' },
    h('div', { class: 'row' }, h('strong', { class: 'mono' }, it.step), h('span', { class: 'soft small' }, exactly(it.started_at)), h('span', { class: 'grow' }),
      h('span', { class: `chip ${status >= 200 && status < 300 ? 'good' : 'warn'}` }, status ? String(status) : t(lost ? 'deliveries.lost' : 'deliveries.open')),
      it.outcome ? h('span', { class: 'chip' }, show(it.outcome)) : null),
    target.url ? h('code', {}, `${target.method ?? ''} ${target.url}`) : null,
    h('details', {}, h('summary', { class: 'small' }, t('deliveries.call')), h('pre', {}, show(it.call ?? it))),
    answer ? h('details', {}, h('summary', { class: 'small' }, t('deliveries.answer')), h('pre', {}, show(answer))) : null);
}

async function draw() {
  const row = await trying(() => get(`/deliveries/${id}`));
  if (!row) return fill(at('parts'), h('p', { class: 'nothing' }, t('deliveries.gone')));
  const calls = row.calls ?? [];
  return fill(at('parts'), facts(row), h('h2', {}, t('deliveries.calls')),
    calls.length ? h('ol', { class: 'stack' }, calls.map(call)) : h('p', { class: 'soft' }, t('deliveries.nocalls')));
}

await draw();
follow((event) => { if (event.data?.delivery_id === id || event.type.startsWith('delivery.')) draw(); });
document.documentElement.dataset.ready = 'delivery';
