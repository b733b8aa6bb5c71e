// One conversation: its messages, what became of each, and whether one may answer now.

import { at, fill, h } from './dom.js';
import { get, post, trying } from './api.js';
import { blocks } from './content.js';
import { changes } from './rendition.js';
import { cost } from './preview.js';
import { day, exactly, hour, known, left, moment, t } from './words.js';
import { nameOf } from './list.js';

const SETTLED = { sent: '✓', delivered: '✓✓', read: '✓✓' };

/** The conversation in the middle. */
export class Thread {
  constructor({ operator, changed }) {
    this.operator = operator;
    this.changed = changed;
    this.open = new Set();
    setInterval(() => this.tick(), 1000);
  }

  async show(conversation) {
    const other = this.conversation?.id !== conversation.id;
    this.conversation = conversation;
    if (other) { this.messages = []; this.open.clear(); fill(at('messages'), h('p', { class: 'nothing' }, t('loading'))); }
    this.head();
    await this.load(other);
  }

  async load(first = false) {
    const { id } = this.conversation;
    const page = await trying(() => get(`/conversations/${id}/messages?order=desc&limit=100`));
    if (!page || this.conversation.id !== id) return;
    const box = at('messages');
    const low = first || box.scrollHeight - box.scrollTop - box.clientHeight < 80;
    this.messages = page.items.reverse();
    this.draw();
    if (low) box.scrollTop = box.scrollHeight;
    if (this.conversation.unread) this.markRead();
    clearTimeout(this.again);
    const moving = this.messages.some((message) => ['queued', 'sending'].includes(message.delivery?.state));
    if (moving) this.again = setTimeout(() => this.load(), 500);
  }

  async markRead() {
    if (document.hidden) return;
    const read = this.conversation;
    read.unread = 0;
    try { await post(`/conversations/${read.id}/read`); } catch { return; /* it stays unread, which is true */ }
    this.changed(read.id);
  }

  head() {
    const it = this.conversation;
    at('who').textContent = nameOf(it);
    fill(at('facts'), h('img', { class: 'icon', src: `/console/static/icon-${it.platform}.svg`, alt: '' }),
      h('span', { class: 'chip' }, t(`state.${it.state}`)), this.session());
    at('close').hidden = it.state === 'closed';
    this.lock();
  }

  session() {
    const it = this.conversation.session;
    if (!it || /_none$/.test(it.kind ?? '')) return this.free();
    if (!it.open) return h('span', { class: 'chip bad', id: 'session' }, t('session.closed'));
    const ms = it.expires_at ? new Date(it.expires_at) - Date.now() : null;
    if (ms !== null && ms <= 0) return h('span', { class: 'chip bad', id: 'session' }, t('session.expired'));
    const words = ms === null ? t('session.open') : t('session.left', { left: left(ms) });
    return [h('span', { class: ms !== null && ms < 3_600_000 ? 'chip warn' : 'chip good', id: 'session' }, words), this.free()];
  }

  free() {
    const until = this.conversation.session?.free_reply_until;
    if (!until) return null;
    const ms = new Date(until) - Date.now();
    return ms > 0 ? h('span', { class: 'chip good' }, t('session.free', { left: left(ms) })) : h('span', { class: 'chip warn' }, t('session.paid'));
  }

  /** Locks the composer with the refusal's own sentence where no answer can be sent. */
  lock(sentence) {
    const refusal = sentence ?? this.refusal();
    at('composer').hidden = Boolean(refusal);
    at('locked').hidden = !refusal;
    at('locked').textContent = refusal ?? '';
  }

  refusal() {
    const session = this.conversation.session;
    if (session?.refusal) return session.refusal;
    if (!session || session.open !== false || /_none$/.test(session.kind ?? '')) return null;
    const platform = known(`platform.${this.conversation.platform}`, this.conversation.platform);
    if (!session.closed_at) return t('refusal.never', { platform });
    const time = moment(session.closed_at);
    return this.conversation.platform === 'kakao' ? t('refusal.kakao', { time }) : t('refusal.closed', { platform, time });
  }

  tick() {
    if (!this.conversation || document.hidden) return;
    fill(at('facts'), ...at('facts').querySelectorAll('img, .chip:not(#session):not(.good):not(.warn):not(.bad)'), this.session());
    for (const clock of at('messages').querySelectorAll('[data-next]')) clock.textContent = retrying(clock.dataset.next);
  }

  draw() {
    let date = '';
    const rows = [];
    for (const message of this.messages) {
      const its = day(message.platform_at ?? message.created_at);
      if (its !== date) rows.push(h('div', { class: 'day' }, (date = its)));
      rows.push(this.message(message));
    }
    fill(at('messages'), rows.length ? rows : h('p', { class: 'nothing' }, t('thread.empty')));
    at('messages').dataset.count = String(this.messages.length);
  }

