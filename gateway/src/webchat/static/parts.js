// Draws the parts of a message, one bubble each, from the frame alone.

import { el, icon, link, webAddress } from './dom.js';
import { drawForm } from './form.js';
import { say, spoken } from './texts.js';

const MARKS = { bold: 'strong', italic: 'em', code: 'code', strike: 's' };
const COLORS = ['blue', 'green', 'orange', 'red', 'gray'];

/** Words with their marks, links and mentions; line breaks are kept by the style. */
export function drawSpans(spans = []) {
  return spans.map((span) => {
    if (span.mention) return el('span', { class: 'mention' }, `@${span.mention.name}`);
    if (span.variable) return document.createTextNode(span.fallback || '');
    let node = document.createTextNode(span.text);
    for (const mark of span.marks || []) node = MARKS[mark] ? el(MARKS[mark], {}, node) : node;
    return span.link ? link(span.link, {}, node) : node;
  });
}

const bubble = (...children) => el('div', { class: 'bubble' }, ...children);

const words = (spans) => (spans && spans.length ? el('p', { class: 'words' }, ...drawSpans(spans)) : undefined);

function drawButtons(buttons = []) {
  return buttons.length > 0 && el('div', { class: 'buttons' }, ...buttons.map((button) => {
    const color = COLORS.includes(button.color) ? button.color : 'blue';
    return link(button.url, { class: `button ${color}` }, button.label);
  }));
}

