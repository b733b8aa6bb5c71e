// What the visitor did and the gateway has not confirmed yet. It survives a reload; its ids make a repetition harmless.

import { recall, remember } from './memory.js';
import { act, Refused } from './net.js';
import { say } from './texts.js';

/** An id that nobody else has. */
export const freshId = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');

export class Outbox {
  constructor(chat) {
    this.chat = chat;
    this.items = (recall('pending') || []).map((item) => ({ ...item, state: item.state === 'failed' ? 'failed' : 'sending' }));
  }

  add(name, body, shown) {
    this.items.push({ type: 'own', act: name, client_id: freshId(), at: new Date().toISOString(), state: 'sending', body, ...shown });
    this.keep();
    this.chat.draw();
    this.flush();
  }

  keep() {
    remember('pending', this.items.filter((item) => item.state !== 'sent'));
  }

  /** Takes out what is confirmed, or given up. */
  settle(client_id) {
    this.items = this.items.filter((item) => item.client_id !== client_id);
    this.keep();
  }

  again(item) {
    const mine = this.items.find((other) => other.client_id === item.client_id);
    if (mine) mine.state = 'sending';
    this.chat.draw();
    this.flush();
  }

  /** Sends what waits, in its order; what the network refuses waits for the network. */
  async flush() {
    if (this.flushing || !this.items.some((item) => item.state === 'sending')) return;
    this.flushing = true;
    try {
      for (let item; (item = this.items.find((other) => other.state === 'sending'));) {
        await this.bring(item);
        this.keep();
        this.chat.draw();
      }
    } catch {
      this.chat.link = navigator.onLine ? 'reconnecting' : 'offline';
      this.chat.draw();
      clearTimeout(this.later);
      this.later = setTimeout(() => this.flush(), 3000);
    } finally {
      this.flushing = false;
    }
  }

  async bring(item) {
    const token = await this.chat.token();
    try {
      await act(item.act, token, { client_id: item.client_id, ...item.body });
      item.state = 'sent';
      if (this.chat.link !== 'live' && navigator.onLine) this.chat.link = 'live';
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.status === 401) { this.chat.registering = undefined; throw error; }
      if (error.status === 429) this.chat.complain(say('slow'));
      if (error.status === 429 || error.status >= 500) {
        await new Promise((resolve) => { setTimeout(resolve, 1000 * Math.max(1, error.after)); });
        return;
      }
      item.state = 'failed';
    }
  }
}
