// A filtered, paged table over one list of the API, kept fresh by the event stream.

import { at, calmly, fill } from './dom.js';
import { follow, get, trying } from './api.js';
import { t } from './words.js';

/** Fills `#rows` from `path` with `row(item)`, filtered by the form `#filter` and the page's address. */
export function table(path, row, nothing) {
  const form = at('filter');
  const asked = new URLSearchParams(location.search);
  for (const field of form.elements) if (field.name && asked.has(field.name)) field.value = asked.get(field.name);
  let next = null;
  let turn = 0;

  const load = async (more = false) => {
    const mine = ++turn;
    const params = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    history.replaceState(null, '', params.size ? `?${params}` : location.pathname);
    params.set('limit', '50');
    if (more && next) params.set('cursor', next);
    const page = await trying(() => get(`${path}?${params}`));
    if (!page || mine !== turn) return;
    next = page.next_cursor;
    const rows = page.items.map(row);
    if (more) at('rows').append(...rows);
    else fill(at('rows'), rows);
    at('rows').dataset.loaded = String(at('rows').children.length);
    at('more').hidden = !next;
    at('empty').hidden = at('rows').children.length > 0;
    at('empty').textContent = t(nothing);
  };

  form.addEventListener('submit', (event) => { event.preventDefault(); load(); });
  form.addEventListener('input', calmly(() => load(), 200));
  at('more').addEventListener('click', () => load(true));
  const fresh = calmly(() => { if (scrollY < 300) load(); }, 300);
  follow(fresh, fresh);
  return load();
}
