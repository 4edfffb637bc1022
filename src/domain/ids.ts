import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';

/** The organization that exists from the first migration. */
export const DEFAULT_ORGANIZATION_ID = '00000000-0000-7000-8000-000000000001';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A UUIDv7: sorts by time of creation, which keeps indexes dense and finds a log's partition. */
export const newId = (): string => v7();

/** A UUIDv4: a workflow's id is the address of an open door, so it must not be guessable. */
export const newWorkflowId = (): string => randomUUID();

/** The canonical (lower-case) form of a UUID, or null when the text is not one. */
export function parseId(text: string): string | null {
  return UUID.test(text) ? text.toLowerCase() : null;
}
