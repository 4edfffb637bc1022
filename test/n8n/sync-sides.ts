import { isDeepStrictEqual } from 'node:util';
import type { Content } from '../../src/domain/sync.ts';

/** A record as the other side has it: written by the book of the wire, and by nothing of ours. */
interface OtherRecord {
  content: Content;
  clock: string;
  /** The version of ours that it was made to. */
  seen: number;
}

/** What goes over the wire about one record, either way. */
export interface Wire {
  key: string;
  data: Content;
  deleted: boolean;
  clock: string;
  version?: number;
  baseVersion?: number;
}

/**
 * The other side of a sync, in memory: another system with n8n in front of it. It knows clocks as texts that sort,
 * takes what is later, and sends what its own people change.
 */
export class OtherSide {
  readonly records = new Map<string, OtherRecord>();
  /** What it has sent, in order. */
  readonly sent: Wire[] = [];
  #ms = 0;
  #counter = 0;

  edit(key: string, content: Content, now: number): Wire {
    if (now > this.#ms) [this.#ms, this.#counter] = [now, 0];
    else this.#counter++;
    const clock = `${String(this.#ms).padStart(15, '0')}-${String(this.#counter).padStart(6, '0')}-other`;
    const seen = this.records.get(key)?.seen ?? 0;
    this.records.set(key, { content, clock, seen });
    const wire = { key, data: content, deleted: content === null, clock, baseVersion: seen };
    this.sent.push(wire);
    return wire;
  }

  /** Takes what we send. Whether it changed something. */
  receive({ key, data, clock, version = 0 }: Wire): boolean {
    const [ms = '', counter = ''] = clock.split('-');
    if (Number(ms) > this.#ms) [this.#ms, this.#counter] = [Number(ms), Number(counter)];
    else if (Number(ms) === this.#ms) this.#counter = Math.max(this.#counter, Number(counter));
    const there = this.records.get(key);
    // What it does not take it has not seen: its next change is not made to that.
    if (there !== undefined && there.clock >= clock) return false;
    this.records.set(key, { content: data, clock, seen: version });
    return true;
  }

  contents(): Map<string, Content> {
    return new Map([...this.records].map(([key, { content }]) => [key, content]));
  }
}

/** What differs between two sides, in words; none: they have the same. */
export function differences(ours: Map<string, Content>, theirs: Map<string, Content>): string[] {
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((key) => {
    const [here, there] = [ours.get(key) ?? null, theirs.get(key) ?? null];
    return isDeepStrictEqual(here, there)
      ? []
      : [`${key}: ${JSON.stringify(here)} here, ${JSON.stringify(there)} there`];
  });
}
