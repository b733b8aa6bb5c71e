// Builds the page's elements. Strings become text nodes: what a customer wrote is never read as markup.

/** Makes an element: `h('a', {href, class, on: {click}}, 'words', child, null)`. */
export function h(name, props = {}, ...children) {
  return dress(document.createElement(name), props, children);
}

const SVG = 'http://www.w3.org/2000/svg';

/** Makes an icon of one path in a 24 by 24 field. */
export function drawn(path) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

function dress(element, props, children) {
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === 'on') for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else if (key === 'class') element.className = value;
    else if (key === 'data') Object.assign(element.dataset, value);
    else if (key === 'value') element.value = value;
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The element of that id. */
export const at = (id) => document.getElementById(id);

/** Replaces what an element holds. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Data that the page brought along in a `<script type="application/json">`. */
export function brought(id) {
  const holder = at(id);
  return holder ? JSON.parse(holder.textContent) : null;
}

/** Calls `act` once, `wait` ms after the last of several calls. */
export function calmly(act, wait) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...args), wait);
  };
}

/** Only addresses of the web are followed; a customer's `javascript:` stays text. */
export function webAddress(text) {
  try {
    const url = new URL(text, location.href);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}

/** Says something at the lower edge for a few seconds. */
export function say(text, bad = false) {
  const toast = h('div', { class: bad ? 'toast bad' : 'toast', role: bad ? 'alert' : 'status' }, text);
  at('toasts').append(toast);
  setTimeout(() => toast.remove(), bad ? 8000 : 4000);
}
