// Draws what a preview promises: one small phone per platform, and the changes in words beside it.

import { h, webAddress } from './dom.js';
import { known, t } from './words.js';

/** One rendition of `POST /preview`, drawn as its platform's phone. */
export function phone(rendition, platform) {
  const room = h('div', { class: 'room' });
  if (rendition.verdict === 'rejected') {
    room.append(h('div', { class: 'rejected' }, t('preview.rejected', { detail: rendition.reason?.detail ?? '' })));
  }
  const parts = rendition.parts ?? [];
  for (const part of parts) room.append(...bubble(part, platform));
  if (!parts.length && rendition.verdict !== 'rejected') room.append(h('div', { class: 'sys' }, t('preview.empty')));
  return h('div', { class: `phone ${platform}` }, room);
}

/** How many buttons stand stacked below a Kakao bubble; what is beyond them hangs below as chips. */
const KAKAO_STACK = 5;

function bubble(part, platform) {
  const words = part.text ? h('div', { class: 'words' }, part.text) : null;
  const links = (part.buttons ?? []).map((button) => button.label);
  const replies = (part.replies ?? []).map((reply) => reply.label);
  const below = platform === 'kakao' ? replies.splice(0, KAKAO_STACK - links.length) : [];
  const media = pictured(part);
  const drawn = [];
  if (part.cards) drawn.push(h('div', { class: 'cardrow' }, part.cards.cards.map(card)));
  if (words || media || links.length || below.length) {
    const kind = media && !words && !links.length ? 'said picture' : 'said';
    drawn.push(h('div', { class: kind }, media, words, stacked([...links, ...below])));
  }
  if (part.location) drawn.push(h('div', { class: 'said' }, h('div', { class: 'words' }, `📍 ${part.location.title ?? ''}`)));
  if (part.form) drawn.push(h('div', { class: 'said' }, h('div', { class: 'words' }, part.form.fields.map((field) => field.label).join('\n'))));
  if (!drawn.length) drawn.push(h('div', { class: 'said' }, h('div', { class: 'words' }, known(`part.${part.kind}`, part.kind))));
  if (replies.length) drawn.push(h('div', { class: 'quick' }, replies.map((label) => h('span', {}, label))));
  return drawn;
}

function stacked(labels) {
  return labels.length ? h('div', { class: 'stacked' }, labels.map((label) => h('span', {}, label))) : null;
}

function pictured(part) {
  const block = part.media;
  if (!block) return null;
  const url = block.media?.id ? `/api/v1/media/${block.media.id}/content` : webAddress(block.media?.url ?? '');
  const picture = part.kind === 'image' || part.kind === 'rich';
  if (picture && url?.startsWith('/')) return h('img', { src: url, alt: block.alt ?? '' });
  return h('div', { class: 'file' }, picture ? '🖼 ' : '📄 ', block.name ?? block.alt ?? known(`part.${part.kind}`, part.kind));
}

function card(it) {
  return h('div', { class: 'said' },
    it.title ? h('div', { class: 'title' }, it.title) : null,
    it.body ? h('div', { class: 'words' }, it.body) : null,
    stacked((it.buttons ?? []).map((button) => button.label)));
}

/** The changes of a report in words, each with the rule it follows. */
export function changes(report) {
  const list = report.changes ?? [];
  if (!list.length && !(report.lost ?? []).length) return h('p', { class: 'soft small' }, t('report.nothing'));
  return h('ul', { class: 'changes small' },
    list.map((change) => h('li', {}, h('span', {}, sentence(change)), change.rule ? h('span', { class: 'rule' }, `(${change.rule})`) : null)),
    (report.lost ?? []).filter((loss) => !list.some((change) => change.path === loss.path && change.action === 'dropped'))
      .map((loss) => h('li', {}, h('span', { class: 'chip bad' }, t('report.lost')), `${known(`what.${loss.what}`, loss.what)}: ${loss.detail}`)));
}

/** The particle that follows a word in Korean: 으로 after a final consonant other than ㄹ. */
function ro(word) {
  const last = word.charCodeAt(word.length - 1) - 0xac00;
  const final = last >= 0 && last < 11172 ? last % 28 : 0;
  return final && final !== 8 ? '으로' : '로';
}

/** One change as a sentence: "@김매니저로 바뀜", "굵게 없어짐", "링크 버튼 → 글". */
export function sentence(change) {
  const what = known(`what.${change.what}`, change.what);
  const detail = change.detail ?? '';
  if (change.what === 'mention' && change.action === 'replaced') return t('change.mention', { detail, ro: ro(detail) });
  if (change.what === 'mark' && detail) return t('change.stripped', { what: detail.split(', ').map((mark) => known(`what.${mark}`, mark)).join(', ') });
  return t(`change.${change.action}`, { what, detail });
}
