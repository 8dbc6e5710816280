import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { API_KEY_SECURITY } from './common/auth/require-scope.decorator';
import { ErrorDto } from './common/http/error.dto';
import { RESPONSE_HEADERS } from './common/http/response-headers';
import { completeOperations, operationsIn } from './openapi-operations';
import { shareRefusals } from './openapi-refusals';

const DESCRIPTION = `
Event ticketing for the systems of an event organizer.

- **Authenticate** with an API key in \`X-API-KEY\`. A key has scopes; \`write\` implies \`read\`.
- **Retry safely**: send an \`Idempotency-Key\` with a POST and it never executes twice.
- **Rate limits** count for each API key, and for each IP address of requests without a valid one. \`RateLimit\` and
  \`RateLimit-Policy\` tell what is left, \`Retry-After\` with a 429 when to come back. Health checks and metrics are not
  counted, and neither is what cannot be read or is turned away under overload: their answers have neither header.
- **Errors**, whatever their status, have the shape of \`ErrorDto\`. \`code\` is stable, \`error\` is for people. Of more than
  100 bad fields the first 100 are named.
- **JSON bodies** have at most 256 KiB, 500 values (fields and items of lists together) and 20 levels.
- What cannot be read as a request of any operation is answered \`bad_request\`, \`route_not_found\`, \`request_timeout\` or
  \`headers_too_large\`.
- A proxy in front may answer 502 \`bad_gateway\` or 504 \`gateway_timeout\`: what became of the request is then not known,
  and a retry with its \`Idempotency-Key\` learns it.
- **Ids** are opaque. Times are ISO 8601 in UTC with milliseconds. Money is in major units.
`.trim();

/** Those of other modules follow, by name. */
const TAGS = {
  Attendees: 'Tickets: one attendee is one ticket.',
  Events: 'What tickets are sold for.',
  'Ticket classes': 'The kinds of ticket of an event, each with its own price and number of seats.',
  Payments: 'The batches of tickets that create attendee makes.',
  Contacts: 'The people an organization knows, by e-mail address.',
  Webhooks: `
What happens is sent by POST to URLs of your choice, after [Standard Webhooks](https://www.standardwebhooks.com):

\`\`\`
webhook-id: dlv_01k5x9a3v8e6rr4c1m2n3p4q5s
webhook-timestamp: 1795353600
webhook-signature: v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=

{"type":"attendee.checked_in","timestamp":"2026-11-22T12:00:00.000Z","data":{"id":"tkt_01k5x9a3v8e6rr4c1m2n3p4q5s", …}}
\`\`\`

- **Verify** each with a library for Standard Webhooks and the endpoint's secret: the signature is the HMAC-SHA256 of
  \`id.timestamp.body\` in base64, keyed with the base64 behind \`whsec_\`. While a secret is being rotated there are two,
  separated by a space, and one that fits is enough. Refuse timestamps that are minutes old.
- **\`data\`** is what the API shows of the attendee, event or contact shortly after \`timestamp\`; a deleted attendee has the
  status \`deleted\`, an erased contact is \`{ "deleted": true, "id": … }\`. There may be fields and types that you do not know.
- **Answer** with 2xx within five seconds. Anything else is tried again: after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h,
  20 h and 20 h, three days in all. Redirects are not followed. 410 disables the endpoint, and so do five days in which
  every attempt fails.
- **At least once, in no particular order**: drop what has a \`webhook-id\` that you know, and of two messages about the same
  thing trust the one with the later \`updated_at\`.
`.trim(),
  'API keys': 'Who may do what.',
};

/** The document that `/docs` and `/openapi.json` show. */
export function buildOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Usher')
    .setVersion('1')
    .setDescription(DESCRIPTION)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'This installation')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-KEY' }, API_KEY_SECURITY);
  for (const [name, description] of Object.entries(TAGS)) config.addTag(name, description);
  const document = SwaggerModule.createDocument(app, config.build(), {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
    extraModels: [ErrorDto],
  });
  document.components!.headers = RESPONSE_HEADERS;
  document.paths = inReadingOrder(document.paths);
  document.tags!.push(...otherTags(document));
  Object.values(document.paths).forEach(completeOperations);
  shareRefusals(document);
  return document;
}

/**
 * A collection before what stands below it, `{`, which begins an item, last. Routes are declared in the order in which
 * they are matched, which is another one.
 */
function inReadingOrder(paths: OpenAPIObject['paths']): OpenAPIObject['paths'] {
  return Object.fromEntries(Object.entries(paths).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function otherTags({ paths }: OpenAPIObject): { name: string }[] {
  const used = operationsIn(paths).flatMap(({ tags = [] }) => tags);
  return [...new Set(used)].filter((name) => !(name in TAGS)).map((name) => ({ name }));
}

/** Swagger UI at `/docs`, the document at `/openapi.json`. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => buildOpenApi(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Usher API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, tryItOutEnabled: true },
  });
}
