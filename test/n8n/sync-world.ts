import fc from 'fast-check';
import type { Content } from '../../src/domain/sync.ts';
import { differences, OtherSide, type Wire } from './sync-sides.ts';

/** Our side as a world sees it: what is behind it is the store, or the rules alone. */
export interface OurSide {
  /** `crash`: it is broken off at the commit. Whether it was made. */
  edit(key: string, content: Content, options: { now: number; crash: boolean }): Promise<boolean>;
  /** Whether it was taken note of; false: it is to be sent again. */
  receive(wires: Wire[], options: { now: number; crash: boolean }): Promise<boolean>;
  /** What it has put into its outbox so far: every message, in order. */
  outbox(): Promise<{ id: string; wires: Wire[] }[]>;
  records(): Promise<Map<string, OurRecord>>;
  conflicts(): Promise<OurConflict[]>;
  resolve(id: string, choose: 'local' | 'remote', now: number): Promise<void>;
  setActive(isActive: boolean): Promise<void>;
  /** Sends what waited for it to be active. `crash`: it is broken off before the first of it is committed. */
  flush(options: { crash: boolean }): Promise<void>;
  /** Another process goes on. */
  restart(): void;
}

export interface OurRecord {
  content: Content;
  version: number;
  clock: string;
  localVersion: number;
  remoteClock: string | null;
}

export interface OurConflict {
  id: string;
  key: string;
  isOpen: boolean;
  local: { content: Content; version: number };
  remote: { content: Content; clock: string };
}

export type Operation =
  | { kind: 'edit here' | 'edit there'; key: string; content: Content; crash: boolean }
  /** `which` of those on their way, `copies` of it; `lost`: it is to be sent again. */
  | { kind: 'to there'; which: number; copies: number; lost: boolean }
  | { kind: 'to here'; which: number; many: number; copies: number; crash: boolean }
  | { kind: 'pause' | 'resume' | 'restart' }
  | { kind: 'flush'; crash: boolean }
  | { kind: 'time'; here: number; there: number }
  | { kind: 'resolve'; which: number; choose: 'local' | 'remote' };

const key = fc.constantFrom('a', 'b', 'c');
const content = fc.oneof(
  { weight: 4, arbitrary: fc.record({ n: fc.integer({ min: 0, max: 9 }) }, { noNullPrototype: true }) },
  { weight: 1, arbitrary: fc.constant(null) },
);
const crash = fc.boolean();
const rarely = fc.integer({ min: 0, max: 5 }).map((n) => n === 0);
const which = fc.nat(20);

/** What can happen, in any order. */
export const operations = (maxLength: number) =>
  fc.array(
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({ kind: fc.constant('edit here' as const), key, content, crash: rarely }),
      },
      {
        weight: 5,
        arbitrary: fc.record({ kind: fc.constant('edit there' as const), key, content, crash: rarely }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant('to there' as const),
          which,
          copies: fc.integer({ min: 1, max: 2 }),
          lost: rarely,
        }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          kind: fc.constant('to here' as const),
          which,
          many: fc.integer({ min: 1, max: 3 }),
          copies: fc.integer({ min: 1, max: 2 }),
          crash,
        }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('pause', 'resume', 'restart') }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('flush' as const), crash }) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('time' as const), here: fc.nat(5), there: fc.nat(5) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('resolve' as const),
          which,
          choose: fc.constantFrom('local' as const, 'remote' as const),
        }),
      },
    ) as fc.Arbitrary<Operation>,
    { minLength: 1, maxLength },
  );

/** Two sides, what is on its way between them, and what must be true of them after every step. */
export class World {
  readonly #ours: OurSide;
  readonly #theirs = new OtherSide();
  readonly #isManual: boolean;
  /** How many changes of ours there were, resolutions included. */
  #changes = 0;
  /** By key and version: which of them were ours. */
  readonly #own = new Set<string>();
  /** By key and version: what we ever had. */
  readonly #versions = new Map<string, Content>();
  /** What they have sent, and not yet seen taken. */
  #coming: Wire[] = [];
  readonly #arrived = new Set<string>();
  /** The clocks on the two walls, which differ. */
  #here = 1_770_000_000_000;
  #there = 1_770_000_000_003;

  constructor(ours: OurSide, policy: 'last_write_wins' | 'manual') {
    this.#ours = ours;
    this.#isManual = policy === 'manual';
  }

  /** @throws when something is not as it must be. */
  async run(operations: Operation[]): Promise<void> {
    for (const operation of operations) await this.#do(operation);
    await this.#settle();
  }

  async #do(operation: Operation): Promise<void> {
    switch (operation.kind) {
      case 'edit here': {
        const { key, content, crash } = operation;
        if (await this.#ours.edit(key, content, { now: this.#here, crash })) await this.#changed(key);
        return;
      }
      case 'edit there':
        this.#coming.push(this.#theirs.edit(operation.key, operation.content, this.#there));
        return;
      case 'to there':
        return this.#deliver(operation);
      case 'to here':
        return this.#receive(operation);
      case 'pause':
        return this.#ours.setActive(false);
      case 'resume':
        return this.#ours.setActive(true);
      case 'flush':
        return this.#flush(operation.crash);
      case 'restart':
        return this.#ours.restart();
      case 'time':
        this.#here += operation.here;
        this.#there += operation.there;
        return;
      case 'resolve': {
        const open = (await this.#ours.conflicts()).filter((conflict) => conflict.isOpen);
        const conflict = open[operation.which % Math.max(1, open.length)];
        if (conflict !== undefined) await this.#resolve(conflict, operation.choose);
      }
    }
  }

  async #resolve({ id, key }: OurConflict, choose: 'local' | 'remote'): Promise<void> {
    await this.#ours.resolve(id, choose, this.#here);
    await this.#changed(key);
  }

