// A Kakao room, drawn from the calls that the played Kakao accepted: classic, Happytalk v3 and Bizgo spellings.

import { h, webAddress } from './dom.js';
import { hour, t } from './words.js';

/** The room's bubbles, oldest first. `tap(button)` gets a button as it stood on the wire. */
export function draw(screen, tap) {
  const chips = lastQuick(screen.entries);
  return [...screen.entries.flatMap((entry) => drawEntry(entry, tap)), chips.length ? quick(chips, tap) : null].filter(Boolean);
}

function drawEntry(entry, tap) {
  if (entry.kind === 'line') return [h('div', { class: 'sys' }, t(`phone.${entry.what}`))];
  if (entry.kind === 'hook') return mine(entry);
  const bubble = accepted(entry.call) ? theirs(entry.call.body, tap) : null;
  return bubble ? [bubble, h('span', { class: 'stamp' }, hour(entry.at))] : [];
}

/** A call that Kakao took: 2xx, or an answer that got lost on its way (0), and a code that says so. */
function accepted(call) {
  const code = String(call.answer?.code ?? call.answer?.data?.code ?? '0');
  return (call.status === 0 || (call.status >= 200 && call.status < 300)) && ['0', '0000', 'A000'].includes(code);
}

/** One message whatever dealer carried it; `null` for a call that shows nothing. */
function read(body) {
  if (!body || typeof body !== 'object') return null;
  const attachment = body.attachment ?? {};
  const image = attachment.image ?? {};
  const file = attachment.file ?? {};
  const message = {
    kind: body.message_type ?? body.chat_bubble_type ?? body.msgType, text: body.message, header: body.header, more: body.description,
    image: body.image_url ?? image.img_url ?? image.imgUrl, file: body.file_url ?? file.file_url ?? file.fileUrl, name: body.file_name ?? file.file_name ?? file.fileName,
    buttons: body.links ?? attachment.buttons ?? [], quick: body.supplement?.quick_reply ?? attachment.quick_replies ?? attachment.quickReplies ?? [],
    cards: body.carousel?.list ?? [], item: attachment.item,
  };
  return message.kind ? message : null;
}

function theirs(body, tap) {
  const it = read(body);
  if (!it) return null;
  if (it.cards.length) return h('div', { class: 'cardrow' }, it.cards.map((card) => said({ text: card.message, header: card.header, image: card.attachment?.image?.img_url ?? card.attachment?.image?.imgUrl, buttons: card.attachment?.buttons ?? [] }, tap)));
  return said(it, tap);
}

function said(it, tap) {
  const only = it.image && !it.text && !it.buttons?.length;
  const items = [...(it.item?.highlight ? [it.item.highlight] : []), ...(it.item?.list ?? []), ...(it.item?.summary ? [it.item.summary] : [])];
  return h('div', { class: only ? 'said picture' : 'said' },
    it.image ? h('img', { src: shown(it.image), alt: t('block.image') }) : null,
    it.header ? h('div', { class: 'title' }, it.header) : null,
    items.length ? h('div', { class: 'words' }, items.map((item) => `${item.title ?? ''}  ${item.description ?? ''}`).join('\n')) : null,
    it.file ? h('a', { class: 'file', href: shown(it.file), download: it.name ?? '' }, '📄 ', it.name ?? t('block.file')) : null,
    it.text ? h('div', { class: 'words' }, linked(it.text)) : null,
    it.more ? h('div', { class: 'words' }, it.more) : null,
    it.buttons?.length ? h('div', { class: 'stacked' }, it.buttons.map((button) => buttonOf(button, tap))) : null);
}

function buttonOf(button, tap) {
  const url = webAddress(button.url_mobile ?? button.urlMobile ?? '');
  if ((button.url_mobile ?? button.urlMobile) && url) return h('a', { class: 'tap', href: url, target: '_blank', rel: 'noreferrer noopener' }, button.name);
  return h('button', { type: 'button', class: 'tap', on: { click: () => tap(button) } }, button.name);
}

const quick = (buttons, tap) => h('div', { class: 'quick' }, buttons.map((button) => h('button', { type: 'button', class: 'tap', on: { click: () => tap(button) } }, button.name)));

/** Quick connections stand under the last message until the customer answers. */
function lastQuick(entries) {
  for (const entry of [...entries].reverse()) {
    if (entry.kind === 'hook') return [];
    if (entry.kind === 'call' && accepted(entry.call)) {
      const it = read(entry.call.body);
      if (it) return it.quick;
    }
  }
  return [];
}

function mine(entry) {
  const event = entry.event ?? {};
  const contents = event.contents ?? [event.content];
  const drawn = contents.filter(Boolean).map((it) => {
    if (typeof it === 'string') return h('div', { class: 'mine' }, it);
    if (!it.url) return it.comment ? h('div', { class: 'mine' }, it.comment) : null;
    const kind = event.type ?? event.msgType?.toLowerCase();
    return h('div', { class: 'mine' }, kind === 'photo' ? h('img', { src: shown(it.url), alt: t('block.image') }) : h('a', { href: shown(it.url) }, `📄 ${t('block.file')}`));
  });
  return drawn.filter(Boolean);
}

/** The played platform's files stand on another port; the sandbox hands them out under its own address. */
export function shown(address) {
  const url = webAddress(address);
  if (!url) return '';
  const { hostname, pathname, origin, port } = new URL(url);
  if (origin === location.origin) return url;
  return hostname === '127.0.0.1' && port ? `/sandbox/played${pathname}` : '';
}

/** Phones make addresses tappable. */
export function linked(text) {
  return text.split(/(https?:\/\/[^\s]+)/g).map((piece) => (/^https?:\/\//.test(piece) && webAddress(piece) ? h('a', { href: piece, target: '_blank', rel: 'noreferrer noopener' }, piece) : piece));
}
