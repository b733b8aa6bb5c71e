// Talks to the gateway: acts by POST, what is new by a stream that always comes back.

const key = () => document.body.dataset.channel;

/** An answer that is not 2xx. */
export class Refused extends Error {
  constructor(status, after) {
    super(`the gateway answered ${status}`);
    this.status = status;
    this.after = after;
  }
}

function bearer(token) {
  return token ? { authorization: `Bearer ${token}` } : {};
}

async function read(response) {
  if (!response.ok) throw new Refused(response.status, Number(response.headers.get('retry-after')) || 0);
  const text = await response.text();
  return text ? JSON.parse(text) : {};
}

/** Does an act; throws `Refused`, or a `TypeError` where the network is gone. */
export async function act(name, token, body) {
  const response = await fetch(`/hooks/webchat/${key()}/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...bearer(token) },
    body: JSON.stringify(token ? { visitor_token: token, ...body } : body),
    credentials: 'omit',
    keepalive: name !== 'message',
  });
  return read(response);
}

/** The newest frames before `before`. */
export async function history(token, before) {
  const query = before ? `?before=${before}` : '';
  return read(await fetch(`/widget/${key()}/history${query}`, { headers: bearer(token), credentials: 'omit' }));
}

/** Brings a file to the gateway; `progress` is told parts of 1. */
export function upload(file, token, progress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.open('POST', `/hooks/webchat/${key()}/upload`);
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.setRequestHeader('content-type', file.type || 'application/octet-stream');
    request.setRequestHeader('x-file-name', encodeURIComponent(file.name));
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText));
      else reject(new Refused(request.status, 0));
    };
    request.onerror = () => reject(new TypeError('the network is gone'));
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    request.send(file);
  });
  return { done, stop: () => request.abort() };
}

const PATIENCE = 45_000;

async function once(token, after, hear, signal) {
  const response = await fetch(`/widget/${key()}/stream`, {
    headers: { accept: 'text/event-stream', 'last-event-id': String(after), ...bearer(token) },
    credentials: 'omit',
    cache: 'no-store',
    signal,
  });
  if (!response.ok) throw new Refused(response.status, Number(response.headers.get('retry-after')) || 0);
  hear.state('live');
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  for (;;) {
    let timer;
    const silence = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new TypeError('the stream went silent')), PATIENCE);
    });
    const { value, done } = await Promise.race([reader.read(), silence]).finally(() => clearTimeout(timer));
    if (done) return;
    const blocks = (buffer + value).split(/\r?\n\r?\n/);
    buffer = blocks.pop();
    for (const block of blocks) {
      const data = block.split(/\r?\n/).filter((line) => line.startsWith('data:')).map((line) => line.slice(5));
      if (data.length) hear.frame(JSON.parse(data.join('\n')));
    }
  }
}

/** Follows the visitor's stream until `signal`; `hear.after()` says where to go on, `hear.lost()` that the token died. */
export async function follow(token, hear, signal) {
  for (let failures = 0; !signal.aborted; failures += 1) {
    const breath = new AbortController();
    const stop = () => breath.abort();
    signal.addEventListener('abort', stop);
    let wait = Math.min(30_000, 500 * 2 ** Math.min(failures, 6)) * (0.8 + 0.4 * Math.random());
    try {
      await once(token, hear.after(), { ...hear, state: (s) => { failures = 0; hear.state(s); } }, breath.signal);
    } catch (error) {
      if (error instanceof Refused && error.status === 401) { hear.lost(); return; }
      if (error instanceof Refused && error.after) wait = error.after * 1000;
    }
    breath.abort();
    signal.removeEventListener('abort', stop);
    if (signal.aborted) return;
    hear.state(navigator.onLine ? 'reconnecting' : 'offline');
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, wait);
      const sooner = () => { clearTimeout(timer); resolve(); };
      window.addEventListener('online', sooner, { once: true });
      signal.addEventListener('abort', sooner, { once: true });
    });
  }
}
