// The public API, called with the login's cookie and its token against forged requests.

import { at, h, say } from './dom.js';
import { t } from './words.js';

const csrf = document.querySelector('meta[name="csrf"]')?.content ?? '';

/** An answer that is no success; `problem` is the API's own document. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || String(status));
    this.status = status;
    this.problem = problem;
    this.slug = (problem.type ?? '').replace('urn:naru:problem:', '');
  }
}

/** Calls `/api/v1` + path. Throws `Refusal` for a refusal, and a plain error when nobody answers. */
export async function api(method, path, body, headers = {}) {
  const init = { method, headers: { accept: 'application/json', ...headers }, credentials: 'same-origin' };
  if (method !== 'GET') init.headers['x-csrf-token'] = csrf;
  if (body instanceof FormData) init.body = body;
  else if (body !== undefined) {
    init.headers['content-type'] = 'application/json';
    init.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, init);
  } catch {
    throw new Error(t('error.offline'));
  }
  if (answer.status === 401) {
    location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
    throw new Error(t('error.login'));
  }
  const text = await answer.text();
  let value = null;
  try {
    value = text ? JSON.parse(text) : null;
  } catch {
    value = { detail: text.slice(0, 200) };
  }
  if (!answer.ok) throw new Refusal(answer.status, value ?? { title: answer.statusText });
  return value;
}

export const get = (path) => api('GET', path);
export const post = (path, body = {}, headers) => api('POST', path, body, headers);

/** Does something and says what went wrong with it. */
export async function trying(act) {
  try {
    return await act();
  } catch (error) {
    say(error.message, true);
    return undefined;
  }
}

/** A key that makes a repeated send one message; also on plain http, where `randomUUID` is missing. */
export function freshKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const telling = new Map();

function banner(name, words, bad) {
  telling.get(name)?.remove();
  telling.delete(name);
  if (!words) return;
  const line = h('div', { class: bad ? 'banner bad' : 'banner', role: 'status' }, words);
  telling.set(name, line);
  at('banners').append(line);
}

/** Follows what happens. `act(event)` for each event; `again()` after a break, when everything may have changed. */
export function follow(act, again) {
  let broken = false;
  let source;
  const open = () => {
    source = new EventSource('/api/v1/events/stream');
    source.addEventListener('open', () => {
      banner('offline', null);
      document.documentElement.dataset.live = 'yes';
      if (broken) again?.();
      broken = false;
    });
    source.addEventListener('error', () => {
      broken = true;
      document.documentElement.dataset.live = 'no';
      banner('offline', t('error.stream'), true);
      if (source.readyState === EventSource.CLOSED) setTimeout(open, 3000);
    });
    for (const type of EVENTS) source.addEventListener(type, (message) => act(JSON.parse(message.data)));
    source.addEventListener('message', (message) => act(JSON.parse(message.data)));
  };
  open();
  addEventListener('pagehide', () => source.close());
  addEventListener('offline', () => banner('offline', t('error.stream'), true));
}

const EVENTS = [
  'message.received', 'message.sent', 'message.created', 'message.updated', 'message.media_ready', 'postback', 'read',
  'typing.started', 'typing.stopped', 'reaction.added', 'reaction.removed', 'unsend', 'session.opened',
  'session.closing_soon', 'session.closed', 'identity.followed', 'identity.unfollowed', 'identity.blocked',
  'identity.unblocked', 'conversation.created', 'conversation.entered', 'conversation.updated', 'conversation.opened',
  'conversation.closed', 'conversation.deleted', 'contact.updated', 'contact.merged', 'referral', 'delivery.accepted',
  'delivery.sent', 'delivery.delivered', 'delivery.read', 'delivery.failed', 'delivery.updated', 'delivery.unknown',
  'delivery.expired', 'delivery.cancelled', 'delivery.held', 'delivery.queued', 'delivery.retrying',
  'channel.health_changed', 'channel.updated', 'control.passed', 'rating.received', 'webhook.received',
  'webhook.refused', 'journal.received', 'journal.refused',
];
