import { adyenItem, adyenItemSignature, adyenNotification } from '../../helpers/senders/adyen.ts';
import { SENDERS } from '../../helpers/senders/index.ts';
import t from '../../helpers/tap.ts';
import { NOW, refused, URL, verify } from './verifying.ts';

const nowMs = NOW * 1000;
const secret = SENDERS.adyen_standard.makeKeys().signing;
const second = {
  ...adyenItem,
  pspReference: '8835511210681324',
  eventCode: 'CAPTURE',
  originalReference: '79140',
};

async function verifyText(text: string, secrets = [secret]) {
  const request = await SENDERS.adyen_standard.sign({ url: URL, secret, nowMs, body: Buffer.from(text) });
  return verify('adyen_standard', request, secrets);
}

const textOf = (items: (typeof adyenItem)[]) => adyenNotification(items, secret).toString();

t.test('each of several items is verified', async (t) => {
  const text = textOf([adyenItem, second]);
  t.match(await verifyText(text), { valid: true });
  t.same(
    await verifyText(text.replace('8835511210681324', '8835511210681325')),
    refused('signature_mismatch'),
  );
  t.same(
    await verifyText(text.replace('7914073381342284', '7914073381342285')),
    refused('signature_mismatch'),
  );
});

t.test('one forged item among good ones spoils them all', async (t) => {
  const document = JSON.parse(textOf([adyenItem, second]));
  const forged = { ...second, amount: { value: 1, currency: 'EUR' } };
  const unsigned = [
    { NotificationRequestItem: forged },
    { NotificationRequestItem: { ...forged, additionalData: {} } },
    {},
    null,
    'x',
    [],
  ];
  for (const item of unsigned) {
    for (const notificationItems of [
      [...document.notificationItems, item],
      [item, ...document.notificationItems],
    ]) {
      t.match(await verifyText(JSON.stringify({ live: 'false', notificationItems })), { valid: false });
    }
  }
});

t.test('no items prove nothing', async (t) => {
  for (const text of [
    '{"live":"false","notificationItems":[]}',
    '{}',
    '[]',
    'null',
    '',
    '"x"',
    '{"notificationItems":{}}',
  ]) {
    t.match(await verifyText(text), { valid: false }, text);
  }
});

t.test('two secrets: all items have to fit one and the same', async (t) => {
  const other = SENDERS.adyen_standard.makeKeys().signing;
  t.match(await verifyText(textOf([adyenItem, second]), [other, secret]), { valid: true, secretIndex: 1 });
});

t.test('fields are joined as they are, without escapes', async (t) => {
  const odd = { ...adyenItem, merchantReference: 'a:b\\c', merchantAccountCode: 'Café' };
  t.match(await verifyText(textOf([odd])), { valid: true });
  // The signature of the published item with the original reference empty: the colon stays.
  const key = '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056';
  t.equal(
    adyenItemSignature({ ...adyenItem, originalReference: '' }, key),
    'coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0=',
  );
});

t.test('a key that is not hex never verifies', async (t) => {
  const text = textOf([adyenItem]);
  for (const key of ['not hex', secret.slice(1), `${secret}0`, `${secret.slice(0, -1)}g`, '']) {
    t.same(await verifyText(text, [key]), refused('no_secret'), key);
  }
  t.match(await verifyText(text, [secret.toLowerCase()]), { valid: true });
});
