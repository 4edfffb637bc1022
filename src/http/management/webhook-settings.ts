import { isAddressRange } from '../../domain/cidr.ts';
import { compilePayloadSchema } from '../../domain/payload-schema.ts';
import type { Fault } from '../../domain/problem.ts';
import type { AuthType, WebhookConfig } from '../../domain/webhook-config.ts';
import { checkDescription } from '../../verify/check-description.ts';
import type { WebhookChanges } from '../schemas/webhook-settings.ts';
import { senderFaults } from './sender-faults.ts';
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
  // Named for nothing, it would come back by surprise.
  if ((authType ?? before.authType) !== 'provider') merged.provider = null;
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
    ...senderFaults(changes, after, at),
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
  return [...prefixed(checkDescription(hmac), at), ...storageFaults(hmac, at)];
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
