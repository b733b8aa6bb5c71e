// The widget inside its iframe: who the visitor is, what was said, what is under way, and what of it is on screen.

import { act, follow, history, Refused } from './net.js';
import { forget, listen, recall, remember } from './memory.js';
import { freshId, Outbox } from './outbox.js';
import { embedded, hearPage, tellPage } from './page.js';
import { say, speak } from './texts.js';
import { segments } from './talk.js';
import { View } from './view.js';


/** The frames that say whether a conversation goes on. */
const TURNS = ['message', 'own', 'opened', 'closed'];

class Chat {
  constructor() {
    this.embedded = embedded;
    this.about = {};
    this.frames = new Map();
    this.outbox = new Outbox(this);
    this.isOpen = false;
    this.screen = 'start';
    this.segment = undefined;
    this.link = 'live';
    this.readUpTo = 0;
  }

  // --- who the visitor is ---------------------------------------------------------------------------------------

  boot(about) {
    this.about = about;
    speak(about.language || document.body.dataset.language);
    this.view = new View(this);
    if (recall('token') || about.member_id) this.token().catch(() => {});
    if (!embedded) this.open();
    this.draw();
    this.outbox.flush();
  }

  /** The visitor's token; asks for one at the first need. */
  token() {
    this.registering ||= this.register().catch((error) => {
      this.registering = undefined;
      throw error;
    });
    return this.registering;
  }

