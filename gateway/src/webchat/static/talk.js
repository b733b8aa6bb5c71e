// The conversation as a list: day lines, messages, the visitor's own words and what became of them. Nodes are kept
// while nothing about them changes, so that a half-filled form or a playing video survives what arrives meanwhile.

import { el } from './dom.js';
import { drawOwn, drawPart } from './parts.js';
import { day, hour, say } from './texts.js';

/** Cuts frames into conversations: one ends where it was closed, or where a message belongs to another one. */
export function segments(frames) {
  const cut = [[]];
  let current;
  for (const frame of frames) {
    const moved = frame.conversation_id && current && frame.conversation_id !== current;
    const ended = cut.at(-1).at(-1)?.type === 'closed';
    if (moved || ended) cut.push([]);
    current = frame.conversation_id || (ended ? undefined : current);
    cut.at(-1).push(frame);
  }
  return cut.filter((segment) => segment.some((frame) => frame.type === 'message' || frame.type === 'own'));
}

export class Talk {
  constructor(host) {
    this.host = host;
    this.nodes = new Map();
    this.more = el('button', { type: 'button', class: 'more', hidden: true, onclick: () => host.earlier() }, say('more'));
    this.list = el('ol', { class: 'log', role: 'log', 'aria-label': say('log'), 'aria-live': 'polite', 'aria-relevant': 'additions' });
    this.empty = el('p', { class: 'empty' }, say('empty'));
    this.typing = el('p', { class: 'typing', role: 'status', hidden: true }, el('i'), el('i'), el('i'), el('span', { class: 'only-heard' }, say('typing')));
    this.node = el('div', { class: 'talk', tabindex: -1 }, this.more, this.empty, this.list, this.typing);
  }

  /** Draws `items` (frames and acts under way); scrolls down when the reader was at the end. */
  draw(items, { typing, more }) {
    const { scrollTop, scrollHeight, clientHeight } = this.node;
    const atEnd = scrollHeight - scrollTop - clientHeight < 80;
    const grownAbove = this.first !== undefined && items.length > 0 && this.first !== items[0].seq && scrollTop < 80;
    const wanted = this.wanted(items);
    let place = this.list.firstChild;
    for (const node of wanted) {
      if (node === place) place = place.nextSibling;
      else this.list.insertBefore(node, place);
    }
    while (place) {
      const gone = place;
      place = place.nextSibling;
      gone.remove();
    }
    this.first = items[0]?.seq;
    this.empty.hidden = items.length > 0;
    this.typing.hidden = !typing;
    this.more.hidden = !more;
    if (grownAbove) this.node.scrollTop = this.node.scrollHeight - scrollHeight + scrollTop;
    else if (atEnd) this.toEnd();
  }

  toEnd() {
    this.node.scrollTop = this.node.scrollHeight;
  }

  wanted(items) {
    const kept = new Map();
    const wanted = [];
    let today;
    const put = (key, state, make) => {
      const known = this.nodes.get(key);
      const entry = known && known.state === state ? known : { state, node: make() };
      kept.set(key, entry);
      wanted.push(entry.node);
    };
    for (const item of items) {
      const name = day(item.at);
      if (name !== today) {
        today = name;
        put(`day ${new Date(item.at).toDateString()}`, name, () => el('li', { class: 'day' }, el('span', {}, name)));
      }
      if (item.type === 'message') {
        const acts = this.host.actsOn(item.message_id);
        put(`seq ${item.seq}`, JSON.stringify(acts), () => this.message(item, acts));
      } else if (item.type === 'own' && (item.act !== 'form' || item.state === 'failed')) {
        // An answered form shows its answers itself.
        put(`own ${item.client_id}`, item.state, () => this.own(item));
      } else if (item.type === 'closed') {
        put(`seq ${item.seq}`, '', () => el('li', { class: 'notice' }, say('closed')));
      }
    }
    this.nodes = kept;
    return wanted;
  }

  message(frame, acts) {
    const context = {
      chosen: acts.choice !== undefined,
      answers: acts.answers,
      choose: (reply) => this.host.choose(frame, reply),
      answer: (answers, consent) => this.host.answer(frame, answers, consent),
    };
    const who = frame.author_name || say(frame.author === 'manager' ? 'us' : 'bot');
    return el('li', { class: 'message theirs', 'data-seq': frame.seq }, el('span', { class: 'who' }, who),
      ...frame.parts.flatMap((part) => drawPart(part, context)), el('time', { datetime: frame.at }, hour(frame.at)));
  }

  own(item) {
    const said = drawOwn(item.act === 'choice' ? { text: item.label || item.value } : item.content);
    const state = { sending: 'sending', sent: 'sent', read: 'read', failed: 'failed' }[item.state];
    const again = item.state === 'failed' && [
      el('button', { type: 'button', class: 'again', onclick: () => this.host.again(item) }, say('again')),
      el('button', { type: 'button', class: 'again', onclick: () => this.host.discard(item) }, say('discard'))];
    return el('li', { class: `message ours ${item.state}` }, el('span', { class: 'only-heard' }, say('you')), ...said,
      el('p', { class: 'state' }, el('time', { datetime: item.at }, hour(item.at)), ` ${say(state)} `, ...(again || [])));
  }
}
