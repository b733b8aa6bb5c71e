// The inbox's list: who wrote last stands first.

import { at, calmly, fill, h } from './dom.js';
import { get, trying } from './api.js';
import { known, t, when } from './words.js';

/** How the list names somebody whom the platform does not name. */
export function nameOf(conversation) {
  const { contact, platform } = conversation;
  if (contact?.name) return contact.name;
  const id = contact?.external_id ?? '';
  return t('contact.unnamed', { platform: known(`platform.${platform}`, platform), id: id.slice(0, 6) });
}

/** The list, its tabs and its search. */
export class List {
  constructor({ chosen }) {
    this.items = new Map();
    this.state = '';
    this.chosen = chosen;
    this.next = null;
    this.turn = 0;
    at('search').addEventListener('input', calmly(() => this.load(), 200));
    at('states').addEventListener('click', (event) => {
      const button = event.target.closest('button');
      if (!button) return;
      for (const each of at('states').children) each.setAttribute('aria-pressed', String(each === button));
      this.state = button.value;
      this.load();
    });
    at('rows').addEventListener('click', (event) => {
      const row = event.target.closest('a[data-id]');
      if (!row || event.metaKey || event.ctrlKey) return;
      event.preventDefault();
      this.chosen(row.dataset.id);
    });
    at('rows').addEventListener('keydown', (event) => this.walk(event));
  }

  walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key];
    if (!step) return;
    const rows = [...at('rows').querySelectorAll('a')];
    const next = rows[rows.indexOf(document.activeElement) + step];
    if (next) { event.preventDefault(); next.focus(); }
  }

  async load(more = false) {
    const turn = ++this.turn;
    const params = new URLSearchParams({ limit: '50' });
    if (this.state) params.set('state', this.state);
    if (at('search').value.trim()) params.set('q', at('search').value.trim());
    if (more && this.next) params.set('cursor', this.next);
    const page = await trying(() => get(`/conversations?${params}`));
    if (!page || turn !== this.turn) return;
    if (!more) this.items.clear();
    for (const item of page.items) this.items.set(item.id, item);
    this.next = page.next_cursor;
    this.draw();
  }

  /** Something happened in that conversation. */
  async freshen(id) {
    let item;
    try {
      item = await get(`/conversations/${id}`);
    } catch (error) {
      if (error.status === 404) { this.items.delete(id); this.draw(); }
      return undefined;
    }
    const searching = at('search').value.trim();
    if ((!this.state || item.state === this.state) && (!searching || this.items.has(id))) this.items.set(id, item);
    else this.items.delete(id);
    this.draw();
    return item;
  }

  draw() {
    const stamp = (item) => item.last_message?.created_at ?? item.created_at;
    const sorted = [...this.items.values()].sort((a, b) => (stamp(a) < stamp(b) ? 1 : -1));
    const focused = document.activeElement?.closest?.('a[data-id]')?.dataset.id;
    const rows = sorted.map((item) => row(item, item.id === this.current, stamp(item)));
    const empty = h('div', { class: 'nothing' }, h('p', {}, t(this.state || at('search').value ? 'list.nomatch' : 'list.empty')));
    const more = this.next ? h('button', { type: 'button', class: 'button quiet', on: { click: () => this.load(true) } }, t('list.more')) : null;
    fill(at('rows'), rows.length ? rows : empty, more);
    at('rows').dataset.loaded = String(rows.length);
    if (focused) at('rows').querySelector(`a[data-id="${focused}"]`)?.focus({ preventScroll: true });
  }
}

function row(item, current, stamp) {
  const last = item.last_message;
  const from = last?.direction === 'out' ? `${t('list.you')}: ` : '';
  return h('a', { href: `/conversations/${item.id}`, class: item.unread ? 'unread' : '', 'aria-current': current ? 'true' : null, data: { id: item.id, platform: item.platform } },
    h('img', { class: 'icon', src: `/console/static/icon-${item.platform}.svg`, alt: known(`platform.${item.platform}`, item.platform) }),
    h('span', { class: 'name clip' }, nameOf(item)),
    h('time', { datetime: stamp }, when(stamp)),
    h('span', { class: 'last clip' }, `${from}${last?.text ?? ''}`.replaceAll('\n', ' ')),
    h('span', { class: 'marks' }, marks(item, last)));
}

function marks(item, last) {
  const failed = ['failed', 'unknown', 'held', 'expired'].includes(last?.delivery?.state);
  return [
    failed ? h('span', { class: 'chip bad' }, t(`delivery.${last.delivery.state}`)) : null,
    item.state !== 'open' ? h('span', { class: 'chip' }, t(`state.${item.state}`)) : null,
    item.unread ? h('span', { class: 'badge', 'aria-label': t('list.unread', { n: item.unread }) }, String(item.unread)) : null,
  ];
}