  async register() {
    const { member_id, member_hash, profile, page, language } = this.about;
    const before = recall('token');
    const body = { member_id, member_hash, profile, page, language, client_id: freshId() };
    let known;
    try {
      known = await act('visitor', before, body);
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401 || !before) throw error;
      forget();
      known = await act('visitor', undefined, body);
    }
    if (known.visitor_token !== before) {
      if (before) this.empty();
      remember('token', known.visitor_token);
    }
    await this.load();
    return known.visitor_token;
  }

  empty() {
    this.frames.clear();
    this.outbox.items = [];
    forget();
    this.draw();
  }

  async load() {
    const token = recall('token');
    const { frames, more } = await history(token);
    for (const frame of frames) this.frames.set(frame.seq, frame);
    this.more = more;
    this.following?.abort();
    this.following = new AbortController();
    follow(token, {
      after: () => Math.max(0, ...this.frames.keys()),
      frame: (frame) => this.hear(frame),
      state: (link) => { this.link = link; if (link === 'live') this.outbox.flush(); this.draw(); },
      lost: () => { this.registering = undefined; forget(); this.token().catch(() => {}); },
    }, this.following.signal);
    this.draw();
  }

  async earlier() {
    const { frames, more } = await history(recall('token'), Math.min(...this.frames.keys()));
    for (const frame of frames) this.frames.set(frame.seq, frame);
    this.more = more;
    this.draw();
  }

  // --- what comes ------------------------------------------------------------------------------------------------

  hear(frame) {
    if (frame.type === 'typing') {
      this.typing_ = frame.active;
      clearTimeout(this.typingEnds);
      if (frame.active) this.typingEnds = setTimeout(() => { this.typing_ = false; this.draw(); }, 8000);
    } else if (frame.type === 'read' && !frame.seq) {
      this.readUpTo = Math.max(this.readUpTo, ...[...this.frames.values()].filter((f) => f.type === 'own').map((f) => f.seq));
    } else if (frame.seq && !this.frames.has(frame.seq)) {
      this.frames.set(frame.seq, frame);
      if (frame.type === 'message') this.arrived(frame);
      if (frame.type === 'own') this.outbox.settle(frame.client_id);
    }
    this.draw();
  }

  arrived(frame) {
    this.typing_ = false;
    this.quietly('seen', { message_id: frame.message_id, state: 'delivered' });
    if (frame.author === 'marketing' && !this.isOpen) this.popped = frame;
  }

  // --- what the visitor does -------------------------------------------------------------------------------------

  send(content, shown = content) {
    this.do('message', { content }, { content: shown });
  }

  choose(frame, { label, value }) {
    this.do('choice', { message_id: frame.message_id, value, label }, { message_id: frame.message_id, value, label });
  }

  answer(frame, answers, consent) {
    this.do('form', { message_id: frame.message_id, answers, consent }, { message_id: frame.message_id, answers });
  }

  do(name, body, shown) {
    this.view.talk.toEnd();
    this.outbox.add(name, body, shown);
    this.view.talk.toEnd();
  }

  again(item) {
    this.outbox.again(item);
  }

  discard(item) {
    this.outbox.settle(item.client_id);
    this.draw();
  }

  /** Tells something that is no message; nothing is lost if it does not arrive. */
  async quietly(name, body) {
    if (!recall('token')) return;
    try {
      await act(name, recall('token'), body);
    } catch {
      // Typing and read marks are not worth a word.
    }
  }

  typing(active) {
    const due = active ? Date.now() - (this.toldTyping || 0) > 4000 : this.toldTyping;
    if (!due) return;
    this.toldTyping = active ? Date.now() : 0;
    this.quietly('typing', { active });
  }

  draft() {
    return recall('draft') || '';
  }

  keep(text) {
    remember('draft', text);
  }

  complain(text) {
    this.view.complain(text);
  }

  // --- what is on screen -----------------------------------------------------------------------------------------

  open(screen) {
    this.isOpen = true;
    this.popped = undefined;
    if (screen) this.screen = screen;
    this.token().catch(() => { this.link = navigator.onLine ? 'reconnecting' : 'offline'; this.draw(); });
    this.draw();
  }

  close() {
    if (!embedded) return;
    this.isOpen = false;
    this.draw();
  }

  dismiss() {
    this.popped = undefined;
    this.draw();
  }

  show(screen, segment) {
    this.screen = screen;
    this.segment = segment;
    this.draw();
    if (screen === 'talk') {
      this.view.talk.toEnd();
      this.view.composer.focus();
    }
  }

  async begin() {
    this.fresh = true;
    this.show('talk');
    if (this.started) return;
    this.started = true;
    const { page = window.location.href, campaign } = this.about;
    try {
      await act('start', await this.token(), { page, campaign, client_id: freshId() });
    } catch {
      this.started = false;
    }
  }

  /** What was done about a message: its chosen reply, its form's answers. */
  actsOn(message_id) {
    const about = [...this.frames.values(), ...this.outbox.items].filter((item) => item.type === 'own' && item.message_id === message_id);
    return { choice: about.find((i) => i.act === 'choice')?.value, answers: about.find((i) => i.act === 'form')?.answers };
  }

  draw() {
    if (!this.view) return;
    const frames = [...this.frames.values()].sort((a, b) => a.seq - b.seq);
    const cut = segments(frames);
    const ended = frames.findLast((f) => TURNS.includes(f.type))?.type === 'closed';
    const readUpTo = Math.max(this.readUpTo, frames.findLast((f) => f.type === 'read')?.seq || 0);
    const ongoing = cut.length > 0 && !ended;
    this.fresh &&= !ongoing;
    // Whoever begins again after an end has come in anew.
    if (ended && this.ended !== ended) this.started = false;
    this.ended = ended;
    const current = this.segment === undefined || (ongoing && this.segment === cut.length - 1);
    const own = (item) => (item.type === 'own' ? { ...item, state: item.state || (item.seq <= readUpTo || this.answered(item, frames) ? 'read' : 'sent') } : item);
    // An ended conversation stays in sight until the visitor begins another one.
    const here = this.segment === undefined ? (ongoing || !this.fresh ? cut.at(-1) || [] : []) : cut[this.segment] || [];
    const items = [...here.map(own), ...(current ? this.outbox.items : [])];
    const seen = recall('seen') || 0;
    const unread = frames.filter((f) => f.type === 'message' && f.seq > seen).length;
    const blocked = frames.findLast((f) => f.type === 'blocked')?.blocked;
    this.view.draw({
      open: this.isOpen, screen: this.screen, link: this.link, typing: this.typing_ && current, more: this.more && this.segment === undefined,
      items, unread, current, ongoing, shut: blocked ? say('blocked') : this.inputShut(frames),
      earlier: cut.map((segment, index) => ({ segment, index })).reverse().slice(0, 20),
      drawnStart: JSON.stringify([frames.at(-1)?.seq, frames[0]?.seq, ongoing, unread]),
    });
    this.report(unread);
    this.markSeen(frames, seen);
  }

  /** A workflow may close the input until a button is pressed. */
  inputShut(frames) {
    return frames.findLast((f) => f.type === 'input')?.open === false ? say('inputClosed') : '';
  }

  /** Whoever has answered has read. */
  answered(item, frames) {
    return frames.findLast((f) => f.type === 'message' && f.author === 'manager')?.seq > item.seq;
  }

  markSeen(frames, seen) {
    const last = frames.findLast((f) => f.type === 'message');
    if (!last || last.seq <= seen || !this.isOpen || this.screen !== 'talk' || document.visibilityState !== 'visible') return;
    remember('seen', last.seq);
    this.quietly('seen', { message_id: last.message_id });
    this.draw();
  }

  report(unread) {
    const height = this.view.pop(this.isOpen ? null : this.popped);
    tellPage('shown', { state: this.isOpen ? 'open' : height ? 'popup' : 'closed', height });
    if (unread !== this.toldUnread) tellPage('unread', { count: unread });
    this.toldUnread = unread;
  }

  async update(about) {
    this.about = { ...this.about, ...about, profile: { ...this.about.profile, ...about.profile } };
    if (!recall('token') && !about.member_id) return;
    this.registering = undefined;
    await this.token().catch(() => {});
  }

  shutdown() {
    this.following?.abort();
    this.empty();
  }
}

const chat = new Chat();
hearPage({
  boot: (about) => chat.boot(about || {}),
  open: () => chat.open(),
  close: () => chat.close(),
  shutdown: () => chat.shutdown(),
  update: (about) => chat.update(about || {}),
  track: ({ name, properties, page }) => chat.quietly('page', { page, event: name, properties }),
  page: ({ page }) => { chat.about.page = page; chat.quietly('page', { page }); },
}, () => chat.view);
window.addEventListener('offline', () => { chat.link = 'offline'; chat.draw(); });
window.addEventListener('online', () => { chat.link = 'reconnecting'; chat.draw(); chat.outbox.flush(); });
document.addEventListener('visibilitychange', () => chat.draw());
listen(() => chat.draw());
if (embedded) tellPage('ready', { position: document.body.dataset.position });
else chat.boot({ page: window.location.href, language: new URLSearchParams(window.location.search).get('language') || navigator.language });
