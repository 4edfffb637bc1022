import type { KeyObject } from 'node:crypto';
import { HOPS_HEADER } from '../domain/hops.ts';
import { ownSignatures, traceparent, withConfigured } from './request-headers.ts';
import type { HeaderList } from './send-result.ts';

export interface EventHeadersInput {
  /** What the endpoint is configured to be told. */
  configured: Readonly<Record<string, string>>;
  body: Buffer;
  key: KeyObject;
  eventId: string;
  attempt: number;
  /** Of the execution that it is about: what n8n starts because of it has come further. null: there is none. */
  hops: number | null;
  nowMs: number;
}

const BASE: HeaderList = [
  ['content-type', 'application/json'],
  ['user-agent', 'hookgate'],
];

/** All headers of one attempt at an event: signed with the endpoint's key, as an envelope is. */
export function eventHeaders({ key, body, eventId: id, ...input }: EventHeadersInput): HeaderList {
  const timestamp = Math.floor(input.nowMs / 1000);
  const { standard, all } = ownSignatures(key, { id, timestamp, body });
  return [
    ...withConfigured(BASE, input.configured),
    ['x-hookgate-event-id', id],
    ['x-hookgate-attempt', String(input.attempt)],
    ['x-hookgate-timestamp', String(timestamp)],
    ...(input.hops === null ? [] : ([[HOPS_HEADER, String(input.hops)]] satisfies HeaderList)),
    ['x-hookgate-signature', standard],
    ['traceparent', traceparent(id)],
    ...all,
  ];
}
