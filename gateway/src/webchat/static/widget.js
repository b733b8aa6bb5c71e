// Naru's web chat on a page of yours: one script, one iframe, no inline style, nothing of the page is read but its
// address. Everything that the visitor sees is drawn inside the iframe, on Naru's own origin.
(() => {
  'use strict';
  const script = document.currentScript || document.querySelector('script[src*="/widget.js"]');
  if (!script || (window.Naru && window.Naru.loaded)) return;
  const base = new URL('.', script.src);
  const listeners = new Map();
  let frame = null;
  let ready = false;
  let waiting = [];
  let corner = 'right';
  let shown = { state: 'closed' };

  function tell(name, data) {
    if (!frame) return;
    if (!ready) { waiting.push([name, data]); return; }
    frame.contentWindow.postMessage({ naru: name, data }, base.origin);
  }

  function emit(name, value) {
    for (const listener of listeners.get(name) || []) listener(value);
  }

  // Styles are set property by property: that is allowed under any content security policy.
  function place() {
    if (!frame) return;
    const { state, height } = shown;
    const narrow = window.innerWidth < 480;
    const full = state === 'open' && narrow;
    const size = {
      closed: ['80px', '80px'],
      popup: [narrow ? '100%' : '360px', `${Math.min(height || 160, window.innerHeight)}px`],
      open: full ? ['100%', '100%'] : ['400px', `${Math.min(700, window.innerHeight)}px`],
    }[state];
    const style = {
      position: 'fixed', bottom: '0', left: 'auto', right: 'auto', border: '0', margin: '0', padding: '0',
      zIndex: '2147483000', background: 'transparent', colorScheme: 'normal', maxWidth: '100%', maxHeight: '100%',
      width: size[0], height: size[1], display: 'block', [corner]: '0',
    };
    Object.assign(frame.style, style);
  }

  function page() {
    const { origin, pathname, search } = window.location;
    return origin + pathname + search;
  }

  function boot(options) {
    if (!options || typeof options.channel !== 'string') throw new TypeError("Naru('boot') needs {channel: 'KEY'}");
    if (frame) shutdown(false);
    frame = document.createElement('iframe');
    frame.title = String(options.language || navigator.language).startsWith('ko') ? '채팅' : 'Chat';
    frame.src = new URL(`widget/${encodeURIComponent(options.channel)}`, base).href;
    frame.setAttribute('allow', 'clipboard-write');
    place();
    const { channel, ...about } = options;
    tell('boot', {
      ...about,
      page: page(),
      campaign: options.campaign || new URLSearchParams(window.location.search).get('utm_campaign') || undefined,
      language: options.language || navigator.language,
    });
    (document.body || document.documentElement).append(frame);
  }

  function shutdown(forget = true) {
    if (!frame) return;
    const leaving = frame;
    if (forget && ready) {
      tell('shutdown');
      leaving.style.display = 'none';
      setTimeout(() => leaving.remove(), 500);
    } else {
      leaving.remove();
    }
    frame = null;
    ready = false;
    waiting = [];
    shown = { state: 'closed' };
    emit('unread', 0);
  }

  const commands = {
    boot,
    open: () => tell('open'),
    close: () => tell('close'),
    shutdown: () => shutdown(),
    track: (name, properties) => tell('track', { name: String(name), properties, page: page() }),
    update: (about) => tell('update', about || {}),
    on: (name, listener) => {
      if (typeof listener === 'function') listeners.set(name, [...(listeners.get(name) || []), listener]);
    },
  };

  function Naru(command, ...args) {
    if (!Object.hasOwn(commands, command)) {
      throw new TypeError(`Naru: unknown command "${command}", expected one of ${Object.keys(commands).join(', ')}`);
    }
    return commands[command](...args);
  }

  const heard = {
    ready: ({ position }) => {
      ready = true;
      corner = position === 'left' ? 'left' : 'right';
      place();
      for (const [name, data] of waiting.splice(0)) tell(name, data);
    },
    shown: (next) => {
      if (!['closed', 'popup', 'open'].includes(next.state)) return;
      if (next.state !== shown.state && next.state !== 'popup') emit(next.state === 'open' ? 'open' : 'close');
      shown = next;
      place();
    },
    unread: ({ count }) => emit('unread', count),
  };

  window.addEventListener('message', (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== base.origin) return;
    const { naru, data } = event.data || {};
    if (typeof naru === 'string' && Object.hasOwn(heard, naru)) heard[naru](data || {});
  });
  window.addEventListener('resize', place);
  window.addEventListener('popstate', () => tell('page', { page: page() }));

  // A page may call Naru before this script has arrived, through a stub that keeps the calls in `q`.
  const early = (window.Naru && window.Naru.q) || [];
  Naru.loaded = true;
  window.Naru = Naru;
  for (const call of early) Naru(...call);
  if (!frame && script.dataset.channel) boot({ channel: script.dataset.channel });
})();
