// What the browser remembers of this chat: who the visitor is, what was not sent yet, how far was read.

const place = () => `naru.${document.body.dataset.channel}`;
let kept;

function load() {
  if (kept) return kept;
  try {
    kept = JSON.parse(localStorage.getItem(place()) || '{}');
  } catch {
    kept = {};
  }
  return kept;
}

/** What is remembered under a name. */
export const recall = (name) => load()[name];

/** Remembers; a browser that forbids it forgets at the next reload. */
export function remember(name, value) {
  load()[name] = value;
  try {
    localStorage.setItem(place(), JSON.stringify(kept));
  } catch {
    // The chat works all the same until the page is left.
  }
}

/** Forgets the visitor: the next one is a new guest. */
export function forget() {
  kept = {};
  try {
    localStorage.removeItem(place());
  } catch {
    // There was nothing to remove.
  }
}

/** Tells what another tab has remembered. */
export function listen(tell) {
  window.addEventListener('storage', (event) => {
    if (event.key !== place() && event.key !== null) return;
    kept = undefined;
    tell();
  });
}