  message(it) {
    if (it.author?.kind === 'system' && it.direction === 'note') return h('div', { class: 'note' }, it.text);
    const auto = it.direction === 'out' && it.author?.kind !== 'manager';
    const state = it.delivery?.state;
    const lost = ['failed', 'expired'].includes(state) ? 'lost' : '';
    const by = it.direction === 'out' ? it.author?.name ?? t(`author.${it.author?.kind ?? 'bot'}`) : null;
    return h('article', { class: `message ${it.direction} ${auto ? 'auto' : ''} ${lost}`, data: { seq: it.seq, id: it.id, state: state ?? '' } },
      by ? h('span', { class: 'by' }, by) : null,
      h('div', { class: 'bubble' }, it.unsent_at ? h('p', { class: 'soft' }, t('message.unsent')) : this.said(it)),
      h('div', { class: 'under' }, under(it)),
      decision(it, this.changed), this.report(it));
  }

  said(it) {
    if (it.choice) return [h('p', {}, it.text), h('span', { class: 'chip accent choice' }, `↩ ${t('choice', { label: it.choice.label })}`)];
    const drawn = blocks(it.content);
    return drawn.length ? drawn : h('p', {}, it.text);
  }

  report(it) {
    const count = it.report?.changes?.length ?? 0;
    if (!count) return null;
    const details = h('details', { on: { toggle: () => (details.open ? this.open.add(it.id) : this.open.delete(it.id)) } },
      h('summary', {}, t('report.count', { n: count })), changes(it.report));
    details.open = this.open.has(it.id);
    return details;
  }
}

function under(it) {
  const time = it.platform_at ?? it.created_at;
  const parts = [h('time', { datetime: time, title: exactly(time) }, hour(time))];
  if (it.edited_at) parts.push(h('span', {}, t('message.edited')));
  const duplicates = it.duplicates ?? it.extra?.duplicates ?? 0;
  if (duplicates) parts.push(h('span', { class: 'chip' }, t('message.duplicates', { n: duplicates })));
  const delivery = it.delivery;
  if (!delivery) return parts;
  parts.push(cost(typeof delivery.cost === 'string' ? { class: delivery.cost } : delivery.cost));
  if (delivery.parts > 1) parts.push(h('span', {}, t('delivery.parts', { sent: delivery.parts_sent, parts: delivery.parts })));
  parts.push(h('span', { class: `state ${TONE[delivery.state] ?? ''}` }, `${t(`delivery.${delivery.state}`)}${SETTLED[delivery.state] ? ` ${SETTLED[delivery.state]}` : ''}`));
  if (waits(delivery)) {
    parts.push(h('span', { class: 'chip warn', data: { next: delivery.next_at } }, retrying(delivery.next_at)));
  }
  if (delivery.id) parts.push(h('a', { href: `/deliveries/${delivery.id}` }, t('delivery.look')));
  return parts;
}

const TONE = { failed: 'chip bad', expired: 'chip bad', unknown: 'chip warn', held: 'chip warn', cancelled: 'chip' };

/** Whether a delivery was tried in vain and will be tried again. */
function waits(delivery) {
  return delivery.state === 'queued' && delivery.next_at && (delivery.error || new Date(delivery.next_at) - Date.now() > 700);
}

function retrying(next) {
  const ms = new Date(next) - Date.now();
  return ms > 0 ? t('delivery.next', { left: left(ms) }) : t('delivery.now');
}

/** What a person has to decide about a message that did not simply arrive. */
function decision(it, changed) {
  const state = it.delivery?.state;
  if (!['unknown', 'failed', 'expired', 'held', 'queued'].includes(state)) return null;
  const act = (path) => () => trying(async () => { await post(path); changed(); });
  const button = (words, path, kind = '') => h('button', { type: 'button', class: `button small ${kind}`, on: { click: act(path) } }, words);
  const retry = button(t(state === 'unknown' ? 'decide.again' : 'decide.retry'), `/messages/${it.id}/retry`);
  if (state === 'queued' || state === 'held') {
    const stuck = waits(it.delivery) || state === 'held';
    return stuck ? h('div', { class: 'row' }, button(t('decide.cancel'), `/messages/${it.id}/cancel`, 'quiet')) : null;
  }
  const reason = it.delivery.error?.reason ?? it.delivery.error?.detail ?? (typeof it.delivery.error === 'string' ? it.delivery.error : null);
  const code = it.delivery.error?.code;
  const closed = code === 'session-closed' || code === 'session_closed';
  return h('div', { class: 'decide', role: 'group' },
    h('span', {}, state === 'unknown' ? t('decide.unknown') : reason ?? t(`delivery.${state}`)),
    h('div', { class: 'row' }, closed ? null : retry,
      state === 'unknown' && it.delivery.id ? button(t('decide.leave'), `/deliveries/${it.delivery.id}/skip`, 'quiet') : null));
}
