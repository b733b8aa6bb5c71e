// The page for programs: a key, a curl that sends, and the event stream as it runs.

import './shell.js';
import { at } from './dom.js';
import { follow, post, trying } from './api.js';

at('makekey')?.addEventListener('submit', (event) => {
  event.preventDefault();
  trying(async () => {
    const made = await post('/api-keys', { name: event.target.elements.name.value, scopes: ['all'] });
    at('key').textContent = made.key;
    at('made').hidden = false;
  });
});

const lines = [];
follow((event) => {
  lines.unshift(JSON.stringify({ type: event.type, conversation_id: event.conversation_id, data: event.data }));
  lines.length = Math.min(lines.length, 20);
  at('live').textContent = lines.join('\n\n');
});
document.documentElement.dataset.ready = 'developers';
