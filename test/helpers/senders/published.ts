import type { ProviderName } from '../../../src/domain/providers.ts';
import { adyenItem } from './adyen.ts';

/** A signature that somebody else made and published: the sender itself, in its documentation or its libraries' tests. */
export interface PublishedVector {
  provider: ProviderName;
  /** Where it is published. */
  source: string;
  secret: string;
  /** What the sender signed with, where that is not what a receiver has. */
  signingKey?: string;
  method?: string;
  url?: string;
  headers: Record<string, string>;
  body: string;
  /** Unix seconds; left out where no time is signed. */
  at?: number;
}

const ATLASSIAN = {
  secret: "It's a Secret to Everybody",
  headers: {
    'X-Hub-Signature': 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9',
  },
  body: 'Hello World!',
};
const HUBSPOT_SECRET = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';
const HUBSPOT_URL = 'https://www.example.com/webhook_uri';
const STANDARD_MESSAGE = {
  headers: { 'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330' },
  body: '{"test": 2432232314}',
  at: 1_614_265_330,
};
const TWILIO_URL = 'https://mycompany.com/myapp.php?foo=1&bar=2';

const adyenBody = (item: object, hmacSignature: string) =>
  JSON.stringify({
    live: 'false',
    notificationItems: [{ NotificationRequestItem: { ...item, additionalData: { hmacSignature } } }],
  });

