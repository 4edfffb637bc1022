import { randomBytes } from 'node:crypto';
import Stripe from 'stripe';
import { base64, hex, hexSecret, json, type Sender, seconds, shared, USUAL } from './sender.ts';

const MISSING = 'missing_credential';

/** The key is the literal text, `whsec_` and all: it is not base64 of anything. */
export const stripe: Sender = {
  evidence: 'sdk',
  toleranceSeconds: 300,
  coversWholeBody: true,
  makeKeys: shared(() => `whsec_${randomBytes(24).toString('base64url')}`),
  signature: 'stripe-signature',
  required: { 'stripe-signature': MISSING },
  forgery: ['"amount": 2000', '"amount": 9000'],
  eventId: 'evt_1NG8Du2eZvKYlo2CUI79vXWy',
  eventType: 'payment_intent.succeeded',
  async sign({ url, secret, nowMs, body = STRIPE_EVENT }) {
    const timestamp = Math.floor(nowMs / 1000);
    return {
      method: 'POST',
      url,
      headers: {
        'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        'Content-Type': 'application/json; charset=utf-8',
        'Stripe-Signature': Stripe.webhooks.generateTestHeaderString({
          payload: body.toString(),
          secret,
          timestamp,
        }),
      },
      body,
    };
  },
};

/** Stripe sends it indented. */
const STRIPE_EVENT = Buffer.from(
  JSON.stringify(
    {
      id: 'evt_1NG8Du2eZvKYlo2CUI79vXWy',
      object: 'event',
      api_version: '2025-03-31.basil',
      created: 1686089970,
      data: { object: { id: 'pi_3MtwBwLkdIwHu7ix28a3tqPa', amount: 2000, currency: 'eur' } },
      livemode: false,
      type: 'payment_intent.succeeded',
    },
    null,
    2,
  ),
);

export const shopify: Sender = {
  ...USUAL,
  evidence: 'published_vector',
  makeKeys: hexSecret(16, 'shpss_'),
  signature: 'x-shopify-hmac-sha256',
  required: { 'x-shopify-hmac-sha256': MISSING },
  forgery: ['"254.98"', '"004.98"'],
  eventId: 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
  eventType: 'orders/create',
  sign: async ({
    url,
    secret,
    body = Buffer.from(
      '{"id":820982911946154508,"email":"jon@example.com","total_price":"254.98","note":"caf\\u00e9 \\/ th\\u00e9"}',
    ),
  }) => ({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json',
      'X-Shopify-Topic': 'orders/create',
      'X-Shopify-Shop-Domain': 'example.myshopify.com',
      'X-Shopify-API-Version': '2025-04',
      'X-Shopify-Webhook-Id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
      'X-Shopify-Triggered-At': '2025-03-29T18:00:27.877041743Z',
      'X-Shopify-Hmac-Sha256': base64(secret, body),
    },
    body,
  }),
};

export const square: Sender = {
  ...USUAL,
  evidence: 'published_vector',
  makeKeys: shared(() => randomBytes(16).toString('base64url')),
  signature: 'x-square-hmacsha256-signature',
  required: { 'x-square-hmacsha256-signature': MISSING },
  forgery: ['"APPROVED"', '"CANCELED"'],
  eventId: '13b867cf-db3d-4b1c-90b6-2f32a9d78124',
  eventType: 'payment.updated',
  sign: async ({
    url,
    secret,
    body = json({
      merchant_id: '6SSW7HV8K2ST5',
      type: 'payment.updated',
      event_id: '13b867cf-db3d-4b1c-90b6-2f32a9d78124',
      created_at: '2020-02-06T21:27:34.308Z',
      data: { type: 'payment', id: 'KkAkhdMsgzn59SM8A89WgKwekxLZY', object: { status: 'APPROVED' } },
    }),
  }) => ({
    method: 'POST',
    url,
    headers: {
      'User-Agent': 'Square Connect v2',
      'Content-Type': 'application/json',
      'square-environment': 'Production',
      'square-initial-delivery-timestamp': '2020-02-06T21:27:34Z',
      'x-square-hmacsha256-signature': base64(secret, url, body),
    },
    body,
  }),
};

export const paddle: Sender = {
  evidence: 'sdk',
  toleranceSeconds: 5,
  coversWholeBody: true,
  makeKeys: shared(
    () => `pdl_ntfset_${randomBytes(13).toString('hex')}_${randomBytes(16).toString('base64url')}`,
  ),
  signature: 'paddle-signature',
  required: { 'paddle-signature': MISSING },
  forgery: ['"active"', '"paused"'],
  eventId: 'evt_01hv8x2acma2gz7he8kg2s0hna',
  eventType: 'subscription.updated',
  async sign({
    url,
    secret,
    nowMs,
    body = json({
      event_id: 'evt_01hv8x2acma2gz7he8kg2s0hna',
      event_type: 'subscription.updated',
      occurred_at: '2024-04-12T10:37:59.556997Z',
      notification_id: 'ntf_01hv8x2af22vrrz69cwk7w3c8g',
      data: { id: 'sub_01hv8x29kz0t586xy6zn1a62ny', status: 'active' },
    }),
  }) {
    const ts = seconds(nowMs);
    return {
      method: 'POST',
      url,
      headers: {
        'User-Agent': 'Paddle',
        'Content-Type': 'application/json',
        'Paddle-Signature': `ts=${ts};h1=${hex(secret, `${ts}:`, body)}`,
      },
      body,
    };
  },
};

export const lemonsqueezy: Sender = {
  ...USUAL,
  evidence: 'documentation',
  makeKeys: hexSecret(10),
  signature: 'x-signature',
  required: { 'x-signature': MISSING },
  forgery: ['"pending"', '"fraudis"'],
  eventType: 'order_created',
  sign: async ({
    url,
    secret,
    body = json({
      meta: { event_name: 'order_created', custom_data: { customer_id: 25 } },
      data: { type: 'orders', id: '1', attributes: { status: 'pending', total: 999 } },
    }),
  }) => ({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json',
      'X-Event-Name': 'order_created',
      'X-Signature': hex(secret, body),
    },
    body,
  }),
};

export const razorpay: Sender = {
  ...USUAL,
  evidence: 'sdk',
  makeKeys: hexSecret(12),
  signature: 'x-razorpay-signature',
  required: { 'x-razorpay-signature': MISSING },
  forgery: ['"captured"', '"refunded"'],
  eventId: 'DESlLckIVRkHWj',
  eventType: 'payment.captured',
  sign: async ({
    url,
    secret,
    body = json({
      entity: 'event',
      account_id: 'acc_BFQ7uQEaa7j2z7',
      event: 'payment.captured',
      contains: ['payment'],
      payload: { payment: { entity: { id: 'pay_DESlfW9H8K9uqM', amount: 100, status: 'captured' } } },
    }),
  }) => ({
    method: 'POST',
    url,
    headers: {
      'User-Agent': 'Razorpay-Webhook/v1',
      'Content-Type': 'application/json',
      'X-Razorpay-Event-Id': 'DESlLckIVRkHWj',
      'X-Razorpay-Signature': hex(secret, body),
    },
    body,
  }),
};
