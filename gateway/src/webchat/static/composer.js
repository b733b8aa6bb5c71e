// Where the visitor writes: text, files with their progress, and what is typed survives a reload.

import { el, icon } from './dom.js';
import { upload } from './net.js';
import { say } from './texts.js';

const MOST_FILES = 10;
const LARGEST = 1_073_741_824;

const kindOf = (type) => ['image', 'video', 'audio'].find((kind) => type.startsWith(`${kind}/`)) || 'file';

/** The composer; `host` sends, tells typing, complains and knows the token. */
export class Composer {
  constructor(host) {
    this.host = host;
    this.files = [];
    this.text = el('textarea', { rows: 1, 'aria-label': say('say'), placeholder: say('say'), maxlength: 10000,
      oninput: () => this.typed(), onkeydown: (event) => this.pressed(event), onpaste: (event) => this.pasted(event) });
    this.picker = el('input', { type: 'file', multiple: true, hidden: true, tabindex: -1, onchange: () => {
      this.add(this.picker.files);
      this.picker.value = '';
    } });
    this.sender = el('button', { type: 'submit', class: 'icon-button send', 'aria-label': say('send'), title: say('send') }, icon('send'));
    this.attach = el('button', { type: 'button', class: 'icon-button', 'aria-label': say('attach'), title: say('attach'),
      onclick: () => this.picker.click() }, icon('attach'));
    this.list = el('ul', { class: 'files' });
    this.shut = el('p', { class: 'shut', role: 'status', hidden: true });
    this.row = el('div', { class: 'row' }, this.attach, this.picker, this.text, this.sender);
    this.node = el('form', { class: 'composer', onsubmit: (event) => { event.preventDefault(); this.send(); } },
      this.list, this.row, this.shut);
    this.text.value = host.draft();
    this.refresh();
  }

  /** Closes the input with a reason, or opens it again. */
  close(reason) {
    this.shut.hidden = !reason;
    this.shut.textContent = reason || '';
    this.row.hidden = Boolean(reason);
    this.list.hidden = Boolean(reason);
  }

  focus() {
    if (!this.row.hidden) this.text.focus();
  }

  typed() {
    this.host.keep(this.text.value);
    this.host.typing(this.text.value.trim() !== '');
    this.refresh();
  }

  refresh() {
    const ready = this.files.some((file) => file.media) || this.text.value.trim() !== '';
    this.sender.disabled = !ready || this.files.some((file) => !file.media);
    this.text.style.height = 'auto';
    const wanted = this.text.scrollHeight + 2;
    this.text.style.height = `${Math.min(wanted, 120)}px`;
    this.text.style.overflowY = wanted > 120 ? 'auto' : 'hidden';
  }

  pressed(event) {
    // A Korean syllable that is still being composed is finished by Enter, not sent by it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.send();
  }

  pasted(event) {
    if (event.clipboardData && event.clipboardData.files.length) {
      event.preventDefault();
      this.add(event.clipboardData.files);
    }
  }

  async add(files) {
    for (const file of files) {
      if (this.files.length >= MOST_FILES) { this.host.complain(say('tooMany')); break; }
      if (file.size > LARGEST) { this.host.complain(say('tooLarge', { name: file.name })); continue; }
      this.load(file);
    }
    this.text.focus();
  }

  async load(file) {
    const bar = el('progress', { max: 1, value: 0, 'aria-label': file.name });
    const entry = { file };
    const remove = () => {
      entry.stop?.();
      entry.row.remove();
      this.files = this.files.filter((other) => other !== entry);
      this.refresh();
    };
    entry.row = el('li', {}, el('span', {}, file.name), bar,
      el('button', { type: 'button', class: 'icon-button', 'aria-label': say('remove', { name: file.name }), onclick: remove }, icon('close')));
    this.files.push(entry);
    this.list.append(entry.row);
    this.refresh();
    try {
      const token = await this.host.token();
      const sending = upload(file, token, (part) => { bar.value = part; });
      entry.stop = sending.stop;
      entry.media = await sending.done;
      bar.value = 1;
      entry.stop = undefined;
    } catch (error) {
      if (error.name !== 'AbortError') {
        remove();
        this.host.complain(say(error.status === 413 ? 'tooLarge' : 'uploadFailed', { name: file.name }));
      }
    }
    this.refresh();
  }

  send() {
    if (this.sender.disabled) return;
    const text = this.text.value.trim();
    const blocks = this.files.map(({ file, media }) => ({ type: kindOf(file.type), media: { id: media.media_id }, name: file.name }));
    const shown = this.files.map(({ file, media }) => ({ type: kindOf(file.type), name: file.name, media: { url: media.url, size: file.size } }));
    this.files = [];
    this.list.replaceChildren();
    this.text.value = '';
    this.typed();
    if (blocks.length === 0) { this.host.send({ text }); return; }
    const said = text ? [{ type: 'text', spans: [{ text }] }] : [];
    this.host.send({ blocks: [...said, ...blocks] }, { blocks: [...said, ...shown] });
  }
}
