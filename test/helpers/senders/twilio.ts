import { randomBytes } from 'node:crypto';
import twilioSdk from 'twilio/lib/webhooks/webhooks.js';
import { json, type Sender, type SignInput, shared } from './sender.ts';

const TWILIO_FORM = Buffer.from(
  'ToCountry=US&SmsMessageSid=SM0123456789abcdef&SmsStatus=received&Body=H%C3%A9llo+w%2Borld&FromCity=' +
    '&MessageSid=SM0123456789abcdef&AccountSid=AC0123456789abcdef&From=%2B14158675309&To=%2B18005551212',
);

/** A form as the SDK wants it: the values of a name that comes more than once are a list. */
export function formParameters(body: Buffer): Record<string, string | string[]> {
  const form = new URLSearchParams(body.toString());
  return Object.fromEntries(
    [...new Set(form.keys())].map((name): [string, string | string[]] => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

const TWILIO = {
  evidence: 'sdk',
  toleranceSeconds: null,
  makeKeys: shared(() => randomBytes(16).toString('hex')),
  signature: 'x-twilio-signature',
  required: { 'x-twilio-signature': 'missing_credential' },
} as const;

/** The URL and every parameter of the form: how the form is escaped, and in which order it comes, is not covered. */
export const twilio: Sender = {
  ...TWILIO,
  coversWholeBody: false,
  forgery: ['SmsStatus=received', 'SmsStatus=rejected'],
  eventId: 'd5ca2d1e-9a0e-4a4b-8a5c-6b8f0f3c2b1a',
  sign: async ({ url, secret, body = TWILIO_FORM }: SignInput) => ({
    method: 'POST',
    url,
    headers: {
      'User-Agent': 'TwilioProxy/1.1',
      'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'I-Twilio-Idempotency-Token': 'd5ca2d1e-9a0e-4a4b-8a5c-6b8f0f3c2b1a',
      'X-Twilio-Signature': twilioSdk.getExpectedTwilioSignature(secret, url, formParameters(body)),
    },
    body,
  }),
};

/** For JSON it adds the hash of the body to the URL, and signs the URL. */
export const twilioJson: Sender = {
  ...TWILIO,
  coversWholeBody: true,
  forgery: ['"completed"', '"cancelled"'],
  async sign({ url, secret, body = json({ type: 'call', status: 'completed', note: 'naïve' }) }: SignInput) {
    const hash = twilioSdk.getExpectedBodyHash(body.toString());
    const signedUrl = `${url}${url.includes('?') ? '&' : '?'}bodySHA256=${hash}`;
    return {
      method: 'POST',
      url: signedUrl,
      headers: {
        'User-Agent': 'TwilioProxy/1.1',
        'Content-Type': 'application/json',
        'X-Twilio-Signature': twilioSdk.getExpectedTwilioSignature(secret, signedUrl, {}),
      },
      body,
    };
  },
};
