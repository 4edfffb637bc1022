import type { ProviderName } from '../../../src/domain/providers.ts';
import { adyen_platform, adyen_standard } from './adyen.ts';
import { aws_sns } from './aws-sns.ts';
import { calendly, docusign, intercom, pagerduty, trello, typeform, zendesk } from './business.ts';
import { discord, line, meta, slack, telegram, twitch, zoom } from './chat.ts';
import { bitbucket, generic, github, gitlab_token, jira, linear, sentry, vercel } from './code-hosting.ts';
import { lemonsqueezy, paddle, razorpay, shopify, square, stripe } from './commerce.ts';
import { hubspot_v1, hubspot_v2, hubspot_v3 } from './hubspot.ts';
import { mailgun, sendgrid } from './mail.ts';
import { mux, sanity, workos } from './platforms.ts';
import type { Sender } from './sender.ts';
import {
  clerk,
  gitlab_signing,
  openai,
  standardwebhooks,
  standardwebhooks_v1a,
  svix,
} from './standard-webhooks.ts';
import { twilio } from './twilio.ts';

/** Everybody who sends webhooks, as they sign: made without anything of src/verify. */
export const SENDERS: Record<ProviderName, Sender> = {
  generic,
  github,
  gitlab_token,
  gitlab_signing,
  bitbucket,
  jira,
  stripe,
  shopify,
  slack,
  twilio,
  standardwebhooks,
  standardwebhooks_v1a,
  svix,
  clerk,
  openai,
  linear,
  hubspot_v3,
  hubspot_v1,
  hubspot_v2,
  intercom,
  mailgun,
  sendgrid,
  square,
  paddle,
  lemonsqueezy,
  discord,
  twitch,
  zoom,
  typeform,
  calendly,
  meta,
  razorpay,
  adyen_standard,
  adyen_platform,
  telegram,
  trello,
  aws_sns,
  zendesk,
  docusign,
  pagerduty,
  sentry,
  vercel,
  mux,
  workos,
  sanity,
  line,
};
