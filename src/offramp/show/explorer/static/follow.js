// Latest wins: one question in flight, one waiting. A first picture with few draws, then the same refined in place.
import { ask, hint } from "./server.js";

const BREATH = 80; // milliseconds for which a hand has rested when the server is told where it may go
const ENOUGH = 8; // fewer draws are too few to carry over
const QUIET = 160; // milliseconds without a move before a picture is refined, so that moves never wait for it

// What the numbers of an answer depend on; the rest of a question is what is looked at.
const numbersOf = ({ scope, line, ...rest }) => JSON.stringify(rest);

export class Follower {
  // page: who asks; show(frame, current), failed(error): what becomes of an answer. One follower serves as long as the page
  // lives: the server remembers the number of its last wish, and takes no smaller one.
  constructor(page, show, failed) {
    Object.assign(this, { page, show, failed, levels: 0, serial: 0, resting: 0 });
    this.begin(0);
  }

  // Forget everything that was asked and shown, for another scenario. levels: how many pictures a question has.
  begin(levels) {
    this.flight?.stop.abort();
    this.scout?.abort();
    clearTimeout(this.timer);
    clearTimeout(this.resting);
    Object.assign(this, { scout: null, levels, serial: this.serial + 1, asked: "", wanted: null, flight: null, timer: 0, shown: null, fresh: "no", next: ["", []], hinted: false, refined: null, drawn: null });
  }

  // The states that the server may carry draws over from: the one that was refined last, and the last that was drawn without.
  get before() { return [...new Set([this.refined, this.drawn])].filter(Boolean); }

  // Whether this is news. fresh: how far the newest wish is answered: "no", "first" or "full".
  wish(question) {
    const asked = JSON.stringify(question);
    if (asked === this.asked) return false;
    Object.assign(this, { asked, serial: this.serial + 1, fresh: "no" });
    // Other lines of the same numbers stand at the precision that was reached already.
    this.wanted = { question, level: this.shown?.numbers === numbersOf(question) ? this.shown.level : 0 };
    clearTimeout(this.timer);
    clearTimeout(this.resting);
    // A refinement gives way; a first picture is let through, so that something follows the hand.
    if (this.flight?.level > 0) this.flight.stop.abort();
    if (!this.flight || this.flight.level > 0) this.send();
    return true;
  }

  // The states that the next key leads to, the likelier first; none when no slider is held. The server works ahead at them
  // while the hand rests, after the first picture of the state that was asked for.
  rest(scenario, states) {
    this.next = [scenario, states];
    clearTimeout(this.resting);
    if (!states.length && !this.hinted) return;
    this.resting = setTimeout(() => {
      if (this.flight?.level === 0) return;
      this.hinted = states.length > 0;
      hint("/api/ahead", { scenario, page: this.page, states, before: this.before });
    }, BREATH);
  }

  // While a hand goes on and on, a state on its way is refined a little beside its pictures, so that the next come from nearby.
  async explore(question) {
    if (this.scout) return;
    const scout = this.scout = new AbortController();
    try {
      const { hash } = await ask("/api/frame", { ...question, page: `${this.page} on`, level: 1, before: this.before }, scout.signal);
      if (this.scout === scout) this.drawn = hash;
    } catch { /* whatever is wrong is told by the picture that is asked for */ }
    if (this.scout === scout) this.scout = null;
  }

  async send() {
    const { question, level } = this.wanted;
    const serial = this.serial;
    const flight = { level, stop: new AbortController() };
    this.wanted = null;
    this.flight = flight;
    try {
      const frame = await ask("/api/frame", { ...question, page: this.page, serial, level, before: this.before }, flight.stop.signal);
      if (this.flight !== flight) return; // given up meanwhile
      const current = serial === this.serial;
      if (current || level === 0) {
        this.shown = { numbers: numbersOf(question), level };
        if (current) this.fresh = level + 1 === this.levels ? "full" : "first";
        if (level === 0) current ? this.rest(...this.next) : this.explore(question);
        if (frame.simulated >= ENOUGH) this[level + 1 === this.levels ? "refined" : "drawn"] = frame.hash;
        this.show(frame, current);
      }
      if (current && level + 1 < this.levels) {
        this.timer = setTimeout(() => { this.scout?.abort(); this.wanted = { question, level: level + 1 }; this.send(); }, level === 0 ? QUIET : 0);
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
