import { hash } from 'node:crypto';
import type { WorkflowSnapshot } from '../domain/workflow.ts';
import { compileEventParts } from '../verify/event-field.ts';
import type { VerifyRequest } from '../verify/request.ts';
import { dedupSourceOf, presetOf } from './effective-settings.ts';

/** What is the same for each request that brings the same event to one workflow. */
export interface EventKey {
  /** 32 bytes. */
  sha256: Buffer;
  windowSeconds: number;
}

/** null: the request has no id of an event, so it is a duplicate of nothing. Never throws. */
export type ReadEventKey = (request: Pick<VerifyRequest, 'headers' | 'rawBody'>) => EventKey | null;

/** Where the ids of events are, as `header:<name>` or `json:<path>`, and how long they are remembered. */
export interface EventSource {
  source: string;
  windowSeconds: number;
}

const DAY_SECONDS = 86_400;

/** What holds for this workflow, whether it was chosen or comes with its provider; null: no event is recognized. */
export function eventSource(workflow: Pick<WorkflowSnapshot, 'authType' | 'config'>): EventSource | null {
  const chosen = dedupSourceOf(workflow);
  if (chosen === 'none') return null;
  const source = chosen === 'provider' ? presetOf(workflow)?.eventId : chosen;
  return source == null
    ? null
    : { source, windowSeconds: workflow.config.dedup?.windowSeconds ?? DAY_SECONDS };
}

/** null: no event is recognized. */
export function compileEventKey(
  workflow: Pick<WorkflowSnapshot, 'authType' | 'config'>,
): ReadEventKey | null {
  const from = eventSource(workflow);
  if (from === null) return null;
  const { windowSeconds } = from;
  const read = compileEventParts(from.source);
  // Headers are the same in any spelling. What is in one place is never taken for what is in another: a workflow
  // whose source was changed must not find yesterday's ids among those of today. No source has a NUL in it.
  const source = from.source.startsWith('header:') ? from.source.toLowerCase() : from.source;
  return (request) => {
    const parts = read(request);
    if (parts === undefined) return null;
    return { sha256: hash('sha256', [source, ...parts].join('\0'), 'buffer'), windowSeconds };
  };
}
