// /sandbox: a customer's phone per platform, drawn from what the played platforms received, and from nothing else.

import './shell.js';
import { at, brought, drawn, fill, h, say } from './dom.js';
import { draw as kakao } from './phone-kakao.js';
import { draw as line } from './phone-line.js';
import { known, t } from './words.js';

const given = brought('given');
const DRAW = { kakao, line };
const CLIP = 'M20 11l-8.500 8.500a5 5 0 0 1-7-7L13 4a3.400 3.400 0 0 1 4.800 4.800L9.500 17a1.700 1.700 0 0 1-2.400-2.400L14.500 7.200';
const csrf = document.querySelector('meta[name="csrf"]').content;

async function call(path, body) {
  const answer = await fetch(`/sandbox/${path}`, body === undefined ? {} : {
    method: 'POST', headers: { 'content-type': 'application/json', 'x-csrf-token': csrf }, body: JSON.stringify(body),
  });
  const value = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(value.detail ?? String(answer.status));
  return value;
}

/** One platform's phone with its controls. */
class Device {
  constructor(it) {
    this.platform = it.platform;
    this.customer = new URLSearchParams(location.search).get(it.platform) ?? it.customers[0].id;
    this.room = h('div', { class: 'room', role: 'log', tabindex: '0', 'aria-label': t('sandbox.room') });
    this.bar = h('div', { class: 'bar' });
    this.told = h('p', { class: 'said-back', role: 'status' });
    this.words = h('input', { type: 'text', name: 'words', 'aria-label': t('sandbox.write'), placeholder: t('sandbox.write'), autocomplete: 'off' });
    this.file = h('input', { type: 'file', hidden: true, 'aria-label': t('tool.attach'), on: { change: () => this.sendFile() } });
    this.controls = h('div', { class: 'controls', role: 'group', 'aria-label': t('sandbox.customer') });
    this.breakers = h('div', { class: 'controls', role: 'group', 'aria-label': t('sandbox.break') });
    this.element = this.frame(it);
    this.element.addEventListener('pointerdown', () => { this.held = true; });
    addEventListener('pointerup', () => setTimeout(() => { this.held = false; if (this.late) this.load(); }));
  }

  frame(it) {
    const who = h('select', { 'aria-label': t('sandbox.whose'), on: { change: () => { this.customer = who.value; this.load(true); } } },
      it.customers.map((customer) => h('option', { value: customer.id, selected: customer.id === this.customer }, customer.name)));
    const form = h('form', { on: { submit: (event) => { event.preventDefault(); this.write(); } } },
      h('button', { type: 'button', class: 'button icon', 'aria-label': t('tool.attach'), on: { click: () => this.file.click() } }, clip()),
      this.file, this.words, h('button', { class: 'button primary' }, t('composer.send')));
    return h('section', { class: 'device', data: { platform: this.platform } },
      h('header', {}, h('img', { class: 'icon', src: `/console/static/icon-${this.platform}.svg`, alt: '' }), h('h2', {}, known(`platform.${this.platform}`, this.platform)), who),
      h('div', { class: `phone ${this.platform}` }, this.bar, this.room, form),
      this.told, this.controls, this.breakers, it.flavours.length > 1 ? this.flavours(it) : null);
  }

  flavours(it) {
    const select = h('select', { id: `flavour-${this.platform}`, on: { change: () => this.doing(() => call(`${this.platform}/flavour`, { flavour: select.value }), t('sandbox.flavourset')) } },
      it.flavours.map((flavour) => h('option', { value: flavour.name, selected: flavour.current }, flavour.title)));
    return h('div', { class: 'field' }, h('label', { for: select.id }, t('sandbox.flavour')), select);
  }

  async doing(act, done) {
    try {
      const answer = await act();
      this.told.textContent = done ?? answered(answer.hooks ?? []);
      await this.load();
    } catch (error) {
      this.told.textContent = error.message;
      say(error.message, true);
    }
  }

  act(act) {
    return this.doing(() => call(`${this.platform}/act`, { customer: this.customer, act }));
  }

  async write() {
    const text = this.words.value.trim();
    if (!text) return;
    this.words.value = '';
    await this.act({ act: 'text', text });
  }

