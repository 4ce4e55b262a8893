// Latest wins: one question in flight, one waiting. A first picture with few draws, then the same refined in place.
import { ask } from "./server.js";

const QUIET = 160; // milliseconds without a move before a picture is refined, so that moves never wait for it

export class Follower {
  // page: who asks; levels: how many there are; show(frame), failed(error): what becomes of an answer.
  constructor(page, levels, show, failed) {
    Object.assign(this, { page, levels, show, failed, wanted: null, flight: null, timer: 0, serial: 0 });
  }

  wish(question) {
    this.serial += 1;
    this.wanted = { question, level: 0 };
    clearTimeout(this.timer);
    // A refinement gives way; a first picture is let through, so that something follows the hand.
    if (this.flight?.level > 0) this.flight.stop.abort();
    if (!this.flight || this.flight.level > 0) this.send();
  }

  async send() {
    const { question, level } = this.wanted;
    const serial = this.serial;
    const flight = { level, stop: new AbortController() };
    this.wanted = null;
    this.flight = flight;
    try {
      const frame = await ask("/api/frame", { ...question, page: this.page, serial, level }, flight.stop.signal);
      if (serial === this.serial || level === 0) this.show(frame, serial === this.serial);
      if (serial === this.serial && level + 1 < this.levels) {
        this.timer = setTimeout(() => { this.wanted = { question, level: level + 1 }; this.send(); }, level === 0 ? QUIET : 0);
      }
    } catch (error) {
      // Given way to a newer wish: 409 is the server's word for it.
      if (error.name !== "AbortError" && error.status !== 409 && serial === this.serial) this.failed(error);
    }
    if (this.flight === flight) {
      this.flight = null;
      if (this.wanted) this.send();
    }
  }
}
