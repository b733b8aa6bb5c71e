// A LINE room, drawn from the calls that the played LINE accepted.

import { h, webAddress } from './dom.js';
import { linked, shown } from './phone-kakao.js';
import { hour, t } from './words.js';

/** The room's bubbles, oldest first. Quick replies stand under the newest message and are gone after it. */
export function draw(screen, tap) {
  const said = sayings(screen.entries);
  const rows = screen.entries.flatMap((entry) => drawEntry(entry, tap, said));
  const chips = lastQuick(screen.entries);
  if (chips.length) rows.push(h('div', { class: 'quick' }, chips.map((item) => h('button', { type: 'button', class: 'tap', on: { click: () => tap(item.action) } }, item.action.label))));
  const read = screen.entries.some((entry) => entry.kind === 'call' && /markAsRead$/.test(entry.call.path) && taken(entry.call));
  if (read) rows.push(h('span', { class: 'stamp end' }, t('phone.read')));
  return rows;
}

const taken = (call) => (call.status >= 200 && call.status < 300) || call.status === 409;
// A call whose answer was lost (status 0) has arrived all the same where the platform had an answer with ids for it.
const arrived = (call) => (call.status >= 200 && call.status < 300) || (call.status === 0 && call.answer?.sentMessages);
const sends = (call) => /\/message\/(reply|push)$/.test(call.path) && arrived(call);

/** What the customer is seen to say by each postback, as the actions on the wire had it. */
function sayings(entries) {
  const said = new Map();
  const note = (action) => { if (action?.data) said.set(action.data, action.displayText ?? action.label); };
  for (const message of entries.filter((entry) => entry.kind === 'call').flatMap((entry) => entry.call.body?.messages ?? [])) {
    for (const item of message.quickReply?.items ?? []) note(item.action);
    for (const box of [message.template, ...(message.template?.columns ?? [])]) for (const action of box?.actions ?? []) note(action);
  }
  return said;
}

function drawEntry(entry, tap, said) {
  if (entry.kind === 'line') return [h('div', { class: 'sys' }, t(`phone.${entry.what}`))];
  if (entry.kind === 'hook') return mine(entry.event ?? {}, said);
  if (!sends(entry.call)) return [];
  return [...(entry.call.body?.messages ?? []).map((message) => theirs(message, tap)), h('span', { class: 'stamp' }, hour(entry.at))];
}

function theirs(it, tap) {
  switch (it.type) {
    case 'text': return words(it.text);
    case 'textV2': return words(it.text.replace(/\{\{/g, '{').replace(/\}\}/g, '}'));
    case 'image': return h('div', { class: 'said picture' }, h('img', { src: picture(it.previewImageUrl ?? it.originalContentUrl), alt: t('block.image') }));
    case 'video': return file('🎬', t('part.video'), it.originalContentUrl);
    case 'audio': return file('🎧', t('part.audio'), it.originalContentUrl);
    case 'location': return words(`📍 ${it.title}\n${it.address}`);
    case 'sticker': return words(`${t('block.sticker')} ${it.packageId}/${it.stickerId}`);
    case 'template': return template(it.template, it.altText, tap);
    default: return words(it.altText ?? it.type);
  }
}

const words = (text) => h('div', { class: 'said' }, h('div', { class: 'words' }, linked(text)));
const file = (sign, name, url) => h('div', { class: 'said' }, h('a', { class: 'file', href: picture(url) }, `${sign} ${name}`));

function template(it, alt, tap) {
  if (it.columns) return h('div', { class: 'cardrow' }, it.columns.map((column) => box(column, tap)));
  return it.text || it.actions ? box(it, tap) : words(alt);
}

function box(it, tap) {
  const image = it.thumbnailImageUrl ?? it.imageUrl;
  return h('div', { class: 'said' },
    image ? h('img', { src: picture(image), alt: t('block.image') }) : null,
    it.title ? h('div', { class: 'title' }, it.title) : null,
    it.text ? h('div', { class: 'words' }, it.text) : null,
    h('div', { class: 'stacked' }, (it.actions ?? (it.action ? [it.action] : [])).map((action) => button(action, tap))));
}

function button(action, tap) {
  const url = action.type === 'uri' ? webAddress(action.uri) : null;
  return url ? h('a', { class: 'tap', href: url, target: '_blank', rel: 'noreferrer noopener' }, action.label)
    : h('button', { type: 'button', class: 'tap', on: { click: () => tap(action) } }, action.label);
}

function lastQuick(entries) {
  for (const entry of [...entries].reverse()) {
    if (entry.kind === 'hook') return [];
    if (entry.kind === 'call' && sends(entry.call)) return entry.call.body?.messages?.at(-1)?.quickReply?.items ?? [];
  }
  return [];
}

/** Pictures that Naru serves have an address of this page's server; those of customers stand at the played LINE. */
function picture(address) {
  const url = webAddress(address ?? '');
  if (!url) return '';
  const { pathname } = new URL(url);
  return pathname.startsWith('/m/') ? pathname : shown(url);
}

function mine(event, said) {
  const { message } = event;
  if (event.type === 'postback') return said.has(event.postback?.data) ? [h('div', { class: 'mine' }, said.get(event.postback.data))] : [];
  if (event.type !== 'message' || !message) return event.type === 'unsend' ? [h('div', { class: 'sys' }, t('message.unsent'))] : [];
  if (message.type === 'text') return [h('div', { class: 'mine' }, message.text)];
  if (message.type === 'image') return [h('div', { class: 'mine' }, h('img', { src: `/sandbox/played/line/phone/media/${message.id}`, alt: t('block.image') }))];
  if (message.type === 'sticker') return [h('div', { class: 'mine' }, `${t('block.sticker')} ${message.packageId}/${message.stickerId}`)];
  return [h('div', { class: 'mine' }, `📄 ${message.fileName ?? t('block.file')}`)];
}
