// The words of the page's language, from the one table in the server, and how times are told.

const lang = document.documentElement.lang;
const table = await (await fetch(`/console/words/${lang}.json`)).json();

/** The words under a key, with `{name}` replaced. */
export function t(key, values = {}) {
  const words = table[key];
  if (words === undefined) throw new Error(`no words for ${key}`);
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** The words under a key that comes from data; the data itself where there are none. */
export const known = (key, otherwise) => table[key] ?? otherwise;

/** Whether the page is Korean. */
export const korean = lang === 'ko';

const clock = new Intl.DateTimeFormat(lang, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const date = new Intl.DateTimeFormat(lang, { month: 'long', day: 'numeric', weekday: 'short' });
const short = new Intl.DateTimeFormat(lang, { month: 'short', day: 'numeric' });
const full = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' });

/** 14:03 */
export const hour = (time) => clock.format(new Date(time));
/** 11월 21일 (토) */
export const day = (time) => date.format(new Date(time));
/** The date with the time to the second. */
export const exactly = (time) => full.format(new Date(time));
/** 11월 21일 14:03 */
export const moment = (time) => `${short.format(new Date(time))} ${hour(time)}`;
/** Today's times as hours, earlier ones as days. */
export function when(time) {
  const then = new Date(time);
  return then.toDateString() === new Date().toDateString() ? clock.format(then) : short.format(then);
}

/** How long something still lasts, in the largest unit that says enough. */
export function left(ms) {
  if (ms < 60_000) return t('left.seconds', { n: Math.max(0, Math.ceil(ms / 1000)) });
  if (ms < 3_600_000) return t('left.minutes', { n: Math.ceil(ms / 60_000) });
  if (ms < 86_400_000) return t('left.hours', { n: Math.ceil(ms / 3_600_000) });
  return t('left.days', { n: Math.ceil(ms / 86_400_000) });
}

/** 1.2 KB */
export function bytes(size) {
  if (size < 1024) return `${size} B`;
  if (size < 1_048_576) return `${(size / 1024).toFixed(1)} KB`;
  return `${(size / 1_048_576).toFixed(1)} MB`;
}
