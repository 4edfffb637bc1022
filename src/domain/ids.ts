import { randomFillSync, randomUUID } from 'node:crypto';
import { v7 } from 'uuid';

/** The organization that exists from the first migration. */
export const DEFAULT_ORGANIZATION_ID = '00000000-0000-7000-8000-000000000001';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

// Drawn from the system by the page: drawing 16 bytes at a time costs more than all the rest of making an id.
const randomness = new Uint8Array(4_096);
const ID_BYTES = 16;
let drawn = randomness.length;
let lastMs = 0;
let sequence = 0;

/**
 * A UUIDv7: sorts by time of creation, which keeps indexes dense and finds a log's partition. Those of one
 * process rise strictly, also within a millisecond.
 */
export function newId(): string {
  if (drawn === randomness.length) {
    randomFillSync(randomness);
    drawn = 0;
  }
  const random = randomness.subarray(drawn, drawn + ID_BYTES);
  drawn += ID_BYTES;
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    // Starts low enough to count up for longer than a millisecond lasts.
    sequence = (((random[0] as number) << 16) | ((random[1] as number) << 8) | (random[2] as number)) << 4;
  } else sequence++;
  return v7({ msecs: lastMs, seq: sequence, random });
}

/** A UUIDv4: a workflow's id is the address of an open door, so it must not be guessable. */
export const newWorkflowId = (): string => randomUUID();

/** The canonical (lower-case) form of a UUID, or null when the text is not one. */
export function parseId(text: string): string | null {
  return UUID.test(text) ? text.toLowerCase() : null;
}