  /** Remembers a change of ours, which may be one message at the most. */
  async #changed(key: string): Promise<void> {
    this.#changes++;
    const record = (await this.#ours.records()).get(key);
    if (record !== undefined) {
      this.#versions.set(`${key} ${record.version}`, record.content);
      this.#own.add(`${key} ${record.version}`);
    }
    const messages = await this.#ours.outbox();
    check(messages.length <= this.#changes, `${messages.length} messages of ${this.#changes} changes`);
  }

  /** What waited is sent, and each change of ours is sent once, and nothing that was theirs. */
  async #flush(crash: boolean): Promise<void> {
    await this.#ours.flush({ crash });
    const sent = (await this.#ours.outbox()).flatMap(({ wires }) => wires);
    const names = sent.map(({ key, version }) => `${key} ${version}`);
    for (const name of names) check(this.#own.has(name), `${name} was sent, and is not a change of ours`);
    check(new Set(names).size === names.length, 'a change was sent twice');
  }

  async #deliver({ which, copies, lost }: Extract<Operation, { kind: 'to there' }>): Promise<void> {
    const messages = await this.#ours.outbox();
    const message = messages[which % Math.max(1, messages.length)];
    if (message === undefined || lost) return;
    this.#arrived.add(message.id);
    for (let copy = 0; copy < copies; copy++) for (const wire of message.wires) this.#theirs.receive(wire);
  }

  async #receive({ which, many, copies, crash }: Extract<Operation, { kind: 'to here' }>): Promise<void> {
    if (this.#coming.length === 0) return;
    const at = which % this.#coming.length;
    const wires = this.#coming.slice(at, at + many);
    if (!(await this.#take(wires, crash))) return;
    this.#coming.splice(at, wires.length);
    // The same once more, after whatever happened.
    if (copies > 1) this.#coming.push(...wires);
  }

  /** Gives us a message of theirs, and looks what that has done. */
  async #take(wires: Wire[], crash: boolean): Promise<boolean> {
    const [before, messages] = [await this.#ours.records(), await this.#ours.outbox()];
    const taken = await this.#ours.receive(wires, { now: this.#here, crash });
    const after = await this.#ours.records();
    check((await this.#ours.outbox()).length === messages.length, 'what came from there was sent back');
    if (!taken) check(differs(before, after).length === 0, 'what was broken off has done something');
    if (taken && this.#isManual) await this.#nothingIsLost(wires, before, after);
    for (const key of differs(before, after)) {
      const record = after.get(key);
      if (record !== undefined) this.#versions.set(`${key} ${record.version}`, record.content);
    }
    return taken;
  }

  async #nothingIsLost(wires: Wire[], before: Map<string, OurRecord>, after: Map<string, OurRecord>) {
    const conflicts = await this.#ours.conflicts();
    const known = new Set(conflicts.map(({ key, remote }) => `${key} ${remote.clock}`));
    check(known.size === conflicts.length, 'what is known came to be another conflict');
    for (const wire of wires) {
      const [was, is] = [before.get(wire.key), after.get(wire.key)];
      const kept = conflicts.find(({ key, remote }) => key === wire.key && remote.clock === wire.clock);
      const name = JSON.stringify(wire);
      check(is !== undefined, `${name} is nowhere`);
      const isTaken = is.remoteClock !== null && is.remoteClock >= wire.clock;
      const isSame = JSON.stringify(is.content) === JSON.stringify(wire.data);
      check(kept !== undefined || isTaken || isSame || is.clock === wire.clock, `${name} was lost`);
      if (kept !== undefined) {
        check(same(kept.remote.content, wire.data), `${name} was not kept as it is`);
        const had = this.#versions.get(`${kept.key} ${kept.local.version}`) ?? null;
        check(same(kept.local.content, had), `ours beside ${name} was not kept as it was`);
      }
      const overwrote = was !== undefined && was.version !== is.version && isTaken;
      if (overwrote && wires.length === 1) {
        check((wire.baseVersion ?? 0) >= was.localVersion, `${name} took the place of what it had not seen`);
      }
    }
  }

  /** Everything that was lost is sent again until it arrives; then the two sides have the same. */
  async #settle(): Promise<void> {
    await this.#ours.setActive(true);
    for (let round = 0; round < 4; round++) {
      await this.#flush(false);
      while (this.#coming.length > 0) {
        const [wire] = this.#coming.splice(0, 1);
        if (wire !== undefined) check(await this.#take([wire], false), 'what is sent again is not taken');
      }
      for (const { id, wires } of await this.#ours.outbox()) {
        if (this.#arrived.has(id)) continue;
        this.#arrived.add(id);
        for (const wire of wires) this.#theirs.receive(wire);
      }
      const open = (await this.#ours.conflicts()).filter((conflict) => conflict.isOpen);
      check(this.#isManual || open.length === 0, 'a conflict although the last write wins');
      for (const [i, conflict] of open.entries()) {
        await this.#resolve(conflict, i % 2 === 0 ? 'remote' : 'local');
      }
    }
    const ours = await this.#ours.records();
    const contents = new Map([...ours].map(([key, { content }]) => [key, content]));
    const differing = differences(contents, this.#theirs.contents());
    check(differing.length === 0, differing.join('; '));
  }
}

const same = (one: Content, other: Content) => JSON.stringify(one) === JSON.stringify(other);

const differs = (before: Map<string, OurRecord>, after: Map<string, OurRecord>): string[] =>
  [...after].flatMap(([key, record]) =>
    JSON.stringify(before.get(key)) === JSON.stringify(record) ? [] : [key],
  );

function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
