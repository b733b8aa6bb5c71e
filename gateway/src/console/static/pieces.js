// The small dialogs that ask for a button, for replies or for somebody's name, and the example that shows them all.

import { at, fill, h } from './dom.js';
import { korean, t } from './words.js';
import { mentionOf } from './composer.js';

/** Opens the dialog of that kind; resolves to a block (or an operator), or to `null` when it was closed. */
export function ask(kind, operators = []) {
  const dialog = at('ask');
  return new Promise((resolve) => {
    let answer = null;
    const done = (value) => { answer = value; dialog.close(); };
    const form = h('form', { on: { submit: (event) => { event.preventDefault(); done(READ[kind](form)); } } },
      h('h2', {}, t(`ask.${kind}`)), DRAW[kind](operators, done), kind === 'mention' ? null : closing(dialog));
    if (kind === 'mention') form.append(h('div', { class: 'row' }, cancel(dialog)));
    fill(dialog, form);
    dialog.addEventListener('close', () => resolve(answer), { once: true });
    dialog.showModal();
  });
}

const cancel = (dialog) => h('button', { type: 'button', class: 'button', on: { click: () => dialog.close() } }, t('ask.cancel'));
const closing = (dialog) => h('div', { class: 'row' }, h('button', { class: 'button primary' }, t('ask.add')), cancel(dialog));

const field = (name, label, props) => h('div', { class: 'field' }, h('label', { for: `ask-${name}` }, label), h('input', { id: `ask-${name}`, name, required: true, ...props }));

const DRAW = {
  buttons: () => [
    field('label', t('ask.label'), { type: 'text', maxlength: '28' }),
    field('url', t('ask.url'), { type: 'url', placeholder: 'https://' }),
  ],
  replies: () => h('div', { class: 'field' },
    h('label', { for: 'ask-lines' }, t('ask.lines')),
    h('textarea', { id: 'ask-lines', name: 'lines', rows: '4', required: true }),
    h('span', { class: 'help' }, t('ask.lineshelp'))),
  mention: (operators, done) => h('div', { class: 'stack' }, operators.map((operator) => h('button', { type: 'button', class: 'button', on: { click: () => done(operator) } }, `@${operator.name}`))),
};

const READ = {
  buttons: (form) => ({ type: 'buttons', buttons: [{ label: form.elements.label.value.trim(), url: form.elements.url.value.trim() }] }),
  replies: (form) => {
    const labels = form.elements.lines.value.split('\n').map((line) => line.trim()).filter(Boolean).slice(0, 10);
    return labels.length ? { type: 'replies', replies: labels.map((label) => ({ label, value: label })) } : null;
  },
};

/** One message with everything in it: a mention, bold words, a link button, three replies and a picture. */
export function example(operator) {
  const who = operator ? mentionOf(operator).trim() : '';
  const words = t('example.words', { who });
  const button = { label: t('example.button'), url: 'https://shop.example/orders/1024' };
  const replies = ['refund', 'exchange', 'person'].map((value) => ({ label: t(`example.${value}`), value }));
  const pieces = [
    { block: { type: 'buttons', buttons: [button] }, label: `${t('piece.buttons')}: ${button.label}` },
    { block: { type: 'replies', replies }, label: `${t('piece.replies')}: ${replies.map((reply) => reply.label).join(' · ')}` },
  ];
  return { words, pieces, picture };
}

/** A parcel, drawn here so that the example needs no network. */
function picture() {
  const canvas = h('canvas', { width: '720', height: '480' });
  const pen = canvas.getContext('2d');
  const fillRect = (colour, ...box) => { pen.fillStyle = colour; pen.fillRect(...box); };
  fillRect('#dff0f1', 0, 0, 720, 480);
  fillRect('#9fc9cc', 0, 360, 720, 120);
  fillRect('#c9975b', 235, 150, 250, 230);
  fillRect('#b07f45', 235, 150, 250, 60);
  fillRect('#e9d3a8', 340, 150, 40, 230);
  fillRect('#ffffff', 258, 290, 70, 56);
  pen.fillStyle = '#17212a';
  pen.font = '600 30px sans-serif';
  pen.textAlign = 'center';
  pen.fillText(korean ? '주문 1024' : 'Order 1024', 360, 440);
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(new File([blob], 'order-1024.png', { type: 'image/png' })), 'image/png'));
}
