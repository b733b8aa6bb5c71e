// What every page does: copy buttons, forms that ask first, and the place in which one is.

import { at, say } from './dom.js';
import { t } from './words.js';

for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', async () => {
    const source = at(button.dataset.copy);
    const text = source.value ?? source.textContent;
    try {
      await navigator.clipboard.writeText(text.trim());
      say(t('copy.done'));
    } catch {
      const range = document.createRange();
      range.selectNodeContents(source);
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      say(t('copy.marked'));
    }
  });
}
if (document.querySelector('script[src$="/shell.js"]')) document.documentElement.dataset.ready = 'shell';
