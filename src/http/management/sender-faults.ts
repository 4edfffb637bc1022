import type { Fault } from '../../domain/problem.ts';
import type { HandshakeName } from '../../domain/providers.ts';
import { handshakeOf, presetOf } from '../../receive/effective-settings.ts';
import { isEventField } from '../../verify/event-field.ts';
import type { WebhookChanges } from '../schemas/webhook-settings.ts';
import { hasNoBody } from '../webhook-answers.ts';
import { storageFaults } from './storage-faults.ts';
import type { WebhookState } from './webhook-settings.ts';

/** What contradicts what among the settings that are about one kind of sender. */
export function senderFaults(changes: WebhookChanges, after: WebhookState, at: string): Fault[] {
  return [
    ...providerFaults(changes, after, `${at}/provider`),
    ...dedupFaults(after, `${at}/dedup/source`),
    ...handshakeFaults(after, `${at}/handshake`),
    ...successFaults(changes, `${at}/success/body`),
  ];
}

function providerFaults(
  { provider }: WebhookChanges,
  { authType, config }: WebhookState,
  at: string,
): Fault[] {
  if (authType === 'provider') {
    const missing = config.provider == null;
    return missing ? [{ pointer: at, detail: 'is required with the auth type provider' }] : [];
  }
  return provider == null ? [] : [{ pointer: at, detail: `is not used with the auth type ${authType}` }];
}

/** Of what holds after the change: another provider may have no id where the one before it had. */
function dedupFaults(after: WebhookState, at: string): Fault[] {
  const source = after.config.dedup?.source;
  if (source === undefined || source === 'none') return [];
  if (source !== 'provider') {
    const detail =
      'must be provider, none, header:<name> (several with commas between them), or json:<path>, which is names with dots between them';
    return isEventField(source) ? storageFaults(source, at) : [{ pointer: at, detail }];
  }
  const preset = presetOf(after);
  if (preset === null) return [{ pointer: at, detail: 'needs the auth type provider' }];
  return preset.eventId === null
    ? [{ pointer: at, detail: `${preset.title} sends no id that belongs to one event` }]
    : [];
}

const NEEDS_AUTHENTICATION: readonly HandshakeName[] = ['zoom', 'discord', 'x_crc', 'asana', 'xero'];

function handshakeFaults(after: WebhookState, at: string): Fault[] {
  const { authType, config } = after;
  const handshake = handshakeOf(after);
  // Whoever is not asked for a signature could have any topic in the world subscribed to.
  if (handshake === 'aws_sns' && config.provider !== 'aws_sns') {
    return [{ pointer: at, detail: 'aws_sns needs the auth type provider and the provider aws_sns' }];
  }
  if (handshake === 'x_crc' && !signsBodyAlone(after)) {
    return [{ pointer: at, detail: 'x_crc needs signatures of {body} and nothing else, as X makes them' }];
  }
  if (authType !== 'none' || handshake === null || !NEEDS_AUTHENTICATION.includes(handshake)) return [];
  return [
    {
      pointer: at,
      detail: `${handshake} needs a secret, or a signature to be verified: there is none with the auth type none`,
    },
  ];
}

/**
 * Whoever asks by x_crc has plain words signed. Where fields of the body are what is signed, or anything beside the
 * body, such words could be the signature of a webhook.
 */
function signsBodyAlone(after: WebhookState): boolean {
  const { authType, config } = after;
  if (authType !== 'hmac' && authType !== 'provider') return true;
  const scheme = authType === 'hmac' ? (config.hmac ?? {}) : presetOf(after)?.scheme;
  return typeof scheme === 'object' && (scheme.payload ?? '{body}') === '{body}';
}

function successFaults({ success }: WebhookChanges, at: string): Fault[] {
  if (success?.body === undefined) return [];
  return hasNoBody(success.status)
    ? [{ pointer: at, detail: `there is none with the status ${success.status}` }]
    : storageFaults(success.body, at);
}
