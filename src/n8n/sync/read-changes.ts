import { parseId } from '../../domain/ids.ts';
import { MAX_JSON_DEPTH, nestsWithin } from '../../domain/json-limits.ts';
import type { Fault } from '../../domain/problem.ts';
import { type Content, isRecordData, MAX_RECEIVED_RECORDS } from '../../domain/sync.ts';
import { isTooFarAhead, MAX_AHEAD_MS, parseClock } from '../../domain/sync-clock.ts';
import { keyFault } from '../../domain/sync-key.ts';

/** One change of the other side's, as it was sent. */
export interface RemoteChange {
  /** Where it is in the request. */
  at: string;
  /** null: it is in the record. */
  key: string | null;
  content: Content;
  clock: string | null;
  /** Milliseconds since 1970. */
  changedAt: number | null;
  baseVersion: number | null;
}

export interface RemoteChanges {
  configId: string;
  changes: RemoteChange[];
  /** The full sync that they are part of. */
  runId: string | null;
  /** How many there are in all; null: not said. */
  total: number | null;
  /** Whether these are the last ones of the full sync. */
  isLast: boolean;
}

export type ReadChanges = { status: 'read'; changes: RemoteChanges } | { status: 'faulty'; errors: Fault[] };

const AT = '/body/data';
/** Those of what we send ourselves are passed over, so that it can be sent back as it is. */
const RECORD_MEMBERS = ['key', 'data', 'deleted', 'clock', 'changedAt', 'baseVersion', 'version', 'origin'];
const COMMON_MEMBERS = ['config', 'entity'];
const BATCH_MEMBERS = [...COMMON_MEMBERS, 'records', 'run', 'total', 'done'];

/** Reads what came with an event `sync.record`, or `sync.records` if there can be many. */
export function readChanges(json: string | null, isBatch: boolean, now: number): ReadChanges {
  if (json !== null && !nestsWithin(Buffer.from(json), MAX_JSON_DEPTH))
    return faulty([{ pointer: AT, detail: `must not nest deeper than ${MAX_JSON_DEPTH}` }]);
  const data: unknown = json === null ? null : JSON.parse(json);
  if (!isRecordData(data)) return faulty([{ pointer: AT, detail: 'must be an object' }]);
  const errors: Fault[] = [];
  const configId = typeof data.config === 'string' ? parseId(data.config) : null;
  if (configId === null) errors.push({ pointer: `${AT}/config`, detail: 'must be the id of a data sync' });
  const reader = new Reader(now, errors);
  const changes = isBatch
    ? reader.records(data)
    : [reader.record(data, { at: AT, members: [...COMMON_MEMBERS, ...RECORD_MEMBERS] })];
  const batch = isBatch ? reader.batch(data) : { runId: null, total: null, isLast: false };
  if (configId === null || errors.length > 0) return faulty(errors);
  return { status: 'read', changes: { configId, changes, ...batch } };
}

/** Of a batch of faulty records, the first ones tell enough. */
const MAX_FAULTS = 100;
const faulty = (errors: Fault[]): ReadChanges => ({ status: 'faulty', errors: errors.slice(0, MAX_FAULTS) });

type Members = Record<string, unknown>;

class Reader {
  readonly #now: number;
  readonly #errors: Fault[];

  constructor(now: number, errors: Fault[]) {
    this.#now = now;
    this.#errors = errors;
  }