  async sendFile() {
    const [file] = this.file.files;
    if (!file) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    this.file.value = '';
    await this.act({ act: 'file', name: file.name, mime: file.type || 'application/octet-stream', data: btoa(binary) });
  }

  async load(jump = false) {
    const screen = await call(`${this.platform}/screen?customer=${encodeURIComponent(this.customer)}`).catch((error) => { say(error.message, true); return null; });
    if (!screen || screen.customer.id !== this.customer) return;
    // What is being pressed is not drawn anew under the finger.
    this.late = this.held;
    const shown = JSON.stringify(screen);
    if (this.held || shown === this.shown) return;
    this.shown = shown;
    const low = jump || this.room.scrollHeight - this.room.scrollTop - this.room.clientHeight < 90;
    fill(this.bar, h('span', { class: 'grow clip' }, t('sandbox.shop')), screen.session_open === null ? null : h('span', { class: 'chip' }, t(screen.session_open ? 'session.open' : 'session.closed')));
    fill(this.room, DRAW[this.platform](screen, (button) => this.act({ act: 'tap', button })));
    this.room.dataset.count = String(screen.entries.length);
    if (low) this.room.scrollTop = this.room.scrollHeight;
    this.buttons(screen);
  }

  buttons(screen) {
    const button = (words, act, pressed) => h('button', { type: 'button', class: 'button', 'aria-pressed': pressed === undefined ? null : String(pressed), on: { click: act } }, words);
    const plain = (name) => button(t(`act.${name}`), () => this.act({ act: name }));
    const acts = this.platform === 'kakao' ? [plain('leave')] : [button(t('act.sticker'), () => this.act({ act: 'sticker', package_id: '446', sticker_id: '1988' })), plain('unsend')];
    fill(this.controls, ...acts, plain(screen.blocked ? 'unblock' : 'block'));
    const troubles = screen.troubles ?? {};
    fill(this.breakers, ...[['throttled', 2], ['lost_answer', 1], ['server_error', 2], ['auth_broken', 1], ...(this.platform === 'line' ? [['quota_used_up', 1]] : [])].map(([name, times]) => button(
      t(`trouble.${name}`) + (troubles[name] > 1 ? ` ×${troubles[name]}` : ''),
      () => this.doing(() => call(`${this.platform}/trouble`, { trouble: name, times: troubles[name] ? 0 : times }), t(troubles[name] ? 'sandbox.mended' : 'sandbox.broken')), Boolean(troubles[name]))),
    button(t('act.again'), () => this.doing(() => call(`${this.platform}/again`, {}))),
    button(t('act.forge'), () => this.doing(() => call(`${this.platform}/forge`, {}))));
  }
}

function clip() {
  const icon = drawn(CLIP);
  icon.setAttribute('width', '18');
  icon.setAttribute('fill', 'none');
  icon.setAttribute('stroke', 'currentColor');
  return icon;
}

/** What the gateway answered to the webhooks: "웹훅 200 · 3 ms". */
const answered = (hooks) => hooks.map((hook) => t('sandbox.answered', { status: hook.status, ms: hook.ms })).join(' · ');

/** The web chat is the real widget on a page of its own. */
function shop(it) {
  return h('section', { class: 'device', data: { platform: 'webchat' } },
    h('header', {}, h('img', { class: 'icon', src: '/console/static/icon-webchat.svg', alt: '' }), h('h2', {}, t('platform.webchat'))),
    h('iframe', { src: it.page, title: t('sandbox.shoptitle') }),
    h('p', { class: 'said-back' }, t('sandbox.webchat')));
}

const devices = given.phones.filter((it) => DRAW[it.platform]).map((it) => new Device(it));
fill(at('bench'), devices.map((device) => device.element), given.webchat ? shop(given.webchat) : null);
await Promise.all(devices.map((device) => device.load(true)));

const source = new EventSource('/sandbox/stream');
source.addEventListener('changed', (event) => devices.find((device) => device.platform === event.data)?.load());
addEventListener('pagehide', () => source.close());
document.documentElement.dataset.ready = 'phones';
