import { type Static, Type } from 'typebox';

/** The senders whose way of signing is known by name. Stable: stored with workflows. */
export const PROVIDER_NAMES = [
  'generic',
  'github',
  'gitlab_token',
  'gitlab_signing',
  'bitbucket',
  'jira',
  'stripe',
  'shopify',
  'slack',
  'twilio',
  'standardwebhooks',
  'standardwebhooks_v1a',
  'svix',
  'clerk',
  'openai',
  'linear',
  'hubspot_v3',
  'hubspot_v1',
  'hubspot_v2',
  'intercom',
  'mailgun',
  'sendgrid',
  'square',
  'paddle',
  'lemonsqueezy',
  'discord',
  'twitch',
  'zoom',
  'typeform',
  'calendly',
  'meta',
  'razorpay',
  'adyen_standard',
  'adyen_platform',
  'telegram',
  'trello',
  'aws_sns',
  'zendesk',
  'docusign',
  'pagerduty',
  'sentry',
  'vercel',
  'mux',
  'workos',
  'sanity',
  'line',
] as const;

export const ProviderName = Type.Enum([...PROVIDER_NAMES], {
  type: 'string',
  title: 'ProviderName',
  description: 'A sender whose way of signing is known: see GET /api/webhook-providers.',
});
export type ProviderName = (typeof PROVIDER_NAMES)[number];

/** What some senders ask before they send webhooks, on the same URL. Stable: stored with workflows and logs. */
export const HANDSHAKE_NAMES = [
  'slack',
  'meta',
  'zoom',
  'twitch',
  'microsoft_graph',
  'aws_sns',
  'discord',
  'x_crc',
  'dropbox',
  'asana',
  'okta',
  'xero',
] as const;
export type HandshakeName = (typeof HANDSHAKE_NAMES)[number];

/** `none`: not even the one that the provider is known for. */
export const Handshake = Type.Enum([...HANDSHAKE_NAMES, 'none'], {
  type: 'string',
  title: 'Handshake',
  description: 'What the sender asks before it sends webhooks. `none`: nothing.',
});
export type Handshake = Static<typeof Handshake>;
