// The live preview beside the composer: every platform's phone, as text or native, and what was changed.

import { at, fill, h } from './dom.js';
import { api, trying } from './api.js';
import { changes, phone } from './rendition.js';
import { known, t } from './words.js';

const NATIVE = { link_buttons: 'native', formatting: 'native' };
const TEXT = { link_buttons: 'text', formatting: 'strip' };

/** Draws previews into the side panel. */
export class Preview {
  constructor(channels) {
    this.channels = channels;
    this.modes = new Map();
    this.turn = 0;
    this.content = null;
    this.first = null;
  }

  /** The conversation's own channel comes first. */
  of(channelId) {
    this.first = channelId;
    return this.show(this.content);
  }

  order() {
    const platforms = new Set();
    const sorted = [...this.channels].sort((a, b) => (b.id === this.first) - (a.id === this.first));
    return sorted.filter((channel) => !platforms.has(channel.platform) && platforms.add(channel.platform));
  }

  mode(channel) {
    return this.modes.get(channel.id) ?? this.own(channel);
  }

  own(channel) {
    const settings = channel.settings ?? {};
    return settings.link_buttons === 'native' || channel.platform === 'webchat' ? 'native' : 'text';
  }

  /** Draws `content`; an empty one explains what will stand here. */
  async show(content) {
    this.content = content;
    const holder = at('renditions');
    if (!content) return fill(holder, h('div', { class: 'nothing' }, h('p', {}, t('preview.hint'))));
    const turn = ++this.turn;
    const channels = this.order();
    const targets = channels.map((channel) => ({
      platform: channel.platform,
      settings: { ...flavour(channel), language: channel.settings?.language ?? 'ko', ...(this.mode(channel) === 'native' ? NATIVE : TEXT) },
    }));
    let answer;
    try {
      answer = await api('POST', '/preview', { content, targets });
    } catch (error) {
      if (turn === this.turn) fill(holder, h('p', { class: 'chip bad' }, error.message));
      return undefined;
    }
    if (turn !== this.turn) return undefined;
    fill(holder, answer.renditions.map((rendition, index) => this.rendition(rendition, channels[index])));
    return holder.dataset.turn = String(turn);
  }

  rendition(rendition, channel) {
    const mode = this.mode(channel);
    const button = (name) => h('button', {
      type: 'button', 'aria-pressed': String(mode === name),
      on: { click: () => { this.modes.set(channel.id, name); this.show(this.content); } },
    }, t(`preview.${name}`));
    const switcher = channel.platform === 'webchat' ? null : h('div', { class: 'segments', role: 'group', 'aria-label': t('preview.mode') }, button('text'), button('native'));
    return h('section', { class: 'rendition', data: { platform: channel.platform } },
      h('header', {},
        h('img', { class: 'icon', src: `/console/static/icon-${channel.platform}.svg`, alt: '' }),
        h('span', { class: 'grow clip' }, known(`platform.${channel.platform}`, channel.platform)),
        cost(rendition.cost), switcher),
      phone(rendition, channel.platform),
      changes(rendition),
      mode === this.own(channel) || channel.platform === 'webchat' ? null : this.apply(channel, mode));
  }

  apply(channel, mode) {
    const act = () => trying(async () => {
      const changed = await api('PATCH', `/channels/${channel.id}`, { settings: mode === 'native' ? NATIVE : TEXT });
      channel.settings = changed.settings;
      this.modes.delete(channel.id);
      await this.show(this.content);
    });
    return h('div', { class: 'row small' },
      h('span', { class: 'soft grow' }, t('preview.differs')),
      h('button', { type: 'button', class: 'button small', on: { click: act } }, t('preview.apply')));
  }
}

function flavour(channel) {
  return channel.settings?.flavour ? { flavour: channel.settings.flavour } : {};
}

/** What a message costs, as a chip; nothing where it costs nothing that is counted. */
export function cost(it) {
  if (!it || it.class === 'none') return null;
  if (it.class === 'segments') return h('span', { class: 'chip' }, t('cost.segments', { n: it.segments ?? 1 }));
  return h('span', { class: it.class === 'free_reply' ? 'chip good' : 'chip warn' }, t(`cost.${it.class}`));
}
