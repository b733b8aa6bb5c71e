// Draws a message's content as the inbox shows it: all of it, whatever the customer's platform made of it.

import { h, webAddress } from './dom.js';
import { bytes, t } from './words.js';

/** The blocks of a content, as elements. */
export function blocks(content) {
  return (content?.blocks ?? []).map(block).filter(Boolean);
}

function block(it) {
  switch (it.type) {
    case 'text': return h('p', {}, (it.spans ?? []).map(span));
    case 'buttons': return h('div', { class: 'row' }, it.buttons.map((button) => link(button.url, button.label, 'linkbutton')));
    case 'replies': return h('div', {}, it.replies.map((reply) => h('span', { class: 'reply' }, reply.label)));
    case 'image': return medium(it, (url) => h('img', { src: url, alt: it.alt ?? it.name ?? t('block.image'), loading: 'lazy' }));
    case 'video': return medium(it, (url) => h('video', { src: url, controls: true, preload: 'metadata' }));
    case 'audio': return medium(it, (url) => h('audio', { src: url, controls: true, preload: 'none' }));
    case 'file': return medium(it, (url) => h('a', { href: url, download: it.name ?? '', class: 'filecard' }, '📄 ', it.name ?? t('block.file')));
    case 'location': return place(it);
    case 'sticker': return h('p', {}, `${t('block.sticker')} ${it.alt ?? ''}`);
    case 'form': return h('div', { class: 'cardbox' }, it.fields.map((field) => h('p', {}, `· ${field.label}${field.required ? ' *' : ''}`)));
    case 'cards': return h('div', { class: 'stack' }, it.cards.map(card));
    case 'unsupported': return unsupported(it);
    default: return h('p', { class: 'soft' }, it.type);
  }
}

/** One span of a text, with its marks. */
export function span(it) {
  if (it.mention) return h('span', { class: 'mention' }, `@${it.mention.name}`);
  if (it.variable) return h('span', { class: 'mention' }, `{{${it.variable}}}`);
  let node = it.link ? link(it.link, it.text) : document.createTextNode(it.text);
  const marks = { bold: 'b', italic: 'i', code: 'code', strike: 's' };
  for (const mark of it.marks ?? []) node = h(marks[mark] ?? 'span', {}, node);
  return node;
}

function link(address, label, kind) {
  const url = webAddress(address);
  return url ? h('a', { href: url, class: kind, rel: 'noreferrer noopener', target: '_blank' }, label) : h('span', { class: kind }, label);
}

function medium(it, draw) {
  const media = it.media ?? {};
  const caption = it.caption ? h('p', {}, it.caption) : null;
  if (media.state === 'pending') return h('p', { class: 'soft' }, t('media.pending'));
  if (media.state === 'failed') return h('p', { class: 'soft' }, t('media.failed', { reason: media.reason ?? '' }));
  const url = media.id ? `/api/v1/media/${media.id}/content` : webAddress(media.url ?? '');
  if (!url) return h('p', { class: 'soft' }, it.alt ?? it.name ?? t('block.file'));
  const size = media.size ? h('span', { class: 'soft small' }, bytes(media.size)) : null;
  return h('div', {}, draw(url), it.type === 'file' ? size : null, caption);
}

function place(it) {
  const map = `https://www.openstreetmap.org/?mlat=${it.latitude}&mlon=${it.longitude}#map=17/${it.latitude}/${it.longitude}`;
  return h('p', {}, '📍 ', link(map, [it.title, it.address].filter(Boolean).join(' · ') || `${it.latitude}, ${it.longitude}`));
}

function card(it) {
  return h('div', { class: 'cardbox' },
    it.title ? h('strong', {}, it.title) : null,
    it.body ? h('p', {}, it.body) : null,
    (it.list ?? []).map((item) => h('p', {}, `${item.title}${item.description ? `: ${item.description}` : ''}`)),
    (it.buttons ?? []).map((button) => link(button.url, button.label, 'linkbutton')));
}

function unsupported(it) {
  return h('details', {},
    h('summary', {}, t('block.unsupported', { kind: it.kind })),
    h('pre', {}, JSON.stringify(it.raw, null, 2)));
}
