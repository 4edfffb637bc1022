import { randomBytes } from 'node:crypto';
import type { Fault } from '../../domain/problem.ts';
import type { SignatureDescription } from '../../domain/signature-description.ts';
import { handshakeOf, presetOf } from '../../receive/effective-settings.ts';
import { checkSecret } from '../../verify/check-description.ts';
import { prefixed, type WebhookState } from './webhook-settings.ts';

/** What is wrong with a secret that somebody brings along; `at` points at it. */
export const secretFaults = (secret: string, state: WebhookState, at: string): Fault[] =>
  prefixed(faultsOf(secret, state), at);

/** Whether a stored secret can verify anything under these settings. */
export const isUsable = (secret: string, state: WebhookState): boolean =>
  faultsOf(secret, state).length === 0;

const faultsOf = (secret: string, { authType, config }: WebhookState): Fault[] =>
  checkSecret({ authType, provider: config.provider ?? null, description: config.hmac ?? null }, secret);

export const needsSecret = ({ authType }: WebhookState): boolean => authType !== 'none';

const PUBLIC_KEYS: readonly SignatureDescription['algorithm'][] = ['ed25519', 'ecdsa-p256'];

/** Where its secret has to come from, when it is no use to make one up; null: one may be generated. */
export function originOfSecret(state: WebhookState): string | null {
  if (handshakeOf(state) === 'asana') return 'Asana brings it along with its handshake.';
  const { authType, config } = state;
  if (authType === 'hmac' && PUBLIC_KEYS.includes(config.hmac?.algorithm)) {
    return 'Bring the public key of the sender along.';
  }
  const preset = presetOf(state);
  return preset === null || preset.secret.kind === 'chosen' ? null : preset.secret.paste;
}

/** What a rotation without a secret is told under settings for which none can be generated. */
export function generationFaults(state: WebhookState, at: string): Fault[] {
  const origin = originOfSecret(state);
  return origin === null ? [] : [{ pointer: at, detail: `Cannot be generated. ${origin}` }];
}

const SECRET_BYTES = 32;

/** A new secret, in the form these settings read it in. */
export function generateSecret(state: WebhookState): string {
  const { secretEncoding, secretPrefix = '' } = descriptionOf(state);
  const encoding = secretEncoding === 'base64' || secretEncoding === 'base64url' ? secretEncoding : 'hex';
  return secretPrefix + randomBytes(SECRET_BYTES).toString(encoding);
}

function descriptionOf(state: WebhookState): SignatureDescription {
  if (state.authType === 'hmac') return state.config.hmac ?? {};
  const scheme = presetOf(state)?.scheme;
  return typeof scheme === 'object' ? scheme : {};
}
