import { createHash } from 'node:crypto';
import { ADYEN_KEY, notificationItems, signedText } from '../coded/adyen.ts';
import { BODY_DIGEST, signedParameters, TWILIO_HEADER } from '../coded/twilio.ts';
import { hmacOf, secretKey } from '../matcher.ts';
import type { CodedScheme } from '../presets/preset.ts';
import { editableObject, setAt } from './json-edit.ts';
import { cannot, type Signed, type Signing } from './signed.ts';

export function signCoded(scheme: CodedScheme, input: Signing): Signed {
  switch (scheme) {
    case 'twilio':
      return signTwilio(input);
    case 'adyen_standard':
      return signAdyen(input);
    case 'aws_sns':
      return cannot('cannot_sign');
  }
}

function signTwilio(input: Signing): Signed {
  const key = secretKey(input.secret, { encoding: 'utf8', prefix: '' });
  if (key === null) return cannot('no_secret');
  const asIs = signedParameters(input);
  const url = !asIs.ok && asIs.reason === 'missing_signed_field' ? withDigest(input) : input.url;
  const parameters = url === input.url ? asIs : signedParameters({ ...input, url });
  if (!parameters.ok) return cannot(parameters.reason);
  const signature = hmacOf('sha1', key, [Buffer.from(url + parameters.text)]).toString('base64');
  const signed = { signed: true as const, headers: { [TWILIO_HEADER]: signature } };
  return url === input.url ? signed : { ...signed, url };
}

function withDigest({ url, rawBody }: Signing): string {
  const digest = createHash('sha256').update(rawBody).digest('hex');
  return `${url}${url.includes('?') ? '&' : '?'}${BODY_DIGEST}=${digest}`;
}

function signAdyen({ secret, rawBody }: Signing): Signed {
  const key = secretKey(secret, ADYEN_KEY);
  if (key === null) return cannot('no_secret');
  const body = editableObject(rawBody);
  const items = notificationItems(body);
  if (items === null) return cannot('malformed_body');
  for (const item of items) {
    const text = signedText(item);
    if (text === null || typeof item !== 'object' || item === null) return cannot('malformed_body');
    setAt(item, ['additionalData', 'hmacSignature'], hmacOf('sha256', key, [text]).toString('base64'));
  }
  return { signed: true, headers: {}, rawBody: Buffer.from(JSON.stringify(body)) };
}