  batch(data: Members): { runId: string | null; total: number | null; isLast: boolean } {
    this.#refuseOthers(data, AT, BATCH_MEMBERS);
    const { run = null, total = null, done = false } = data;
    const runId = typeof run === 'string' ? parseId(run) : null;
    if (run !== null && runId === null) this.#fault(`${AT}/run`, 'must be the id of a full sync');
    if (typeof done !== 'boolean') this.#fault(`${AT}/done`, 'must be boolean');
    return { runId, total: this.#count(total, `${AT}/total`), isLast: done === true };
  }

  records({ records }: Members): RemoteChange[] {
    const at = `${AT}/records`;
    if (!Array.isArray(records)) return this.#none(at, 'must be an array');
    if (records.length > MAX_RECEIVED_RECORDS)
      return this.#none(at, `must not have more than ${MAX_RECEIVED_RECORDS} records`);
    return records.flatMap((record: unknown, i) => {
      if (isRecordData(record)) return [this.record(record, { at: `${at}/${i}`, members: RECORD_MEMBERS })];
      return this.#none(`${at}/${i}`, 'must be an object');
    });
  }

  record(sent: Members, { at, members }: { at: string; members: readonly string[] }): RemoteChange {
    this.#refuseOthers(sent, at, members);
    return {
      at,
      key: this.#key(sent.key, `${at}/key`),
      content: this.#content(sent, at),
      clock: this.#clock(sent.clock, `${at}/clock`),
      changedAt: this.#time(sent.changedAt, `${at}/changedAt`),
      baseVersion: this.#count(sent.baseVersion, `${at}/baseVersion`),
    };
  }

  #key(value: unknown, at: string): string | null {
    if (value === undefined || value === null) return null;
    const key = Number.isSafeInteger(value) ? String(value) : value;
    const detail = typeof key === 'string' ? keyFault(key) : 'must be string or integer';
    if (detail !== null) this.#fault(at, detail);
    return String(key);
  }

  #content({ data, deleted = false }: Members, at: string): Content {
    if (typeof deleted !== 'boolean') this.#fault(`${at}/deleted`, 'must be boolean');
    if (deleted === true && data !== null && data !== undefined)
      this.#fault(`${at}/data`, 'must be null, or left out, of a record that is deleted');
    if (deleted === true) return null;
    if (isRecordData(data)) return data;
    // Whoever leaves it out by mistake must not delete by that.
    if (data === null) return null;
    this.#fault(`${at}/data`, data === undefined ? 'is required' : 'must be object or null');
    return null;
  }

  #clock(value: unknown, at: string): string | null {
    if (value === undefined || value === null) return null;
    const clock = typeof value === 'string' ? parseClock(value) : null;
    if (clock === null) this.#fault(at, 'must be a clock such as 001773135000417-000000-crm');
    else this.#refuseFuture(clock.ms, at);
    return String(value);
  }

  #time(value: unknown, at: string): number | null {
    if (value === undefined || value === null) return null;
    const ms = typeof value === 'string' && DATE_TIME.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(ms) || ms < 0) this.#fault(at, 'must be a valid date-time since 1970');
    else this.#refuseFuture(ms, at);
    return ms;
  }

  #refuseFuture(ms: number, at: string): void {
    if (!isTooFarAhead(ms, this.#now)) return;
    const minutes = MAX_AHEAD_MS / 60_000;
    this.#fault(at, `must not be more than ${minutes} minutes in the future: set the clock of who sends it`);
  }

  #count(value: unknown, at: string): number | null {
    if (value === undefined || value === null) return null;
    const count = Number(value);
    if (typeof value === 'number' && Number.isInteger(count) && count >= 0 && count <= MAX_COUNT)
      return count;
    this.#fault(at, `must be an integer from 0 to ${MAX_COUNT}`);
    return null;
  }

  #refuseOthers(sent: Members, at: string, known: readonly string[]): void {
    for (const name of Object.keys(sent)) {
      if (!known.includes(name)) this.#fault(`${at}/${escaped(name)}`, 'is not a known field');
    }
  }

  #none(pointer: string, detail: string): [] {
    this.#fault(pointer, detail);
    return [];
  }

  #fault(pointer: string, detail: string): void {
    this.#errors.push({ pointer, detail });
  }
}

/** What an integer column holds. */
const MAX_COUNT = 2_147_483_647;
const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/i;

const escaped = (name: string) => name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
