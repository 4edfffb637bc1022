import { validateSignature } from '@line/bot-sdk';
import { LinearWebhookClient } from '@linear/sdk/webhooks';
import Mux from '@mux/mux-node';
import { verify as verifyGithub } from '@octokit/webhooks-methods';
import { Paddle } from '@paddle/paddle-node-sdk';
import { isValidRequest } from '@sanity/webhook';
import { EventWebhook } from '@sendgrid/eventwebhook';
import { WorkOS } from '@workos-inc/node';
import { verifyKey } from 'discord-interactions';
import OpenAI from 'openai';
import razorpaySdk from 'razorpay/dist/utils/razorpay-utils.js';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { Webhook as SvixWebhook } from 'svix';
import twilioSdk from 'twilio/lib/webhooks/webhooks.js';
import type { ProviderName } from '../../../src/domain/providers.ts';
import { headerOf, lowerCased } from './requests.ts';
import type { SignedRequest } from './sender.ts';
import { formParameters } from './twilio.ts';

/** Whether a sender's own library takes a request for one of its sender's, now. */
export type Judge = (request: SignedRequest, secret: string) => Promise<boolean>;

/** A library that says no by throwing. */
const throwing =
  (check: (request: SignedRequest, secret: string) => unknown): Judge =>
  async (request, secret) => {
    try {
      await check(request, secret);
      return true;
    } catch (error) {
      // A mistake in the call of the library is not its verdict.
      if (error instanceof TypeError) throw error;
      return false;
    }
  };

const standard = throwing(({ headers, body }, secret) => new Webhook(secret).verify(body, headers));

const svix = throwing(({ headers, body }, secret) => new SvixWebhook(secret).verify(body, headers));

export const JUDGES: Partial<Record<ProviderName, Judge>> = {
  github: (request, secret) =>
    verifyGithub(secret, request.body.toString(), headerOf(request, 'x-hub-signature-256')),
  gitlab_signing: standard,
  standardwebhooks: standard,
  svix,
  clerk: svix,
  openai: throwing(({ headers, body }, secret) =>
    new OpenAI({ apiKey: 'none' }).webhooks.verifySignature(body.toString(), headers, secret),
  ),
  stripe: throwing((request, secret) =>
    Stripe.webhooks.constructEvent(request.body, headerOf(request, 'stripe-signature'), secret),
  ),
  linear: throwing((request, secret) =>
    new LinearWebhookClient(secret).verify(request.body, headerOf(request, 'linear-signature')),
  ),
  paddle: async (request, secret) =>
    (await new Paddle('none').webhooks.isSignatureValid(
      request.body.toString(),
      secret,
      headerOf(request, 'paddle-signature'),
    )) === true,
  razorpay: async (request, secret) =>
    razorpaySdk.validateWebhookSignature(
      request.body.toString(),
      headerOf(request, 'x-razorpay-signature'),
      secret,
    ),
  twilio: async (request, secret) => {
    const signature = headerOf(request, 'x-twilio-signature');
    return request.url.includes('bodySHA256')
      ? twilioSdk.validateRequestWithBody(secret, signature, request.url, request.body.toString())
      : twilioSdk.validateRequest(secret, signature, request.url, formParameters(request.body));
  },
  sendgrid: async (request, secret) => {
    const events = new EventWebhook();
    return events.verifySignature(
      events.convertPublicKeyToECDSA(secret),
      request.body,
      headerOf(request, 'x-twilio-email-event-webhook-signature'),
      headerOf(request, 'x-twilio-email-event-webhook-timestamp'),
    );
  },
  discord: (request, secret) =>
    verifyKey(
      request.body,
      headerOf(request, 'x-signature-ed25519'),
      headerOf(request, 'x-signature-timestamp'),
      secret,
    ),
  mux: throwing(({ headers, body }, secret) =>
    new Mux({ tokenId: 'none', tokenSecret: 'none' }).webhooks.verifySignature(
      body.toString(),
      headers,
      secret,
    ),
  ),
  // It is given the parsed document, and serializes it again.
  workos: throwing((request, secret) =>
    new WorkOS('none').webhooks.verifyHeader({
      payload: JSON.parse(request.body.toString()),
      sigHeader: headerOf(request, 'workos-signature'),
      secret,
    }),
  ),
  sanity: ({ headers, body }, secret) => isValidRequest({ headers: lowerCased(headers), body }, secret),
  line: async (request, secret) =>
    validateSignature(request.body, secret, headerOf(request, 'x-line-signature')),
};
