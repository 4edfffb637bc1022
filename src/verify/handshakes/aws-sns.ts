import { jsonOf } from '../json-body.ts';
import { answered, type Handshake, isObject, refused } from './handshake.ts';

/**
 * `sns.<region>.amazonaws.com`, in China with `.cn`. Of a region and nothing else: `sns.s3.amazonaws.com`, or
 * `sns.s3-us-west-2.amazonaws.com`, would be the bucket of whoever came first.
 */
export const SNS_HOST = /^sns\.[a-z]{2}(?:-[a-z]{1,20}){1,2}-\d{1,2}\.amazonaws\.com(?:\.cn)?$/;

/**
 * https://docs.aws.amazon.com/sns/latest/dg/SendMessageToHttp.prepare.html. An UnsubscribeConfirmation carries such a
 * URL too, but calling it would subscribe again what somebody ended.
 */
export const awsSns: Handshake = {
  signed: ({ rawBody }) => {
    // Fields are signed, not bytes: written with other escapes, after a byte-order mark or with much around it, a
    // confirmation is one all the same, and read as it was verified.
    const body = jsonOf({ rawBody });
    if (!isObject(body)) return null;
    if (body.Type === 'UnsubscribeConfirmation') {
      return answered({ event: 'aws_sns_unsubscribed' });
    }
    if (body.Type !== 'SubscriptionConfirmation') return null;
    const { SubscribeURL: url } = body;
    if (typeof url !== 'string' || !isConfirmationUrl(url)) return refused('foreign_confirmation_url');
    return answered({ event: 'aws_sns', effect: { kind: 'confirm', url } });
  },
};

/** Whether calling this does nothing but confirm a subscription, at AWS. */
export function isConfirmationUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (
    url.protocol === 'https:' &&
    SNS_HOST.test(url.hostname) &&
    url.port === '' &&
    url.username + url.password === '' &&
    url.pathname === '/' &&
    url.searchParams.getAll('Action').join() === 'ConfirmSubscription'
  );
}
