// The composer: words in the small Markdown, and pieces (buttons, replies, files) beside them.

import { at, calmly, drawn, fill, h, say } from './dom.js';
import { api, freshKey, Refusal, trying } from './api.js';
import { ask, example } from './pieces.js';
import { t } from './words.js';

const TOOLS = [
  ['bold', 'M7 5h6a3.500 3.500 0 0 1 0 7H7zM7 12h7a3.500 3.500 0 0 1 0 7H7z', (c) => c.wrap('**')],
  ['italic', 'M10 5h7M7 19h7M14 5l-4 14', (c) => c.wrap('*')],
  ['code', 'M9 8l-4 4 4 4M15 8l4 4-4 4', (c) => c.wrap('`')],
  ['mention', 'M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0zm0 0v1.500a2.500 2.500 0 0 0 5 0V12a9 9 0 1 0-4 7.500', (c) => c.mention()],
  ['linkbutton', 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1', (c) => c.add('buttons')],
  ['replies', 'M4 6h12a3 3 0 0 1 0 6H4zM8 15h12M8 19h8', (c) => c.add('replies')],
  ['attach', 'M20 11l-8.500 8.500a5 5 0 0 1-7-7L13 4a3.400 3.400 0 0 1 4.800 4.800L9.500 17a1.700 1.700 0 0 1-2.400-2.400L14.500 7.200', (c) => c.pick()],
];

/** The composer of one page; `changed(content)` is told after each change. */
export class Composer {
  constructor({ operators, changed, sent }) {
    this.operators = operators;
    this.sent = sent;
    this.pieces = [];
    this.key = freshKey();
    this.field = at('words');
    this.tell = calmly(() => changed(this.content()), 180);
    this.field.addEventListener('input', () => this.touched());
    this.field.addEventListener('keydown', (event) => this.keyed(event));
    this.field.addEventListener('paste', (event) => this.attach([...(event.clipboardData?.files ?? [])], event));
    at('files').addEventListener('change', () => this.attach([...at('files').files]));
    at('composer').addEventListener('submit', (event) => { event.preventDefault(); this.send(); });
    at('example').addEventListener('click', () => trying(() => this.fillExample()));
    at('tools').prepend(...TOOLS.map(([name, path, act]) => h('button', {
      type: 'button', class: 'button quiet icon', title: t(`tool.${name}`), 'aria-label': t(`tool.${name}`), data: { tool: name }, on: { click: () => act(this) },
    }, drawn(path))));
  }

  /** What would be sent now; `null` where there is nothing. */
  content() {
    const blocks = [];
    const words = this.named(this.field.value.trim());
    if (words) blocks.push({ type: 'text', markdown: words });
    for (const type of ['image', 'video', 'audio', 'file', 'buttons', 'replies']) {
      blocks.push(...this.pieces.filter((piece) => piece.block.type === type).map((piece) => piece.block));
    }
    return blocks.length ? { blocks } : null;
  }

  /** The field shows a mention by its name alone; what is sent also says whose name it is. */
  named(words) {
    return words.replace(/@\[([^\]]+)\](?!\()/g, (whole, name) => {
      const operator = this.operators.find((each) => each.name === name);
      return operator ? `@[${name}](manager:${operator.id})` : whole;
    });
  }

  /** Talks to another conversation from now on; what was written stays with the one before. */
  talkTo(conversation) {
    if (this.conversation?.id === conversation?.id) return;
    if (this.conversation) DRAFTS.set(this.conversation.id, { words: this.field.value, pieces: this.pieces });
    const draft = DRAFTS.get(conversation?.id) ?? { words: '', pieces: [] };
    this.conversation = conversation;
    this.field.value = draft.words;
    this.pieces = draft.pieces;
    this.touched();
  }

  touched() {
    this.key = freshKey();
    at('send').disabled = !this.content();
    this.draw();
    this.tell();
  }

  draw() {
    fill(at('pieces'), this.pieces.map((piece, index) => h('span', { class: 'piece' },
      piece.thumb ? h('img', { src: piece.thumb, alt: '' }) : null,
      h('span', { class: 'clip' }, piece.label),
      h('button', { type: 'button', 'aria-label': t('piece.remove', { name: piece.label }), on: { click: () => { this.pieces.splice(index, 1); this.touched(); this.field.focus(); } } }, '✕'))));
    at('pieces').hidden = !this.pieces.length;
  }

  keyed(event) {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if ((event.ctrlKey || event.metaKey) && event.key === 'b') {
      event.preventDefault();
      this.wrap('**');
    } else if ((event.ctrlKey || event.metaKey) && event.key === 'i') {
      event.preventDefault();
      this.wrap('*');
    }
  }

  wrap(mark) {
    const { selectionStart: from, selectionEnd: to, value } = this.field;
    const inside = value.slice(from, to) || t('tool.words');
    this.field.setRangeText(`${mark}${inside}${mark}`, from, to, 'end');
    this.field.setSelectionRange(from + mark.length, from + mark.length + inside.length);
    this.field.focus();
    this.touched();
  }

  async mention() {
    const chosen = await ask('mention', this.operators);
    if (chosen) this.write(mentionOf(chosen));
  }

  write(words) {
    const { selectionStart: from, selectionEnd: to } = this.field;
    this.field.setRangeText(words, from, to, 'end');
    this.field.focus();
    this.touched();
  }

  async add(kind) {
    const block = await ask(kind);
    if (!block) return;
    const labels = (block.buttons ?? block.replies).map((each) => each.label).join(' · ');
    this.pieces.push({ block, label: `${t(`piece.${kind}`)}: ${labels}` });
    this.touched();
    this.field.focus();
  }

  pick() {
    at('files').value = '';
    at('files').click();
  }

  async attach(files, event) {
    if (!files.length) return;
    event?.preventDefault();
    for (const file of files) {
      const form = new FormData();
      form.append('file', file, file.name);
      const stored = await trying(() => api('POST', '/media', form));
      if (!stored) continue;
      const type = ['image', 'video', 'audio'].find((kind) => (stored.mime ?? file.type).startsWith(`${kind}/`)) ?? 'file';
      const block = { type, media: { id: stored.id }, ...(type === 'file' ? { name: stored.name } : { alt: stored.name }) };
      this.pieces.push({ block, label: stored.name, thumb: type === 'image' ? `/api/v1/media/${stored.id}/content` : null });
      this.touched();
    }
  }

  async fillExample() {
    const { words, pieces, picture } = example(this.operators[0]);
    this.field.value = words;
    this.pieces = pieces;
    this.touched();
    await this.attach([await picture()]);
  }

  /** Sends. The key stays the same until something is changed, so that a second press cannot send twice. */
  async send() {
    const content = this.content();
    if (!content || !this.conversation || this.sending) return;
    this.sending = true;
    at('send').disabled = true;
    const { id } = this.conversation;
    try {
      const message = await api('POST', `/conversations/${id}/messages`, { content }, { 'idempotency-key': this.key });
      DRAFTS.delete(id);
      this.field.value = '';
      this.pieces = [];
      this.touched();
      this.sent(message);
    } catch (error) {
      if (error instanceof Refusal) this.sent(null, error);
      say(error.message, true);
      at('send').disabled = false;
    } finally {
      this.sending = false;
      this.field.focus();
    }
  }
}

const DRAFTS = new Map();

/** A mention as the field shows it. */
export const mentionOf = (operator) => `@[${operator.name}] `;
