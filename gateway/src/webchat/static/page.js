// The page around the iframe, and the channel's colours. Words with that page go to its origin and come from it only.

/** Whether the widget stands in somebody's page, or is a page itself. */
export const embedded = window.parent !== window;

let pageOrigin;

/** Tells the page something; nothing that is told is secret. */
export function tellPage(name, data) {
  if (embedded) window.parent.postMessage({ naru: name, data }, pageOrigin || '*');
}

/** Hears what the page says; before `boot` nothing else counts. */
export function hearPage(heard, booted) {
  window.addEventListener('message', (event) => {
    if (event.source !== window.parent || (pageOrigin && event.origin !== pageOrigin)) return;
    const { naru, data } = event.data || {};
    if (typeof naru !== 'string' || !Object.hasOwn(heard, naru) || (naru !== 'boot' && !booted())) return;
    pageOrigin = event.origin;
    heard[naru](data);
  });
}

function dress() {
  const { color, position } = document.body.dataset;
  document.body.classList.toggle('alone', !embedded);
  document.body.classList.toggle('left', position === 'left');
  if (!/^#[0-9a-f]{6}$/i.test(color || '')) return;
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
  const bright = 0.2126 * r ** 2.2 + 0.7152 * g ** 2.2 + 0.0722 * b ** 2.2;
  document.documentElement.style.setProperty('--brand', color);
  document.documentElement.style.setProperty('--on-brand', bright > 0.4 ? '#111' : '#fff');
}

dress();
