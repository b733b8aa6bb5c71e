// The widget's frame: launcher, pop-up, and the panel with its start screen and its conversation.

import { Composer } from './composer.js';
import { el, icon } from './dom.js';
import { plain } from './parts.js';
import { Talk } from './talk.js';
import { day, hour, say, spoken } from './texts.js';

const told = (name) => document.body.dataset[name + (spoken() === 'ko' ? 'Ko' : 'En')] || document.body.dataset[`${name}Ko`] || document.body.dataset[`${name}En`] || '';

export class View {
  constructor(host) {
    this.host = host;
    const name = document.body.dataset.name || say('chat');
    this.badge = el('span', { class: 'badge', 'aria-hidden': 'true', hidden: true });
    this.launcher = el('button', { type: 'button', class: 'launcher', 'aria-haspopup': 'dialog', onclick: () => host.open() }, icon('chat'), this.badge);
    this.popup = el('div', { class: 'popup', role: 'status', hidden: true });
    this.back = el('button', { type: 'button', class: 'icon-button', 'aria-label': say('back'), onclick: () => host.show('start') }, icon('back'));
    this.shutter = el('button', { type: 'button', class: 'icon-button', 'aria-label': say('close'), onclick: () => host.close() }, icon('close'));
    this.banner = el('p', { class: 'banner', role: 'status', hidden: true });
    this.complaint = el('p', { class: 'banner complaint', role: 'alert', hidden: true });
    this.start = el('div', { class: 'start' });
    this.talk = new Talk(host);
    this.composer = new Composer(host);
    this.panel = el('section', { class: 'panel', role: 'dialog', 'aria-label': name, hidden: true },
      el('header', {}, this.back, el('h1', {}, name), this.shutter), this.banner, this.complaint, this.start, this.talk.node, this.composer.node);
    document.body.replaceChildren(this.launcher, this.popup, this.panel);
    document.addEventListener('keydown', (event) => event.key === 'Escape' && host.close());
    // Inside a dialog, Tab goes round.
    this.panel.addEventListener('keydown', (event) => this.goRound(event));
  }

  goRound(event) {
    if (event.key !== 'Tab' || !this.host.embedded) return;
    const stops = [...this.panel.querySelectorAll('a[href], button, input, textarea, select, [tabindex="0"]')]
      .filter((node) => !node.disabled && node.offsetParent !== null);
    const [first, last] = [stops[0], stops.at(-1)];
    if (event.shiftKey ? document.activeElement === first : document.activeElement === last) {
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }
  }

  /** Shows what `state` says; called after every change. */
  draw(state) {
    const wasHidden = this.panel.hidden;
    this.panel.hidden = !state.open;
    this.launcher.hidden = state.open;
    this.badge.hidden = state.unread === 0;
    this.badge.textContent = state.unread > 99 ? '99+' : String(state.unread);
    this.launcher.setAttribute('aria-label', state.unread ? say('launcherUnread', { n: state.unread }) : say('launcher'));
    this.shutter.hidden = !this.host.embedded;
    const talking = state.screen === 'talk';
    this.back.hidden = !talking;
    this.start.hidden = talking;
    this.talk.node.hidden = !talking;
    this.composer.node.hidden = !talking || !state.current;
    this.composer.close(state.shut);
    this.drawBanner(state.link);
    if (talking) this.talk.draw(state.items, state);
    else this.drawStart(state);
    if (wasHidden && state.open) (talking ? this.composer : { focus: () => this.start.querySelector('button')?.focus() }).focus();
    if (!wasHidden && !state.open) this.launcher.focus();
  }

  drawBanner(link) {
    const lost = link === 'offline' || link === 'reconnecting';
    if (lost) this.wasLost = true;
    this.banner.hidden = !lost && !this.backAgain;
    if (lost) this.banner.textContent = say(link);
    else if (this.wasLost && link === 'live') {
      this.wasLost = false;
      this.backAgain = true;
      this.banner.hidden = false;
      this.banner.textContent = say('back_online');
      setTimeout(() => { this.backAgain = false; this.banner.hidden = !this.wasLost; }, 2500);
    }
  }

  drawStart({ earlier, ongoing, drawnStart }) {
    if (drawnStart === this.drawnStart) return;
    this.drawnStart = drawnStart;
    const focused = this.start.contains(document.activeElement);
    const row = ({ segment, index }) => {
      const last = segment.findLast((frame) => frame.type !== 'closed');
      const when = day(last.at) === say('today') ? hour(last.at) : day(last.at);
      return el('li', {}, el('button', { type: 'button', onclick: () => this.host.show('talk', index) },
        el('span', { class: 'preview' }, plain(last)), el('time', { datetime: last.at }, when)));
    };
    const greeting = told('greeting');
    const hours = told('hours');
    this.start.replaceChildren(
      el('div', { class: 'hero' }, el('p', { class: 'greeting' }, greeting || say('empty')), hours && el('p', { class: 'hours' }, hours)),
      el('button', { type: 'button', class: 'button blue begin', onclick: () => this.host.begin() }, say(ongoing ? 'resume' : 'start')),
      el('h2', {}, say('earlier')),
      earlier.length ? el('ul', { class: 'earlier' }, ...earlier.map(row)) : el('p', { class: 'none' }, say('none')));
    if (focused) this.start.querySelector('button').focus();
  }

  /** Says what went wrong, for a while. */
  complain(text) {
    this.complaint.textContent = text;
    this.complaint.hidden = false;
    clearTimeout(this.complaining);
    this.complaining = setTimeout(() => { this.complaint.hidden = true; }, 6000);
  }

  /** Shows a campaign's message above the launcher; `null` takes it away. */
  pop(frame) {
    this.popup.hidden = !frame;
    this.popup.replaceChildren();
    if (!frame) return 0;
    this.popup.append(
      el('button', { type: 'button', class: 'icon-button', 'aria-label': say('close'), onclick: () => this.host.dismiss() }, icon('close')),
      el('button', { type: 'button', class: 'open', onclick: () => this.host.open('talk') }, plain(frame)));
    return this.popup.offsetHeight + 100;
  }

  /** Says that there is no chat here (any more). */
  gone() {
    this.complain(say('gone'));
  }
}
