import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, getSchemaPath, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { API_KEY_SECURITY } from './common/auth/require-scope.decorator';
import type { DomainError } from './common/errors/domain-error';
import { statusOf } from './common/errors/error-response';
import {
  BodyTooLarge,
  InternalError,
  MalformedJson,
  RateLimited,
  ServiceUnavailable,
  UnsupportedMediaType,
} from './common/errors/request.errors';
import { ErrorDto } from './common/http/error.dto';
import { exampleOf, lineOf } from './common/http/failure-response';

const DESCRIPTION = `
Event ticketing for the systems of an event organizer.

- **Authenticate** with an API key in \`X-API-KEY\`. A key has scopes; \`write\` implies \`read\`.
- **Retry safely**: send an \`Idempotency-Key\` with a POST and it never executes twice.
- **Rate limits** count for each API key, and for each IP address of requests without a valid one. \`RateLimit\` and
  \`RateLimit-Policy\` tell with every answer what is left, \`Retry-After\` with a 429 when to come back.
- **Errors**, whatever their status, have the shape of \`ErrorDto\`. \`code\` is stable, \`error\` is for people.
- **Ids** are opaque. Times are ISO 8601 in UTC with milliseconds. Money is in major units.
`.trim();

const TAGS = {
  Attendees: 'Tickets: one attendee is one ticket.',
  Events: 'What tickets are sold for.',
  'Ticket classes': 'The kinds of ticket of an event, each with its own price and number of seats.',
  Payments: 'The batches of tickets that create attendee makes.',
  Contacts: 'The people an organization knows, by e-mail address.',
  'API keys': 'Who may do what.',
};

/** What any operation can answer, and what any operation with a body can. */
const FAILURES = [new RateLimited(1), new InternalError(), new ServiceUnavailable()];
const BODY_FAILURES = [new MalformedJson(), new BodyTooLarge(), new UnsupportedMediaType()];

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & { 'x-required-scope'?: string };

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
  for (const path of Object.values(document.paths)) {
    for (const operation of [path.get, path.post, path.patch, path.delete]) {
      if (operation) complete(operation);
    }
  }
  return document;
}

/** Adds to an operation what it has in common with all others. */
function complete(operation: Operation): void {
  const scope = operation['x-required-scope'];
  const access = scope ? `Needs the scope \`${scope}\`.` : 'Any key will do.';
  operation.description = [operation.description?.trim(), access].filter(Boolean).join('\n\n');
  const failures = takesJson(operation) ? [...BODY_FAILURES, ...FAILURES] : FAILURES;
  for (const failure of failures) addFailure(operation, failure);
}

function takesJson({ requestBody }: Operation): boolean {
  return 'application/json' in ((requestBody as { content?: object } | undefined)?.content ?? {});
}

function addFailure(operation: Operation, failure: DomainError): void {
  const status = String(statusOf(failure));
  const response = (operation.responses[status] ?? { description: '' }) as {
    description: string;
    content?: Record<string, { schema: object; examples?: Record<string, object> }>;
  };
  const json = response.content?.['application/json'] ?? { schema: { $ref: getSchemaPath(ErrorDto) } };
  if (json.examples?.[failure.code]) return;
  operation.responses[status] = {
    ...response,
    description: [response.description, lineOf(failure)].filter(Boolean).join('\n\n'),
    content: {
      'application/json': { ...json, examples: { ...json.examples, [failure.code]: exampleOf(failure) } },
    },
  };
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
