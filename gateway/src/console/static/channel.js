// One channel: its form, its check, its pause, and the wait for its first webhook.

import './shell.js';
import { at, brought, fill, h, say } from './dom.js';
import { api, follow, get, post, Refusal, trying } from './api.js';
import { exactly, known, t } from './words.js';

const given = brought('given');
const form = at('channelform');

function value(field) {
  const input = field.querySelector('input, select, textarea');
  if (input.type === 'checkbox') return input.checked;
  const text = input.value.trim();
  if (input.dataset.kind === 'list') return text ? text.split('\n').map((line) => line.trim()).filter(Boolean) : [];
  if (input.dataset.kind === 'number') return text ? Number(text) : null;
  return text;
}

/** What was entered; credentials and settings that were left empty are left out, so that they keep what they hold. */
function entered() {
  const found = { credentials: {}, settings: {} };
  for (const field of form.querySelectorAll('[data-field]')) {
    if (field.hidden) continue;
    const its = value(field);
    const empty = its === '' || its === null || (Array.isArray(its) && !its.length && !given.id);
    if (empty) continue;
    found[field.dataset.part][field.dataset.field] = its;
  }
  return found;
}

function complain(error) {
  for (const line of form.querySelectorAll('.error')) line.hidden = true;
  for (const input of form.querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid');
  const general = at('formerror');
  general.hidden = true;
  if (!error) return;
  const rest = [];
  for (const each of error.problem?.errors ?? []) {
    const [, part, name] = each.pointer.split('/');
    const field = part === 'name' ? at('channelname').closest('.field') : form.querySelector(`[data-part="${CSS.escape(part ?? '')}"][data-field="${CSS.escape(name ?? '')}"]`);
    const line = field?.querySelector('.error');
    if (!line) { rest.push(each.detail); continue; }
    line.textContent = each.detail;
    line.hidden = false;
    field.querySelector('input, select, textarea').setAttribute('aria-invalid', 'true');
  }
  if (rest.length || !(error.problem?.errors ?? []).length) {
    general.textContent = rest.join(' ') || error.message;
    general.hidden = false;
  }
  form.querySelector('[aria-invalid="true"]')?.focus();
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  complain(null);
  const name = at('channelname').value.trim();
  try {
    if (given.id) {
      await api('PATCH', `/channels/${given.id}`, entered());
      say(t('channel.saved'));
    } else {
      const made = await post('/channels', { platform: given.platform, name, ...entered() });
      location.assign(`/channels/${made.id}`);
    }
  } catch (error) {
    if (error instanceof Refusal) complain(error);
    else say(error.message, true);
  }
});

/** Fields that belong to one flavour show only with it. */
function conditions() {
  for (const field of form.querySelectorAll('[data-when]')) {
    const chosen = form.querySelector(`[data-part="settings"][data-field="${field.dataset.when}"] select`)?.value;
    field.hidden = chosen !== undefined && !field.dataset.values.split(' ').includes(chosen);
  }
}
form.addEventListener('change', conditions);
conditions();

function checked(words, bad) {
  const line = at('checked');
  line.hidden = false;
  line.className = bad ? 'chip bad' : 'chip good';
  line.textContent = words;
}

/** What broken credentials mean and where they are mended; the platform's own sentence for everything else. */
function advice(answer) {
  const refused = answer.health === 'auth_broken' ? known(`check.${given.platform}.401`, null) : null;
  return refused ?? answer.problem ?? t(`health.${answer.health}`);
}

at('check')?.addEventListener('click', async () => {
  at('check').disabled = true;
  try {
    const answer = await post(`/channels/${given.id}/check`);
    if (!answer.ok) checked(advice(answer), true);
    else checked([t('check.ok', { name: answer.identity?.name ?? '' }), ...(answer.remarks ?? [])].join(' · '), false);
  } catch (error) {
    checked(error.message, true);
  }
  at('check').disabled = false;
  await health();
});

at('pause')?.addEventListener('click', () => trying(async () => {
  const button = at('pause');
  const paused = button.dataset.paused === 'true';
  await post(`/channels/${given.id}/${paused ? 'resume' : 'pause'}`);
  button.dataset.paused = String(!paused);
  button.textContent = t(paused ? 'channel.pause' : 'channel.resume');
  await health();
}));

at('delete')?.addEventListener('click', () => {
  const dialog = at('ask');
  fill(dialog, h('form', { method: 'dialog' }, h('h2', {}, t('channel.delete')), h('p', {}, t('channel.deletewords')),
    h('div', { class: 'row' },
      h('button', { type: 'button', class: 'button bad', on: { click: () => trying(async () => { await api('DELETE', `/channels/${given.id}`); location.assign('/channels'); }) } }, t('channel.delete')),
      h('button', { class: 'button', autofocus: true }, t('ask.cancel')))));
  dialog.showModal();
});

async function health() {
  const channel = await trying(() => get(`/channels/${given.id}`));
  if (!channel) return;
  at('health').textContent = t(`health.${channel.health}`);
  at('healthdot').className = `dot ${{ ok: 'good', degraded: 'warn', quota: 'warn', paused: '', auth_broken: 'bad' }[channel.health]}`;
}

/** Says when the newest webhook came, or why it was refused. */
async function golive() {
  const line = at('golive');
  const page = await get(`/journal?channel_id=${given.id}&limit=1`).catch(() => null);
  const newest = page?.items?.[0];
  if (!newest) return;
  const accepted = newest.verdict === 'accepted';
  const words = accepted ? t('golive.received', { time: exactly(newest.received_at) }) : t('golive.refused', { time: exactly(newest.received_at), status: newest.status, reason: newest.reason ?? '' });
  fill(line, h('span', { class: `dot ${accepted ? 'good' : 'bad'}` }), h('span', {}, words), h('a', { href: `/journal/${newest.id}` }, t('golive.look')));
}

if (given.id) {
  await golive();
  setInterval(() => { if (!document.hidden) golive(); }, 2000);
  follow((event) => {
    if (event.channel_id === given.id) { golive(); if (event.type === 'channel.health_changed') health(); }
  });
}
document.documentElement.dataset.ready = 'channel';
