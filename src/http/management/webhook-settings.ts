import { randomBytes } from 'node:crypto';
import { isAddressRange } from '../../domain/cidr.ts';
import { compilePayloadSchema } from '../../domain/payload-schema.ts';
import type { Fault } from '../../domain/problem.ts';
import type { AuthType, WebhookConfig } from '../../domain/webhook-config.ts';
import { checkHmacDescription, checkSecret } from '../../verify/check-description.ts';
import type { WebhookChanges } from '../schemas/webhook-settings.ts';
import { storageFaults } from './storage-faults.ts';

/** What is stored of a webhook, apart from its secrets. */
export interface WebhookState {
  webhookEnabled: boolean;
  authType: AuthType;
  config: WebhookConfig;
}

export const NO_WEBHOOK: WebhookState = { webhookEnabled: false, authType: 'hmac', config: {} };

/** What is left out stays as it is; null takes a setting away. */
export function changeWebhook(before: WebhookState, changes: WebhookChanges): WebhookState {
  const { enabled, authType, ...settings } = changes;
  const merged = { ...before.config, ...settings };
  if (typeof merged.publicUrl === 'string') merged.publicUrl = merged.publicUrl.replace(/\/+$/, '');
  const kept = Object.entries(merged).filter(([, value]) => value !== null);
  return {
    webhookEnabled: enabled ?? before.webhookEnabled,
    authType: authType ?? before.authType,
    config: Object.fromEntries(kept),
  };
}

/** What a schema cannot say: everything that is wrong with `changes`, with pointers that begin with `at`. */
export function webhookFaults(changes: WebhookChanges, after: WebhookState, at: string): Fault[] {
  return [
    ...hmacFaults(changes, after, `${at}/hmac`),
    ...(changes.ipAllowlist ?? []).flatMap((range, i) =>
      isAddressRange(range)
        ? []
        : [{ pointer: `${at}/ipAllowlist/${i}`, detail: 'must be an address or a CIDR range, v4 or v6' }],
    ),
    ...schemaFaults(changes, `${at}/payloadSchema`),
    ...publicUrlFaults(changes, `${at}/publicUrl`),
  ];
}

function hmacFaults({ hmac }: WebhookChanges, { authType }: WebhookState, at: string): Fault[] {
  if (hmac == null) return [];
  if (authType !== 'hmac') return [{ pointer: at, detail: `is not used with the auth type ${authType}` }];
  return [...prefixed(checkHmacDescription(hmac), at), ...storageFaults(hmac, at)];
}

function schemaFaults({ payloadSchema }: WebhookChanges, at: string): Fault[] {
  if (payloadSchema == null) return [];
  const compiled = compilePayloadSchema(payloadSchema);
  return compiled.ok ? storageFaults(payloadSchema, at) : [{ pointer: at, detail: compiled.detail }];
}

function publicUrlFaults({ publicUrl }: WebhookChanges, at: string): Fault[] {
  if (publicUrl == null) return [];
  const parsed = URL.canParse(publicUrl) ? new URL(publicUrl) : null;
  const plain =
    parsed !== null &&
    /^https?:\/\//i.test(publicUrl) &&
    parsed.username + parsed.password + parsed.search + parsed.hash === '' &&
    !/[?#]/.test(publicUrl);
  return plain
    ? []
    : [{ pointer: at, detail: 'must be an http(s) URL without credentials, query and fragment' }];
}

export const prefixed = (faults: Fault[], at: string): Fault[] =>
  faults.map(({ pointer, detail }) => ({ pointer: at + pointer, detail }));

/** What is wrong with a secret that somebody brings along; `at` points at it. */
export const secretFaults = (secret: string, { authType, config }: WebhookState, at: string): Fault[] =>
  prefixed(checkSecret(authType, config.hmac ?? null, secret), at);

/** Whether a stored secret can verify anything under these settings. */
export const isUsable = (secret: string, { authType, config }: WebhookState): boolean =>
  checkSecret(authType, config.hmac ?? null, secret).length === 0;

export const needsSecret = ({ authType }: WebhookState): boolean => authType !== 'none';

const SECRET_BYTES = 32;

/** A new secret, in the encoding these settings read it in. */
export function generateSecret({ config }: WebhookState): string {
  return randomBytes(SECRET_BYTES).toString(config.hmac?.secretEncoding === 'base64' ? 'base64' : 'hex');
}
