/** What an event of ours says. */
export interface EventHead {
  /** The event's own id: the same over all attempts, what its receiver deduplicates on. */
  id: string;
  event: string;
  /** When it happened, not when it is sent. */
  at: Date;
}

/** The document n8n receives: one shape for every event of ours, whoever wrote it. */
export const eventBody = ({ data, ...head }: EventHead & { data: unknown }): Buffer =>
  eventBodyOfJson(head, Buffer.from(JSON.stringify(data ?? null)));

/** The same around data that is JSON already: written again from its parsed value, large numbers would lose digits. */
export function eventBodyOfJson({ id, event, at }: EventHead, data: Buffer): Buffer {
  const head = JSON.stringify({ eventId: id, event, timestamp: at.toISOString() });
  return Buffer.concat([Buffer.from(`${head.slice(0, -1)},"data":`), data, Buffer.from('}')]);
}
