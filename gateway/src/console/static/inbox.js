// The inbox: list, conversation, composer and preview, kept fresh by the event stream.

import './shell.js';
import { at, brought, calmly, fill, h } from './dom.js';
import { follow, get, post, trying } from './api.js';
import { Composer } from './composer.js';
import { List, nameOf } from './list.js';
import { Preview } from './preview.js';
import { Thread } from './thread.js';
import { exactly, known, t } from './words.js';

const given = brought('given');
const box = at('inbox');
const channels = (await trying(() => get('/channels?limit=200')))?.items ?? [];
const preview = new Preview(channels);
const list = new List({ chosen: (id) => choose(id, true) });
const thread = new Thread({ operator: given.operator, changed: (id) => (id ? list.freshen(id) : freshen(list.current)) });
const composer = new Composer({
  operators: given.operators,
  changed: (content) => preview.show(content),
  sent: (message, refusal) => {
    if (refusal?.slug === 'session-closed') thread.lock(refusal.message);
    freshen(list.current);
  },
});

async function choose(id, push) {
  const conversation = list.items.get(id) ?? (await trying(() => get(`/conversations/${id}`)));
  if (!conversation) return;
  list.current = id;
  list.draw();
  at('chosen').hidden = false;
  at('unchosen').hidden = true;
  box.dataset.view = 'thread';
  if (push) history.pushState({ id }, '', `/conversations/${id}`);
  document.title = `${nameOf(conversation)} · Naru`;
  composer.talkTo(conversation);
  preview.of(conversation.channel_id);
  about(conversation);
  await thread.show(conversation);
  box.dataset.chosen = id;
}

function unchoose() {
  list.current = null;
  list.draw();
  box.dataset.view = 'list';
  delete box.dataset.chosen;
  at('chosen').hidden = true;
  at('unchosen').hidden = false;
}

async function freshen(id) {
  const item = await list.freshen(id);
  if (!item || list.current !== id) return;
  about(item);
  await thread.show(item);
  list.draw();
}

const waiting = new Set();
const freshenAll = calmly(() => {
  for (const id of waiting) freshen(id);
  waiting.clear();
}, 60);

follow((event) => {
  if (!event.conversation_id) return;
  waiting.add(event.conversation_id);
  freshenAll();
}, () => { list.load(); if (list.current) freshen(list.current); });

function about(conversation) {
  const { contact } = conversation;
  const channel = channels.find((each) => each.id === conversation.channel_id);
  const rows = [
    ['about.name', contact?.name ?? t('about.unknown')],
    ['about.id', h('code', {}, contact?.external_id ?? '')],
    ['about.channel', channel ? h('a', { href: `/channels/${channel.id}` }, channel.name) : conversation.platform],
    ['about.language', contact?.language ?? t('about.unknown')],
    ['about.since', exactly(conversation.created_at)],
    ['about.origin', known(`origin.${conversation.origin?.kind}`, '–') + (conversation.origin?.ref ? ` · ${conversation.origin.ref}` : '')],
  ];
  const blocked = contact?.blocked;
  fill(at('about'),
    h('dl', { class: 'pairs' }, rows.flatMap(([key, value]) => [h('dt', {}, t(key)), h('dd', {}, value)])),
    h('div', { class: 'row' }, h('button', {
      type: 'button', class: 'button small',
      on: { click: () => trying(async () => { await post(`/contacts/${contact.id}/${blocked ? 'unblock' : 'block'}`); freshen(conversation.id); }) },
    }, t(blocked ? 'about.unblock' : 'about.block'))));
}

for (const tab of at('tabs').querySelectorAll('button[value]')) {
  tab.addEventListener('click', () => {
    for (const each of at('tabs').querySelectorAll('button[value]')) each.setAttribute('aria-pressed', String(each === tab));
    at('renditions').hidden = tab.value !== 'renditions';
    at('about').hidden = tab.value !== 'about';
  });
}
for (const button of document.querySelectorAll('[data-side]')) {
  button.addEventListener('click', () => {
    box.dataset.side = button.dataset.side;
    (button.dataset.side === 'open' ? at('tabs').querySelector('button') : at('words')).focus();
  });
}
at('back').addEventListener('click', () => { history.pushState({}, '', '/'); unchoose(); });
at('close').addEventListener('click', () => trying(async () => {
  await post(`/conversations/${list.current}/close`);
  await freshen(list.current);
}));
at('dismiss')?.addEventListener('click', () => {
  at('steps').remove();
  document.cookie = 'naru_steps=seen; Path=/; SameSite=Lax; Max-Age=31536000';
});
addEventListener('popstate', () => {
  const id = location.pathname.match(/^\/conversations\/([^/]+)$/)?.[1];
  if (id) choose(id, false);
  else unchoose();
});
addEventListener('keydown', (event) => {
  const typing = event.target.closest('input, textarea, select, dialog');
  if (event.key === 'Escape' && box.dataset.side === 'open') box.dataset.side = '';
  else if (event.key === '/' && !typing) { event.preventDefault(); at('search').focus(); }
  else if (event.key === 'r' && !typing && list.current) { event.preventDefault(); at('words').focus(); }
});
// A repeated webhook changes a message's count and tells nobody: what is looked at is asked for again now and then.
setInterval(() => { if (!document.hidden && list.current) thread.load(); }, 4000);
document.addEventListener('visibilitychange', () => { if (!document.hidden && list.current) freshen(list.current); });

await list.load();
if (given.chosen) await choose(given.chosen, false);
document.documentElement.dataset.ready = 'inbox';
