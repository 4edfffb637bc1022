import type { HandshakeName } from '../domain/providers.ts';
import type { Success } from '../domain/webhook-config.ts';
import type { WorkflowSnapshot } from '../domain/workflow.ts';
import { PRESETS, type Preset } from '../verify/presets/index.ts';

type Configured = Pick<WorkflowSnapshot, 'authType' | 'config'>;

/** What is known of the sender; null: it is none that is known by name. */
export const presetOf = ({ authType, config }: Configured): Preset | null =>
  authType === 'provider' && config.provider != null ? PRESETS[config.provider] : null;

/** Where the ids of events are: the place, `provider` for where this one has them, or `none`. */
export const dedupSourceOf = (workflow: Configured): string =>
  workflow.config.dedup?.source ?? (presetOf(workflow)?.dedupByDefault ? 'provider' : 'none');

/** The handshake that is answered, whether it was chosen or comes with the provider; null: none. */
export function handshakeOf(workflow: Configured): HandshakeName | null {
  const { handshake } = workflow.config;
  if (handshake != null) return handshake === 'none' ? null : handshake;
  return presetOf(workflow)?.handshake ?? null;
}

const EMPTY: Success = { status: 200, body: '' };

/** What a stored webhook is answered; null: the JSON document of this service. */
export function successOf(workflow: Configured): Success | null {
  const chosen = workflow.config.success ?? presetOf(workflow)?.success ?? null;
  // Xero takes no answer with a body.
  return chosen ?? (handshakeOf(workflow) === 'xero' ? EMPTY : null);
}

/** Of the time that the sender waits: the rest is the way there and back. */
const SHARE = 0.8;

/** How soon a webhook has to be answered, refused or not, to be heard by its sender. Milliseconds; null: no matter. */
export function answerWithinMs(workflow: Configured): number | null {
  const seconds = presetOf(workflow)?.answerWithinSeconds ?? null;
  return seconds === null ? null : seconds * 1_000 * SHARE;
}