const size = (bytes) => {
  if (!bytes) return '';
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'kilobyte'] : [bytes / 1e6, 'megabyte'];
  return new Intl.NumberFormat(spoken(), { style: 'unit', unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
};

function drawFile(media, kind) {
  return link(media.url, { class: 'file' }, icon('file'), el('span', {}, media.name || media.alt || say(kind)),
    el('small', {}, size(media.bytes || media.size)));
}

function drawImage(media) {
  const address = webAddress(media.preview_url || media.url);
  if (!address) return drawFile(media, 'image');
  const image = el('img', {
    src: address, alt: media.alt || media.name || say('image'), loading: 'lazy', width: media.width, height: media.height,
  });
  image.addEventListener('error', () => image.replaceWith(document.createTextNode(`[${image.alt}]`)), { once: true });
  return link(media.url, { class: 'picture' }, image);
}

function drawPlayer(media, kind) {
  const address = webAddress(media.url);
  if (!address) return drawFile(media, kind);
  return el(kind, { src: address, controls: true, preload: 'metadata', 'aria-label': media.alt || media.name || say(kind) });
}

/** A picture, file, video or recording. */
export function drawMedia(kind, media = {}) {
  const caption = media.caption && el('p', { class: 'words' }, media.caption);
  const shown = kind === 'image' ? drawImage(media) : kind === 'file' ? drawFile(media, kind) : drawPlayer(media, kind);
  return [shown, caption];
}

function drawItem(item, name) {
  return el('li', { class: name }, item.image && drawImage({ ...item.image, alt: item.title }),
    el('span', { class: 'head' }, item.title), item.description && el('span', {}, item.description));
}

function drawCard(card) {
  const list = [...(card.highlight ? [drawItem(card.highlight, 'highlight')] : []), ...(card.list || []).map((item) => drawItem(item))];
  return el('li', { class: 'card' },
    card.image && drawImage({ ...card.image, alt: card.title }),
    card.title && el('strong', { class: 'head' }, card.title),
    card.body && el('p', { class: 'words' }, card.body),
    list.length > 0 && el('ul', { class: 'list' }, ...list),
    card.summary && el('p', { class: 'summary' }, el('span', {}, card.summary.title), el('strong', {}, card.summary.description)),
    card.footnote && el('small', {}, card.footnote),
    drawButtons(card.buttons));
}

function drawCards(part) {
  const row = el('ul', { class: `cards ${part.layout}`, tabindex: part.cards.length > 1 ? 0 : undefined }, ...part.cards.map(drawCard));
  if (part.cards.length < 2) return row;
  const turn = (way, side, name) => el('button', { type: 'button', class: `turn ${side}`, 'aria-label': say(name),
    onclick: () => row.scrollBy({ left: way * row.clientWidth * 0.8, behavior: 'smooth' }) }, icon('back'));
  const [before, after] = [turn(-1, 'left', 'previous'), turn(1, 'right', 'next')];
  const look = () => {
    before.hidden = row.scrollLeft < 8;
    after.hidden = row.scrollLeft + row.clientWidth > row.scrollWidth - 8;
  };
  row.addEventListener('scroll', look);
  new ResizeObserver(look).observe(row);
  return el('div', { class: 'carousel-frame' }, row, before, after);
}

/** A place, with a way to a map. */
export function drawLocation(place) {
  const { latitude, longitude } = place;
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;
  return el('div', { class: 'place' }, icon('pin'),
    el('div', {}, el('strong', {}, place.title || `${latitude}, ${longitude}`), place.address && el('p', {}, place.address),
      link(map, {}, say('map'))));
}

/** A sticker: its picture where there is one, else what stands for it. */
export function drawSticker(sticker) {
  const address = sticker.image_url && webAddress(sticker.image_url);
  const alt = sticker.alt || `[${say('sticker')}]`;
  return address ? el('img', { class: 'sticker', src: address, alt, loading: 'lazy' }) : el('p', { class: 'words' }, alt);
}

function drawBody(part, context) {
  switch (part.kind) {
    case 'text': return [words(part.spans)];
    case 'image': case 'file': case 'video': case 'audio': return [...drawMedia(part.kind, part.media), words(part.spans)];
    case 'cards': return [drawCards(part)];
    case 'location': return [drawLocation(part.location)];
    case 'sticker': return [drawSticker(part.sticker)];
    case 'form': return [drawForm(part, context)];
    default: return [el('p', { class: 'words' }, say('unknown'))];
  }
}

/** One part as a bubble, and below it the reply buttons that are still open. */
export function drawPart(part, context) {
  const nodes = [bubble(...drawBody(part, context), drawButtons(part.buttons))];
  if (part.replies && part.replies.length && !context.chosen) {
    nodes.push(el('div', { class: 'replies', role: 'group' }, ...part.replies.slice(0, 10).map((reply) => el('button', {
      type: 'button', class: 'reply', onclick: () => context.choose(reply),
    }, reply.label))));
  }
  return nodes;
}

const BLOCKS = {
  text: (block) => [words(block.spans)],
  location: (block) => [drawLocation(block)],
  sticker: (block) => [drawSticker(block)],
};

/** What the visitor said, as it was sent. */
export function drawOwn(content = {}) {
  if (typeof content.text === 'string') return [bubble(el('p', { class: 'words' }, content.text))];
  return (content.blocks || []).map((block) => {
    const draw = BLOCKS[block.type] || (block.media ? () => drawMedia(block.type, { ...block, ...block.media }) : undefined);
    return bubble(...(draw ? draw(block) : [el('p', { class: 'words' }, say('unknown'))]));
  });
}

/** The words of a frame, for previews and for those who only hear it. */
export function plain(frame) {
  const spoken_ = (spans = []) => spans.map((s) => (s.mention ? `@${s.mention.name}` : s.text || s.fallback || '')).join('');
  const label = (kind, media) => `[${say(kind)}] ${media?.name || media?.alt || ''}`.trim();
  if (frame.type === 'own') {
    if (frame.act === 'choice') return frame.label || frame.value || '';
    if (frame.act === 'form') return say('submitted');
    const { text, blocks = [] } = frame.content || {};
    return text ?? blocks.map((b) => (b.spans ? spoken_(b.spans) : b.title || label(b.type, b))).join(' ');
  }
  return (frame.parts || []).map((part) => {
    if (part.spans && part.spans.length) return spoken_(part.spans);
    if (part.cards) return part.cards.map((card) => card.title || card.body || '').join(' · ');
    if (part.fields) return part.fields.map((field) => field.label).join(' · ');
    if (part.location) return part.location.title || say('map');
    if (part.sticker) return part.sticker.alt || `[${say('sticker')}]`;
    return part.media ? label(part.kind, part.media) : '';
  }).filter(Boolean).join(' ');
}