export const PUBLISHED: PublishedVector[] = [
  {
    provider: 'github',
    source: 'docs.github.com: Validating webhook deliveries, testing the webhook payload validation',
    secret: "It's a Secret to Everybody",
    headers: {
      'X-Hub-Signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    },
    body: 'Hello, World!',
  },
  {
    provider: 'jira',
    source: 'developer.atlassian.com/cloud/jira/platform/webhooks: Secure admin webhooks',
    ...ATLASSIAN,
  },
  {
    provider: 'bitbucket',
    source: 'support.atlassian.com/bitbucket-cloud: Manage webhooks, test webhook payload validation',
    ...ATLASSIAN,
  },
  {
    provider: 'slack',
    source: 'docs.slack.dev/authentication/verifying-requests-from-slack',
    secret: '8f742231b10e8888abcd99yyyzzz85a5',
    headers: {
      'X-Slack-Request-Timestamp': '1531420618',
      'X-Slack-Signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    },
    body:
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V' +
      '&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
      '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
      '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
    at: 1_531_420_618,
  },
  {
    provider: 'shopify',
    source: 'github.com/Shopify/shopify-api-php: tests/Webhooks/RegistryTest.php, tests/BaseTestCase.php',
    secret: 'steffi',
    headers: { 'X-Shopify-Hmac-Sha256': '/Redz4YXHLnSmmSN8grr5/Jl/Ua3d7yX3iWbjb8R8wo=' },
    body: '{"foo":"bar"}',
  },
  {
    provider: 'square',
    source: 'github.com/square/square-nodejs-sdk: test/utilities/webhooksHelper.test.ts',
    secret: 'Ibxx_5AKakO-3qeNVR61Dw',
    url: 'https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9',
    headers: { 'x-square-hmacsha256-signature': 'GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=' },
    body: '{"merchant_id":"MLEFBHHSJGVHD","type":"webhooks.test_notification","event_id":"ac3ac95b-f97d-458c-a6e6-18981597e05f","created_at":"2022-07-13T20:30:59.037339943Z","data":{"type":"webhooks","id":"bc368e64-01aa-407e-b46e-3231809b1129"}}',
  },
  {
    provider: 'square',
    source: 'github.com/square/square-nodejs-sdk: test/utilities/webhooksHelper.test.ts (escaped characters)',
    secret: 'signature-key',
    url: 'https://webhook.site/webhooks',
    headers: { 'x-square-hmacsha256-signature': 'Cxt7+aTi4rKgcA0bC4g9EHdVtLSDWdqccmL5MvihU4U=' },
    body: '{"data":{"type":"webhooks","id":">id<"}}',
  },
  {
    provider: 'adyen_standard',
    source: 'github.com/Adyen/adyen-ruby-api-library: spec/utils/hmac_validator_spec.rb',
    secret: '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056',
    headers: {},
    body: adyenBody(adyenItem, 'coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0='),
  },
  {
    provider: 'adyen_standard',
    source: 'github.com/Adyen/adyen-php-api-library: tests/Adyen/Util/HmacSignatureTest.php',
    secret: 'DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00',
    headers: {},
    body: adyenBody(adyenItem, 'Ny9gS2veKo5E4w8/OL6xz1/wvT/hYkAXy1xNc/QvO4I='),
  },
  {
    provider: 'adyen_standard',
    source: 'github.com/Adyen/adyen-node-api-library: src/__tests__/hmacValidator.spec.ts',
    secret: 'DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00',
    headers: {},
    body: adyenBody(
      {
        pspReference: 'pspReference',
        originalReference: 'originalReference',
        merchantAccountCode: 'merchantAccount',
        merchantReference: 'reference',
        amount: { currency: 'EUR', value: 1000 },
        eventCode: 'CAPTURE',
        success: 'true',
      },
      'xhpHvYq2u2Np0rstbZ6QjLGu7JWhvf7Iwaa6EviJSX0=',
    ),
  },
  {
    provider: 'adyen_platform',
    source: 'github.com/Adyen/adyen-java-api-library: testBankingWebhookHmacValidator',
    secret: 'D7DD5BA6146493707BF0BE7496F6404EC7A63616B7158EC927B9F54BB436765F',
    headers: { HmacSignature: '9Qz9S/0xpar1klkniKdshxpAhRKbiSAewPpWoxKefQA=' },
    body: '{"data":{"balancePlatform":"Integration_tools_test","accountId":"BA32272223222H5HVKTBK4MLB","sweep":{"id":"SWPC42272223222H5HVKV6H8C64DP5","schedule":{"type":"balance"},"status":"active","targetAmount":{"currency":"EUR","value":0},"triggerAmount":{"currency":"EUR","value":0},"type":"pull","counterparty":{"balanceAccountId":"BA3227C223222H5HVKT3H9WLC"},"currency":"EUR"}},"environment":"test","type":"balancePlatform.balanceAccountSweep.updated"}',
  },
  {
    provider: 'hubspot_v1',
    source: 'developers.hubspot.com/docs/faq/v1-request-validation',
    secret: HUBSPOT_SECRET,
    headers: { 'X-HubSpot-Signature': '232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de' },
    body: '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]',
  },
  {
    provider: 'hubspot_v2',
    source: 'developers.hubspot.com/docs/faq/v2-request-validation (GET)',
    secret: HUBSPOT_SECRET,
    method: 'GET',
    url: HUBSPOT_URL,
    headers: { 'X-HubSpot-Signature': 'eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e' },
    body: '',
  },
  {
    provider: 'hubspot_v2',
    source: 'github.com/HubSpot/hubspot-api-php: WebhooksTest.php',
    secret: HUBSPOT_SECRET,
    url: HUBSPOT_URL,
    headers: { 'X-HubSpot-Signature': '9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900' },
    body: '{"example_field":"example_value"}',
  },
  {
    provider: 'hubspot_v3',
    source: 'github.com/HubSpot/hubspot-api-python: test_get_signature__v3',
    secret: HUBSPOT_SECRET,
    url: HUBSPOT_URL,
    headers: {
      'X-HubSpot-Request-Timestamp': '1693657560000',
      'X-HubSpot-Signature-v3': 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=',
    },
    body: "{'example_field':'example_value'}",
    at: 1_693_657_560,
  },
  {
    provider: 'standardwebhooks',
    source: 'github.com/standard-webhooks/standard-webhooks: the sign tests of its libraries',
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    ...STANDARD_MESSAGE,
    headers: {
      ...STANDARD_MESSAGE.headers,
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
  },
  {
    provider: 'standardwebhooks_v1a',
    source: 'github.com/svix/svix-webhooks: svix-server, test_asymmetric_key_signing',
    secret: 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
    signingKey:
      'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==',
    ...STANDARD_MESSAGE,
    headers: {
      ...STANDARD_MESSAGE.headers,
      'webhook-signature':
        'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
    },
  },
  {
    provider: 'mailgun',
    source: 'github.com/mailgun/mailgun-php: tests/Api/WebhookTest.php',
    secret: 'key-3ax6xnjp29jd6fds4gc373sgvjxteol0',
    headers: {},
    body: JSON.stringify({
      signature: {
        timestamp: '1403645220',
        token: '5egbgr1vjgqxtrnp65xfznchgdccwh5d6i09vijqi3whgowmn6',
        signature: '9cfc5c41582e51246e73c88d34db3af0a3a2692a76fbab81492842f000256d33',
      },
      'event-data': { event: 'opened' },
    }),
  },
  {
    provider: 'pagerduty',
    source: 'github.com/PagerDuty/go-pagerduty: webhookv3/webhookv3_test.go',
    secret: 'lDQHScfUeXUKaQRNF+8XIiDKZ7XX3itBAYzwU0TARw8lJqRnkKl2iB1anSb0Z+IK',
    headers: {
      'X-PagerDuty-Signature': 'v1=0c0b9495b893a39e70d1fea2fe11fbe0a825f88b9f67846f6cc07dd2bc5476cd',
    },
    body: '{"event":{"id":"01BWDWL3NYY7LUFPZCC28QUCMK","event_type":"incident.priority_updated","resource_type":"incident","occurred_at":"2021-04-26T17:36:27.458Z","agent":{"html_url":"https://acme.pagerduty.com/users/PLH1HKV","id":"PLH1HKV","self":"https://api.pagerduty.com/users/PLH1HKV","summary":"Tenex Engineer","type":"user_reference"},"client":null,"data":{"id":"PGR0VU2","type":"incident","self":"https://api.pagerduty.com/incidents/PGR0VU2","html_url":"https://acme.pagerduty.com/incidents/PGR0VU2","number":2,"status":"triggered","title":"A little bump in the road","service":{"html_url":"https://acme.pagerduty.com/services/PF9KMXH","id":"PF9KMXH","self":"https://api.pagerduty.com/services/PF9KMXH","summary":"API Service","type":"service_reference"},"assignees":[{"html_url":"https://acme.pagerduty.com/users/PTUXL6G","id":"PTUXL6G","self":"https://api.pagerduty.com/users/PTUXL6G","summary":"User 123","type":"user_reference"}],"escalation_policy":{"html_url":"https://acme.pagerduty.com/escalation_policies/PUS0KTE","id":"PUS0KTE","self":"https://api.pagerduty.com/escalation_policies/PUS0KTE","summary":"Default","type":"escalation_policy_reference"},"teams":[{"html_url":"https://acme.pagerduty.com/teams/PFCVPS0","id":"PFCVPS0","self":"https://api.pagerduty.com/teams/PFCVPS0","summary":"Engineering","type":"team_reference"}],"priority":{"html_url":"https://acme.pagerduty.com/account/incident_priorities","id":"PSO75BM","self":"https://api.pagerduty.com/priorities/PSO75BM","summary":"P1","type":"priority_reference"},"urgency":"high","conference_bridge":{"conference_number":1000,"conference_url":"https://example.com"},"resolve_reason":null}}}',
  },
  {
    provider: 'twilio',
    source: 'twilio.com/docs/usage/security, and the tests of its libraries',
    secret: '12345',
    url: TWILIO_URL,
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'X-Twilio-Signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
    },
    body: 'CallSid=CA1234567890ABCDE&From=%2B14158675309&Digits=1234&To=%2B18005551212&Caller=%2B14158675309',
  },
];
