import { HANDSHAKE_NAMES } from './providers.ts';

/** What a request was that was no webhook. Stable: stored with logs. */
export const HANDSHAKE_EVENTS = [
  ...HANDSHAKE_NAMES,
  /** Twitch takes a subscription back: it sends nothing more. */
  'twitch_revocation',
  /** Somebody ended the subscription to an SNS topic: it sends nothing more. */
  'aws_sns_unsubscribed',
] as const;
export type HandshakeEvent = (typeof HANDSHAKE_EVENTS)[number];

/** Why a handshake was not answered as its sender hoped. Stable: stored with logs. */
export const HANDSHAKE_FAILURES = [
  /** What has to be sent back is absent, there more than once, too long, or not printable. */
  'malformed_challenge',
  /** The webhook has no `verifyToken`, without which nobody can prove to be expected. */
  'verify_token_unset',
  /** The request does not bring the `verifyToken` of the webhook. */
  'verify_token_mismatch',
  /** The answer is made with a secret, and there is none. */
  'no_secret',
  /** The sender brings a secret, and the webhook has another one already. */
  'other_secret',
  /** The address to be called to confirm is not the sender's own. */
  'foreign_confirmation_url',
  /** The address to be called to confirm did not answer with success. */
  'confirmation_failed',
] as const;
export type HandshakeFailure = (typeof HANDSHAKE_FAILURES)[number];
