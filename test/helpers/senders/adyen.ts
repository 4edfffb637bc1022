import { randomBytes } from 'node:crypto';
import { json, mac, type Sender, shared, USUAL } from './sender.ts';

interface NotificationItem {
  pspReference: string;
  originalReference?: string;
  merchantAccountCode: string;
  merchantReference: string;
  amount: { value: number; currency: string };
  eventCode: string;
  success: string;
  eventDate?: string;
  paymentMethod?: string;
  additionalData?: Record<string, string>;
}

export const adyenItem: NotificationItem = {
  pspReference: '7914073381342284',
  merchantAccountCode: 'TestMerchant',
  merchantReference: 'TestPayment-1407325143704',
  amount: { value: 1130, currency: 'EUR' },
  eventCode: 'AUTHORISATION',
  success: 'true',
  eventDate: '2019-05-06T17:15:34.121+02:00',
  paymentMethod: 'visa',
};

const hexKey = shared(() => randomBytes(32).toString('hex').toUpperCase());

/** Eight fields, nothing escaped; of those that are absent the colon stays. */
export function adyenItemSignature(item: NotificationItem, hexSecret: string): string {
  const fields = [
    item.pspReference,
    item.originalReference ?? '',
    item.merchantAccountCode,
    item.merchantReference,
    item.amount.value,
    item.amount.currency,
    item.eventCode,
    item.success,
  ];
  return mac({ key: Buffer.from(hexSecret, 'hex'), encoding: 'base64' }, fields.join(':'));
}

/** The body of a notification with each of these items, signed. */
export function adyenNotification(items: readonly NotificationItem[], hexSecret: string): Buffer {
  return json({
    live: 'false',
    notificationItems: items.map((item) => ({
      NotificationRequestItem: {
        ...item,
        additionalData: { ...item.additionalData, hmacSignature: adyenItemSignature(item, hexSecret) },
      },
    })),
  });
}

/** Every item is signed by itself; the rest of the body is not covered. */
export const adyen_standard: Sender = {
  evidence: 'published_vector',
  toleranceSeconds: null,
  coversWholeBody: false,
  makeKeys: hexKey,
  signature: ['notificationItems', 0, 'NotificationRequestItem', 'additionalData', 'hmacSignature'],
  required: {},
  forgery: ['"value":1130', '"value":1'],
  eventId: '7914073381342284AUTHORISATION',
  eventType: 'AUTHORISATION',
  sign: async ({ url, secret, body = adyenNotification([adyenItem], secret) }) => ({
    method: 'POST',
    url,
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'User-Agent': 'Adyen HttpClient 1.0' },
    body,
  }),
};

export const adyen_platform: Sender = {
  ...USUAL,
  evidence: 'published_vector',
  makeKeys: hexKey,
  signature: 'hmacsignature',
  required: { hmacsignature: 'missing_credential' },
  forgery: ['"active"', '"closed"'],
  eventType: 'balancePlatform.accountHolder.created',
  sign: async ({
    url,
    secret,
    body = json({
      data: { balancePlatform: 'YOUR_BALANCE_PLATFORM', accountHolder: { id: 'AH1', status: 'active' } },
      environment: 'test',
      type: 'balancePlatform.accountHolder.created',
    }),
  }) => ({
    method: 'POST',
    url,
    headers: {
      'Content-Type': 'application/json',
      Protocol: 'HmacSHA256',
      HmacSignature: mac({ key: Buffer.from(secret, 'hex'), encoding: 'base64' }, body),
    },
    body,
  }),
};
