// The native form: at most four questions, checked here as far as a browser can, and a consent where answers are kept.

import { el } from './dom.js';
import { say } from './texts.js';

const TYPES = { text: 'text', phone: 'tel', email: 'email', number: 'number', date: 'date' };
const AUTOFILL = { phone: 'tel', email: 'email' };
let made = 0;

function input(field, id) {
  const shared = { id, name: field.key, 'aria-describedby': `${id}-wrong`, 'aria-required': field.required };
  if (field.kind === 'choice' || field.kind === 'boolean') {
    const options = field.kind === 'boolean' ? [['true', say('yes')], ['false', say('no')]] : (field.options || []).map((o) => [o, o]);
    return el('select', shared, el('option', { value: '' }, say('choose')),
      ...options.map(([value, label]) => el('option', { value }, label)));
  }
  return el('input', { ...shared, type: TYPES[field.kind] || 'text', autocomplete: AUTOFILL[field.kind] || 'off', maxlength: 1000,
    step: field.kind === 'number' ? 'any' : undefined });
}

function complaint(field, text, node) {
  if (!text) return field.required ? say('required') : '';
  if (field.kind === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return say('badEmail');
  if (field.kind === 'phone' && text.replace(/\D/g, '').length < 7) return say('badPhone');
  return node.validity.badInput ? say('required') : '';
}

function value(field, text) {
  if (field.kind === 'number') return Number(text);
  if (field.kind === 'boolean') return text === 'true';
  return text;
}

function answered(fields, answers) {
  const spoken = (field) => {
    const answer = answers[field.key];
    return typeof answer === 'boolean' ? say(answer ? 'yes' : 'no') : String(answer ?? '–');
  };
  return el('dl', { class: 'answers' }, ...fields.flatMap((field) => [el('dt', {}, field.label), el('dd', {}, spoken(field))]),
    el('p', { class: 'done' }, say('submitted')));
}

/** A form that waits for its answers, or the answers that were given. */
export function drawForm(part, context) {
  const fields = part.fields.slice(0, 4);
  if (context.answers) return answered(fields, context.answers);
  made += 1;
  const rows = fields.map((field, n) => {
    const id = `form-${made}-${n}`;
    const node = input(field, id);
    const wrong = el('span', { class: 'wrong', id: `${id}-wrong`, role: 'alert' });
    const mark = field.required ? el('span', { class: 'required', 'aria-hidden': 'true' }, ' *') : el('small', {}, ` (${say('optional')})`);
    const row = el('div', { class: 'field' }, el('label', { for: id }, field.label, mark), node, wrong);
    return { field, node, wrong, row };
  });
  const keeps = fields.some((field) => (field.save_to || '').startsWith('contact.'));
  const box = keeps && el('input', { type: 'checkbox', id: `form-${made}-consent`, 'aria-describedby': `form-${made}-consent-wrong` });
  const boxWrong = keeps && el('span', { class: 'wrong', id: `form-${made}-consent-wrong`, role: 'alert' });

  function submit(event) {
    event.preventDefault();
    let first;
    const answers = {};
    for (const { field, node, wrong } of rows) {
      const text = node.value.trim();
      wrong.textContent = complaint(field, text, node);
      node.setAttribute('aria-invalid', String(Boolean(wrong.textContent)));
      if (wrong.textContent) first = first || node;
      else if (text) answers[field.key] = value(field, text);
    }
    if (box) {
      boxWrong.textContent = box.checked ? '' : say('needConsent');
      if (!box.checked) first = first || box;
    }
    if (first) first.focus();
    else context.answer(answers, box ? true : undefined);
  }

  return el('form', { class: 'form', novalidate: true, onsubmit: submit }, ...rows.map(({ row }) => row),
    box && el('label', { class: 'consent', for: box.id }, box, ' ', say('consent', { days: document.body.dataset.days || '365' })), boxWrong,
    el('button', { type: 'submit', class: 'button blue' }, say('submit')));
}
